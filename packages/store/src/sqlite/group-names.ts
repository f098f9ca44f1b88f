import type { Database } from "./database.ts";
import { fromStoredText } from "../columns/stored-text.ts";

const NO_GROUPS: readonly string[] = Object.freeze([]);

/** How many different sets of groups are remembered before all of them are forgotten. */
const MOST_SETS = 10_000;

/**
 * Names of the groups in a column of group numbers.
 *
 * Users share few different sets of groups, so each set is looked up and sorted once. A number never stands for another
 * group, so what is remembered stays true whatever other processes write.
 */
export class GroupNames {
  readonly #sets = new Map<string, readonly string[]>();

  /** Sorted names, each once. */
  of(database: Database, groupNos: string | null): readonly string[] {
    if (groupNos === null) return NO_GROUPS;
    let names = this.#sets.get(groupNos);
    if (names === undefined) {
      names = Object.freeze([...new Set(groupNos.split(","))].map((no) => nameOf(database, Number(no))).toSorted());
      if (this.#sets.size >= MOST_SETS) this.#sets.clear();
      this.#sets.set(groupNos, names);
    }
    return names;
  }
}

function nameOf(database: Database, no: number): string {
  const row = database.row<[string]>("SELECT name FROM pool_groups WHERE no = ?", no);
  if (row === undefined) throw new RangeError(`there is no group with the number ${no}`);
  return fromStoredText(row[0]);
}
