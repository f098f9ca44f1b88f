import { stringify } from "csv-stringify/sync";
import { type ExportSource, sourceUserPages } from "./export-source.ts";

const FIRST_COLUMNS = ["userPoolId", "sub", "username", "status", "enabled", "createdAt", "modifiedAt", "groups"];

/**
 * A table with a row for each user and a column for each attribute that any user has.
 *
 * Values that a spreadsheet would take for a formula get an apostrophe before them, phone numbers too; the groups are a JSON
 * list, because their names may hold any character.
 */
export async function* csv(source: ExportSource): AsyncGenerator<string> {
  const pools = await source.store.readPools(source.runId);
  const attributes = [
    ...new Set(source.plan.observations.flatMap((observation) => Object.keys(observation.attributes))),
  ].sort();
  yield rows([[...FIRST_COLUMNS, ...attributes]]);
  for await (const page of sourceUserPages(source)) {
    yield rows(
      page.map(({ source: index, user, groups }) => [
        pools[index]?.userPoolId ?? "",
        user.sub,
        user.username,
        user.status,
        String(user.enabled),
        time(user.createdAt),
        time(user.modifiedAt),
        JSON.stringify(groups),
        ...attributes.map((name) => user.attributes[name] ?? ""),
      ]),
    );
  }
}

function rows(values: readonly (readonly string[])[]): string {
  return stringify([...values], { escape_formulas: true });
}

function time(milliseconds: number): string {
  return milliseconds === 0 ? "" : new Date(milliseconds).toISOString();
}
