import { minimalPolicy, regionOfUserPoolId } from "@cognito-to-descope/cognito";
import { hasCode, type PoolSnapshot, type PoolUser, runConcurrently } from "@cognito-to-descope/core";
import { type OpenSource, openSources } from "../open-sources.ts";
import { type CheckContext, type CheckResult, failed, ok } from "./check.ts";

/** Operations that every reading of a pool's settings calls. */
const SETTINGS = [
  "DescribeUserPool",
  "GetUserPoolMfaConfig",
  "ListGroups",
  "ListIdentityProviders",
  "ListUserPoolClients",
  "DescribeUserPoolClient",
  "DescribeIdentityProvider",
];

/** How many pools are checked at the same time. */
const CONCURRENT_POOLS = 16;

/** Of so many pools each check is a line of its own; of more, only what is not in order. */
const MAX_DETAILED_POOLS = 3;

/**
 * Checks credentials, permissions and the pool itself, for each pool, in the order of the config.
 *
 * @param onPool - Hears of each pool whose settings could be read.
 */
export async function* checkSources(
  { config, signal }: CheckContext,
  onPool: (pool: PoolSnapshot) => void = () => undefined,
): AsyncGenerator<CheckResult> {
  const opened = openSources(config);
  try {
    const { sources } = opened;
    const pools = sources.map(({ source }) => ({ source, checked: Promise.withResolvers<readonly CheckResult[]>() }));
    const tasks = pools.map(({ source, checked }) => async (): Promise<void> => {
      const results: CheckResult[] = [];
      for await (const result of checkPool(source, signal, onPool)) results.push(result);
      checked.resolve(results);
    });
    const all = runConcurrently(tasks, CONCURRENT_POOLS);
    // Whoever waits for a pool that is never checked hears why.
    all.catch((error: unknown) => {
      for (const { checked } of pools) checked.reject(error);
    });
    for (const { checked } of pools) checked.promise.catch(() => undefined);
    for (const { source, checked } of pools) {
      const results = await checked.promise;
      if (sources.length === 1) yield* results;
      else yield* ofSeveral(source.userPoolId, results, sources.length > MAX_DETAILED_POOLS);
    }
    await all;
  } finally {
    opened[Symbol.dispose]();
  }
}

/** The checks of one pool among several: each names the pool, and what is in order is one line where there are many. */
function* ofSeveral(userPoolId: string, results: readonly CheckResult[], isShort: boolean): Generator<CheckResult> {
  const name = `pool ${userPoolId}`;
  const troubles = results.filter(({ result }) => result !== "ok");
  if (isShort) {
    const found = results.find(({ check, result }) => check === name && result === "ok");
    const held = results.filter(({ check, result }) => check.startsWith("permission ") && result === "ok").length;
    if (found !== undefined) yield ok(name, `${found.detail}, ${held} permissions held or not needed`);
  }
  for (const one of isShort ? troubles : results) {
    yield one.check.includes(userPoolId) ? one : { ...one, check: `${name}: ${one.check}` };
  }
}

async function* checkPool(
  source: OpenSource["source"],
  signal: AbortSignal,
  onPool: (pool: PoolSnapshot) => void,
): AsyncGenerator<CheckResult> {
  const { userPoolId } = source;
  const held = new Set<string>();
  const denied = new Map<string, CheckResult>();
  const note = (error: unknown): CheckResult | undefined => {
    const result = failed(`pool ${userPoolId}`, error);
    if (!hasCode(error, "ERR_SOURCE_PERMISSION_MISSING")) return result;
    const action = /cognito-idp:(\w+)/.exec(error.message)?.[1];
    if (action === undefined) return result;
    denied.set(action, { ...result, check: `permission cognito-idp:${action}` });
    return undefined;
  };

  let pool: PoolSnapshot | undefined;
  try {
    pool = await source.readSnapshot({ signal });
    onPool(pool);
    for (const operation of SETTINGS) held.add(operation);
  } catch (error) {
    signal.throwIfAborted();
    const fault = note(error);
    if (fault !== undefined) {
      // Without credentials, connection or pool nothing else can be found out.
      yield fault;
      return;
    }
  }
  yield ok("AWS credentials", `accepted for pool ${userPoolId}`);
  if (pool !== undefined) {
    yield ok(`pool ${userPoolId}`, `"${pool.name}" in ${pool.region}, about ${pool.estimatedUsers} users`);
    const own = regionOfUserPoolId(userPoolId);
    if (own !== undefined && own !== pool.region) {
      yield { check: "region", result: "warn", detail: `the pool's ID says ${own}, and ${pool.region} is used` };
    }
  }
  let user: PoolUser | undefined;
  for (const [operation, read] of [
    ["ListUsers", async () => (user = (await firstOf(source.users({ signal })))?.users[0])],
    ["ListUsersInGroup", pool?.groups[0] && (() => firstOf(source.members(pool.groups[0]?.name ?? "", { signal })))],
    // What app clients may ask for; only `c2d apps` reads it.
    ["ListResourceServers", () => source.settings().listResourceServers({ signal })],
    ["AdminListGroupsForUser", async () => user && (await source.groupsOf(user.username, { signal }))],
  ] as const) {
    if (read === undefined) continue;
    // Of a pool whose users cannot be listed there is nobody to ask about.
    if (operation === "AdminListGroupsForUser" && !held.has("ListUsers")) continue;
    try {
      await read();
      held.add(operation);
    } catch (error) {
      signal.throwIfAborted();
      const fault = note(error);
      if (fault !== undefined) yield fault;
    }
  }
  yield* permissions(userPoolId, held, denied);
}

function* permissions(
  userPoolId: string,
  held: ReadonlySet<string>,
  denied: ReadonlyMap<string, CheckResult>,
): Generator<CheckResult> {
  const policy = minimalPolicy({ region: regionOfUserPoolId(userPoolId) ?? "us-east-1" });
  for (const action of policy.Statement.flatMap(({ Action }) => Action)) {
    const operation = action.replace(/^cognito-idp:/, "");
    const check = `permission ${action}`;
    const refusal = denied.get(operation);
    if (held.has(operation)) yield ok(check, "held, or not needed for this pool");
    else if (refusal !== undefined) yield refusal;
    else {
      yield {
        check,
        result: "warn",
        detail: "could not be checked yet",
        advice: "`c2d aws policy` prints the policy with every permission",
      };
    }
  }
}

async function firstOf<T>(pages: AsyncIterable<T>): Promise<T | undefined> {
  for await (const page of pages) return page;
  return undefined;
}
