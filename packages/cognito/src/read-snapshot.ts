import type {
  GroupType,
  IdentityProviderType,
  ProviderDescription,
  UserPoolClientDescription,
} from "@aws-sdk/client-cognito-identity-provider";
import { hasCode } from "@cognito-to-descope/core";
import type { AppClient, IdentityProvider, PoolGroup, PoolMfa, PoolSnapshot } from "@cognito-to-descope/core";

import { unexpectedAnswer } from "./errors.ts";
import { listPages } from "./list-pages.ts";
import type { ListedPage } from "./list-pages.ts";
import { mapAppClient, mapDescribedPool, mapGroup, mapIdentityProvider, mapMfa } from "./map-pool.ts";
import type { SourceOperation } from "./operations.ts";
import type { Output, PoolCall } from "./pool-calls.ts";
import { runTogether } from "./run-together.ts";
import type { CognitoSourceListener } from "./source-events.ts";

/** Descriptions under way at once: the quota is 5 per second and pool, so more would only wait. */
const DESCRIBES_AT_ONCE = 5;

/** Where a snapshot is read from. */
export interface SnapshotReader {
  readonly call: PoolCall;
  readonly userPoolId: string;
  readonly region: string;
  readonly pageSize: number;
  readonly listener: CognitoSourceListener;
  /** Hears the pool's ARN as soon as it is known. */
  readonly onArn: (arn: string | undefined) => void;
}

/** Reads everything about a pool but its users. Throws rather than leave a part out. */
export async function readSnapshot(reader: SnapshotReader, signal?: AbortSignal): Promise<PoolSnapshot> {
  const described = await reader.call(
    "DescribeUserPool",
    {},
    {
      signal,
      check: ({ UserPool }) =>
        UserPool?.Id === reader.userPoolId ? undefined : unexpectedAnswer("DescribeUserPool", "without the pool"),
    },
  );
  const pool = described.UserPool ?? {};
  reader.onArn(pool.Arn);
  let mfa: PoolMfa | undefined;
  let appClients: readonly AppClient[] = [];
  let identityProviders: readonly IdentityProvider[] = [];
  let groups: readonly PoolGroup[] = [];
  const parts: readonly ((signal: AbortSignal) => Promise<void>)[] = [
    async (either) => {
      mfa = mapMfa(await reader.call("GetUserPoolMfaConfig", {}, { signal: either, ifMissing: {} }), pool);
    },
    async (either) => {
      appClients = await readAppClients(reader, either);
    },
    async (either) => {
      identityProviders = await readIdentityProviders(reader, mapIdentityProvider, either);
    },
    async (either) => {
      groups = await readGroups(reader, either);
    },
  ];
  await runTogether(parts, parts.length, (part, either) => part(either), signal);
  return {
    ...mapDescribedPool(pool, reader.userPoolId, reader.region),
    mfa: mfa ?? mapMfa({}, pool),
    appClients,
    identityProviders,
    groups,
  };
}

/** Every app client of the pool. */
export async function readAppClients(reader: SnapshotReader, signal: AbortSignal): Promise<AppClient[]> {
  const listed = await all<UserPoolClientDescription>(
    reader,
    "ListUserPoolClients",
    ({ ClientId }) => ClientId ?? "",
    async (token) => {
      const page = await reader.call(
        "ListUserPoolClients",
        { MaxResults: reader.pageSize, ...(token === undefined ? {} : { NextToken: token }) },
        {
          signal,
          hasToken: token !== undefined,
          ifMissing: { UserPoolClients: [] },
          check: hasList("ListUserPoolClients", "UserPoolClients"),
        },
      );
      return { items: page.UserPoolClients ?? [], next: page.NextToken };
    },
  );
  const described = await runTogether(
    listed,
    DESCRIBES_AT_ONCE,
    ({ ClientId, ClientName }, either) =>
      unlessVanished(reader, "DescribeUserPoolClient", async () => {
        const answer = await reader.call(
          "DescribeUserPoolClient",
          { ClientId },
          {
            signal: either,
            ifMissing: { UserPoolClient: { ClientId, ClientName } },
            check: ({ UserPoolClient }) =>
              UserPoolClient?.ClientId === ClientId
                ? undefined
                : unexpectedAnswer("DescribeUserPoolClient", "without the client"),
          },
        );
        return mapAppClient(answer.UserPoolClient ?? {});
      }),
    signal,
  );
  return described.filter((client) => client !== undefined);
}

/**
 * Every identity provider of the pool.
 *
 * @param map - Decides what of a provider is kept: its secrets come with it.
 */
export async function readIdentityProviders<Provider>(
  reader: SnapshotReader,
  map: (provider: IdentityProviderType) => Provider,
  signal: AbortSignal,
): Promise<Provider[]> {
  const listed = await all<ProviderDescription>(
    reader,
    "ListIdentityProviders",
    ({ ProviderName }) => ProviderName ?? "",
    async (token) => {
      const page = await reader.call(
        "ListIdentityProviders",
        { MaxResults: reader.pageSize, ...(token === undefined ? {} : { NextToken: token }) },
        {
          signal,
          hasToken: token !== undefined,
          ifMissing: { Providers: [] },
          check: hasList("ListIdentityProviders", "Providers"),
        },
      );
      return { items: page.Providers ?? [], next: page.NextToken };
    },
  );
  const described = await runTogether(
    listed,
    DESCRIBES_AT_ONCE,
    ({ ProviderName, ProviderType }, either) =>
      unlessVanished(reader, "DescribeIdentityProvider", async () => {
        const answer = await reader.call(
          "DescribeIdentityProvider",
          { ProviderName },
          {
            signal: either,
            ifMissing: { IdentityProvider: { ProviderName, ProviderType } },
            check: ({ IdentityProvider }) =>
              IdentityProvider?.ProviderName === ProviderName
                ? undefined
                : unexpectedAnswer("DescribeIdentityProvider", "without the provider"),
          },
        );
        return map(answer.IdentityProvider ?? {});
      }),
    signal,
  );
  return described.filter((provider) => provider !== undefined);
}

async function readGroups(reader: SnapshotReader, signal: AbortSignal): Promise<PoolGroup[]> {
  const listed = await all<GroupType>(
    reader,
    "ListGroups",
    ({ GroupName }) => GroupName ?? "",
    async (token) => {
      const page = await reader.call(
        "ListGroups",
        { Limit: reader.pageSize, ...(token === undefined ? {} : { NextToken: token }) },
        {
          signal,
          hasToken: token !== undefined,
          ifMissing: { Groups: [] },
          check: hasList("ListGroups", "Groups"),
        },
      );
      return { items: page.Groups ?? [], next: page.NextToken };
    },
  );
  return listed.map(mapGroup);
}

/** A whole listing. For what is counted in thousands at most, never for users. */
async function all<Item>(
  reader: SnapshotReader,
  operation: SourceOperation,
  keyOf: (item: Item) => string,
  fetchPage: (token: string | undefined) => Promise<ListedPage<Item>>,
): Promise<Item[]> {
  const items = new Map<string, Item>();
  const onRepeated = (): void => reader.listener({ type: "page-repeated", operation });
  for await (const page of listPages(fetchPage, { operation, keyOf, onRepeated })) {
    for (const item of page.items) items.set(keyOf(item), item);
  }
  return [...items.values()];
}

/** What was listed and is gone when it is described was deleted in between: it is not part of the pool any more. */
async function unlessVanished<Result>(
  reader: SnapshotReader,
  operation: SourceOperation,
  describe: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await describe();
  } catch (error) {
    if (!hasCode(error, "ERR_SOURCE_POOL_NOT_FOUND")) throw error;
    reader.listener({ type: "vanished", operation });
    return undefined;
  }
}

/** Cognito always answers the list, empty or not; a 200 without it came from something else. */
export function hasList<Operation extends SourceOperation>(
  operation: Operation,
  member: keyof Output<Operation>,
): (output: Output<Operation>) => ReturnType<typeof unexpectedAnswer> | undefined {
  return (output) =>
    Array.isArray(output[member]) ? undefined : unexpectedAnswer(operation, `without ${String(member)}`);
}
