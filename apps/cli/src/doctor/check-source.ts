import { minimalPolicy, regionOfUserPoolId } from "@cognito-to-descope/cognito";
import { hasCode, type PoolSnapshot, type RunSource } from "@cognito-to-descope/core";
import { openSources } from "../open-sources.ts";
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

/** Checks credentials, permissions and the pool itself, for each pool. */
export async function* checkSources({ config, signal }: CheckContext): AsyncGenerator<CheckResult> {
  const opened = openSources(config);
  try {
    for (const { source } of opened.sources) yield* checkPool(source, signal);
  } finally {
    opened[Symbol.dispose]();
  }
}

async function* checkPool(source: RunSource["source"], signal: AbortSignal): AsyncGenerator<CheckResult> {
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
  for (const [operation, read] of [
    ["ListUsers", () => firstOf(source.users({ signal }))],
    ["ListUsersInGroup", pool?.groups[0] && (() => firstOf(source.members(pool.groups[0]?.name ?? "", { signal })))],
  ] as const) {
    if (read === undefined) continue;
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

async function firstOf<T>(pages: AsyncIterable<T>): Promise<void> {
  await pages[Symbol.asyncIterator]().next();
}
