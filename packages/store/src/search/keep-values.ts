import { searchedValues } from "@cognito-to-descope/core";
import { valuesBeside } from "./index-plan.ts";
import type { SearchTables, SourceValues } from "./search-tables.ts";

/** Users that are looked at at a time. */
const PAGE = 256;

/**
 * Writes down by what the users are found whom a plan leaves out, before what was read of them is forgotten: of the others the plan
 * says it. What is in the index already is there as well.
 */
export async function keepValues(tables: SearchTables): Promise<void> {
  if (!(await tables.hasUsers())) return;
  const index = await tables.readIndex();
  if (index?.complete === true) return;
  for (let seq = index?.seq ?? 0; ;) {
    const items = await tables.readItems(seq, PAGE, ["skip"]);
    const last = items.at(-1);
    if (last === undefined) return;
    const users = await tables.readUsers(items.map((item) => item.seq));
    const values = items
      .map((item): SourceValues => [item.seq, valuesBeside(item, searchedValues(item, users.get(item.seq)))])
      .filter(([, others]) => others.length > 0);
    if (values.length > 0) await tables.keepValues(values);
    ({ seq } = last);
  }
}
