import type { UserPoolClientType } from "@aws-sdk/client-cognito-identity-provider";
import { hasCode } from "@cognito-to-descope/core";
import type { AppClientRecord, AppClients, AppClientSettings, SignInPool } from "@cognito-to-descope/core";

import { accountOfArn } from "./account-quotas.ts";
import { unexpectedAnswer } from "./errors.ts";
import { listPages } from "./list-pages.ts";
import { mapSignInPool } from "./map-sign-in-pool.ts";
import { openPool } from "./open-pool.ts";
import type { OpenPool, UserPoolSourceOptions } from "./open-pool.ts";
import { hasList } from "./read-snapshot.ts";

/** {@link AppClients} over Cognito's API. */
export type CognitoAppClients = AppClients & Disposable;

/**
 * Reads and changes the app clients of a pool by the AWS SDK. Makes no request yet.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` or `ERR_SOURCE_REGION_MISMATCH` when the options cannot be right.
 */
export function createAppClients(options: UserPoolSourceOptions): CognitoAppClients {
  const pool = openPool(options);
  const { call, userPoolId, region } = pool;

  async function describe(clientId: string, signal: AbortSignal | undefined): Promise<UserPoolClientType | undefined> {
    const answer = await unlessAbsent(pool, signal, () =>
      call(
        "DescribeUserPoolClient",
        { ClientId: clientId },
        { signal, check: ({ UserPoolClient }) => checkClient("DescribeUserPoolClient", UserPoolClient, clientId) },
      ),
    );
    return answer?.UserPoolClient;
  }

  return {
    userPoolId,
    region,
    readPool: ({ signal } = {}) => readPool(pool, signal),
    async list({ signal } = {}) {
      const clients = new Map<string, string>();
      const pages = listPages(
        async (token: string | undefined) => {
          const page = await call(
            "ListUserPoolClients",
            { MaxResults: pool.pageSize, ...(token === undefined ? {} : { NextToken: token }) },
            { signal, hasToken: token !== undefined, check: hasList("ListUserPoolClients", "UserPoolClients") },
          );
          return { items: page.UserPoolClients ?? [], next: page.NextToken };
        },
        {
          operation: "ListUserPoolClients",
          keyOf: ({ ClientId }) => ClientId ?? "",
          onRepeated: () => pool.listener({ type: "page-repeated", operation: "ListUserPoolClients" }),
        },
      );
      for await (const { items } of pages) {
        for (const { ClientId, ClientName } of items)
          if (ClientId !== undefined) clients.set(ClientId, ClientName ?? "");
      }
      return [...clients].map(([clientId, name]) => ({ clientId, name }));
    },
    async read(clientId, { signal } = {}) {
      const client = await describe(clientId, signal);
      return client === undefined ? undefined : recordOf(client);
    },
    async readSecret(clientId, { signal } = {}) {
      return (await describe(clientId, signal))?.ClientSecret || undefined;
    },
    async create(settings, { signal, generateSecret }) {
      const answer = await call(
        "CreateUserPoolClient",
        { ...inputOf(settings), GenerateSecret: generateSecret },
        { signal, check: ({ UserPoolClient }) => checkClient("CreateUserPoolClient", UserPoolClient) },
      );
      return recordOf(answer.UserPoolClient ?? {});
    },
    async replace(clientId, settings, { signal } = {}) {
      const answer = await call(
        "UpdateUserPoolClient",
        { ...inputOf(settings), ClientId: clientId },
        { signal, check: ({ UserPoolClient }) => checkClient("UpdateUserPoolClient", UserPoolClient, clientId) },
      );
      return recordOf(answer.UserPoolClient ?? {});
    },
    async delete(clientId, { signal } = {}) {
      await unlessAbsent(pool, signal, () => call("DeleteUserPoolClient", { ClientId: clientId }, { signal }));
    },
    [Symbol.dispose]: pool.close,
  };
}

/** The settings go out as they came in: whoever edits a client must not lose what this program has no word for. */
function inputOf(settings: AppClientSettings): { readonly ClientName: string } {
  return settings as { readonly ClientName: string };
}

function recordOf(client: UserPoolClientType): AppClientRecord {
  const {
    UserPoolId: _pool,
    ClientId,
    ClientSecret,
    LastModifiedDate: _modified,
    CreationDate: _created,
    ...settings
  } = client;
  const given = Object.entries(settings).filter(([, value]) => value !== undefined && value !== null);
  return {
    clientId: ClientId ?? "",
    name: client.ClientName ?? "",
    hasSecret: Boolean(ClientSecret),
    settings: Object.fromEntries(given),
  };
}

function checkClient(
  operation: string,
  client: UserPoolClientType | undefined,
  clientId?: string,
): ReturnType<typeof unexpectedAnswer> | undefined {
  const found = client?.ClientId;
  const right = clientId === undefined ? Boolean(found) : found === clientId;
  return right ? undefined : unexpectedAnswer(operation, "without the client");
}

async function readPool({ call, userPoolId, region, quotas }: OpenPool, signal?: AbortSignal): Promise<SignInPool> {
  const described = await call(
    "DescribeUserPool",
    {},
    {
      signal,
      check: ({ UserPool }) =>
        UserPool?.Id === userPoolId ? undefined : unexpectedAnswer("DescribeUserPool", "without the pool"),
    },
  );
  const pool = described.UserPool ?? {};
  const accountId = accountOfArn(pool.Arn);
  if (accountId !== undefined) quotas.learnAccount?.(accountId);
  const mfa = await call("GetUserPoolMfaConfig", {}, { signal, ifMissing: {} });
  return mapSignInPool(pool, mfa, userPoolId, region);
}

/** Undefined when the client is not there. A pool that is not there is answered alike, and is an error. */
async function unlessAbsent<Result>(
  { call }: OpenPool,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!hasCode(error, "ERR_SOURCE_POOL_NOT_FOUND")) throw error;
    // Throws again when it is the pool that is gone.
    await call("DescribeUserPool", {}, { signal });
    return undefined;
  }
}
