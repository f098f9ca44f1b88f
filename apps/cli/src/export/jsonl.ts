import { type ExportSource, sourceUserPages } from "./export-source.ts";

/**
 * One JSON object a line: the pools, their groups, then each user with its memberships after it.
 *
 * The names of fields are those of the pool; a sandbox loads this format.
 */
export async function* jsonl(source: ExportSource): AsyncGenerator<string> {
  const pools = await source.store.readPools(source.runId);
  for (const { groups, ...pool } of pools) {
    yield line({ type: "pool", ...pool });
    for (const group of groups) yield line({ type: "group", userPoolId: pool.userPoolId, ...group });
  }
  for await (const page of sourceUserPages(source)) {
    let text = "";
    for (const { source: index, user, groups } of page) {
      const userPoolId = pools[index]?.userPoolId;
      text += line({ type: "user", userPoolId, ...user });
      for (const group of groups) text += line({ type: "membership", userPoolId, group, sub: user.sub });
    }
    yield text;
  }
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
