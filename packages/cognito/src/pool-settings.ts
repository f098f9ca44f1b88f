import type {
  CreateIdentityProviderCommandInput,
  CreateUserPoolClientCommandInput,
  IdentityProviderType,
  ResourceServerType,
  UserPoolClientDescription,
  UserPoolClientType,
} from "@aws-sdk/client-cognito-identity-provider";
import { hasCode, Secret } from "@cognito-to-descope/core";
import type {
  AbortableOptions,
  AppClientDescription,
  CognitoSettings,
  IdentityProviderDescription,
  PoolSettings,
  ResourceServerDescription,
} from "@cognito-to-descope/core";

import { unexpectedAnswer } from "./errors.ts";
import { listPages } from "./list-pages.ts";
import { mapPoolSignIn } from "./map-pool-sign-in.ts";
import type { PoolCall } from "./pool-calls.ts";
import { splitSecrets } from "./provider-details.ts";

/** Where settings are read and written. */
export interface PoolSettingsOptions {
  readonly call: PoolCall;
  readonly userPoolId: string;
  readonly region: string;
  readonly pageSize: number;
}

/** Members of a description that are no settings. */
const NO_SETTINGS = ["UserPoolId", "ClientId", "ClientName", "ClientSecret", "LastModifiedDate", "CreationDate"];

/** Most that Cognito gives in a page of this listing; see facts.md. */
const MOST_RESOURCE_SERVERS = 50;

/** Reads and writes app clients and identity providers of one pool. */
export function createPoolSettings({ call, userPoolId, region, pageSize }: PoolSettingsOptions): PoolSettings {
  async function listAppClients(
    options: AbortableOptions = {},
  ): Promise<readonly { readonly clientId: string; readonly name: string }[]> {
    const clients: { readonly clientId: string; readonly name: string }[] = [];
    const pages = listPages<UserPoolClientDescription>(
      async (token) => {
        const page = await call(
          "ListUserPoolClients",
          { MaxResults: pageSize, ...(token === undefined ? {} : { NextToken: token }) },
          { signal: options.signal, hasToken: token !== undefined },
        );
        return { items: page.UserPoolClients ?? [], next: page.NextToken };
      },
      {
        operation: "ListUserPoolClients",
        keyOf: ({ ClientId }) => ClientId ?? "",
        onRepeated: (): void => undefined,
      },
    );
    for await (const { items } of pages)
      for (const { ClientId = "", ClientName = "" } of items) clients.push({ clientId: ClientId, name: ClientName });
    return clients;
  }

  async function listResourceServers(options: AbortableOptions = {}): Promise<readonly ResourceServerDescription[]> {
    const servers: ResourceServerDescription[] = [];
    const pages = listPages<ResourceServerType>(
      async (token) => {
        const page = await call(
          "ListResourceServers",
          {
            MaxResults: Math.min(pageSize, MOST_RESOURCE_SERVERS),
            ...(token === undefined ? {} : { NextToken: token }),
          },
          { signal: options.signal, hasToken: token !== undefined, ifMissing: { ResourceServers: [] } },
        );
        return { items: page.ResourceServers ?? [], next: page.NextToken };
      },
      {
        operation: "ListResourceServers",
        keyOf: ({ Identifier }) => Identifier ?? "",
        onRepeated: (): void => undefined,
      },
    );
    for await (const { items } of pages) servers.push(...items.map(describeServer));
    return servers;
  }

  return {
    userPoolId,
    region,
    async readSignIn({ signal } = {}) {
      const { UserPool } = await call(
        "DescribeUserPool",
        {},
        {
          signal,
          check: (answer) =>
            answer.UserPool?.Id === userPoolId ? undefined : unexpectedAnswer("DescribeUserPool", "without the pool"),
        },
      );
      const mfa = await call("GetUserPoolMfaConfig", {}, { signal, ifMissing: {} });
      return mapPoolSignIn(UserPool ?? {}, mfa, userPoolId, region);
    },
    listAppClients,
    listResourceServers,
    readAppClient: async (ClientId, { signal } = {}) =>
      unlessMissing(async () => {
        const { UserPoolClient } = await call("DescribeUserPoolClient", { ClientId }, { signal });
        return describeClient("DescribeUserPoolClient", UserPoolClient);
      }),
    async createAppClient(ClientName, settings, { signal } = {}) {
      const input = { ...settings, ClientName } as Omit<CreateUserPoolClientCommandInput, "UserPoolId">;
      const { UserPoolClient } = await call("CreateUserPoolClient", input, { signal, repeatable: false });
      return describeClient("CreateUserPoolClient", UserPoolClient);
    },
    async replaceAppClient(ClientId, settings, { signal } = {}) {
      // A client gets its secret when it is made; an update has no place for that.
      const { GenerateSecret: _secret, ...rest } = settings;
      const { UserPoolClient } = await call("UpdateUserPoolClient", { ...rest, ClientId }, { signal });
      return describeClient("UpdateUserPoolClient", UserPoolClient);
    },
    deleteAppClient: async (ClientId, { signal } = {}) => {
      await unlessMissing(() => call("DeleteUserPoolClient", { ClientId }, { signal }));
    },
    readIdentityProvider: async (ProviderName, { signal } = {}) =>
      unlessMissing(async () => {
        const { IdentityProvider } = await call("DescribeIdentityProvider", { ProviderName }, { signal });
        return describeProvider(IdentityProvider ?? {});
      }),
    async createIdentityProvider(provider, { signal } = {}) {
      const input = {
        ...writtenProvider(provider),
        ProviderType: provider.type,
      } as Omit<CreateIdentityProviderCommandInput, "UserPoolId">;
      await call("CreateIdentityProvider", input, { signal, repeatable: false });
    },
    async replaceIdentityProvider(provider, { signal } = {}) {
      await call("UpdateIdentityProvider", writtenProvider(provider), { signal });
    },
    deleteIdentityProvider: async (ProviderName, { signal } = {}) => {
      await unlessMissing(() => call("DeleteIdentityProvider", { ProviderName }, { signal }));
    },
  };
}

function describeClient(operation: string, client: UserPoolClientType | undefined): AppClientDescription {
  const { ClientId, ClientName = "", ClientSecret } = client ?? {};
  if (ClientId === undefined || ClientId === "") throw unexpectedAnswer(operation, "without the client");
  const settings: CognitoSettings = Object.fromEntries(
    Object.entries(client ?? {}).filter(([name, value]) => !NO_SETTINGS.includes(name) && value !== undefined),
  );
  return {
    clientId: ClientId,
    name: ClientName,
    // cognito-local answers an empty text for none.
    ...(ClientSecret ? { secret: new Secret(ClientSecret) } : {}),
    settings,
  };
}

function describeServer({ Identifier = "", Name = "", Scopes = [] }: ResourceServerType): ResourceServerDescription {
  return {
    identifier: Identifier,
    name: Name,
    scopes: Scopes.map(({ ScopeName = "", ScopeDescription = "" }) => ({
      name: ScopeName,
      description: ScopeDescription,
    })),
  };
}

function describeProvider(provider: IdentityProviderType): IdentityProviderDescription {
  const { details, secrets } = splitSecrets(provider.ProviderDetails ?? {});
  return {
    name: provider.ProviderName ?? "",
    type: provider.ProviderType ?? "",
    details,
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])),
    attributeMapping: { ...provider.AttributeMapping },
    identifiers: provider.IdpIdentifiers ?? [],
  };
}

function writtenProvider({ name, details, secrets, attributeMapping, identifiers }: IdentityProviderDescription): {
  readonly ProviderName: string;
  readonly ProviderDetails: Record<string, string>;
  readonly AttributeMapping: Record<string, string>;
  readonly IdpIdentifiers: string[];
} {
  return {
    ProviderName: name,
    ProviderDetails: {
      ...details,
      ...Object.fromEntries(Object.entries(secrets).map(([key, secret]) => [key, secret.reveal()])),
    },
    AttributeMapping: { ...attributeMapping },
    IdpIdentifiers: [...identifiers],
  };
}

/** A client or a provider that does not exist is answered as a pool that does not; that the pool exists is known by then. */
async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (hasCode(error, "ERR_SOURCE_POOL_NOT_FOUND") && error.vendorCode === "ResourceNotFoundException")
      return undefined;
    throw error;
  }
}
