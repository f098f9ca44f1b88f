import { fromJson } from "../columns/json-column.ts";
import { fromStoredText } from "../columns/stored-text.ts";

const NO_GROUPS: readonly string[] = Object.freeze([]);

/** How many different sets of groups are remembered before all of them are forgotten. */
const MOST_SETS = 10_000;

/** Names of the groups as `finish-reading.ts` writes them. Users share few different sets, so each is read and sorted once. */
export class GroupNames {
  readonly #sets = new Map<string, readonly string[]>();

  /** Sorted names, each once. */
  of(column: string | null): readonly string[] {
    if (column === null || column === "") return NO_GROUPS;
    let names = this.#sets.get(column);
    if (names === undefined) {
      names = Object.freeze([...new Set(fromJson<string[]>(`[${column}]`))].map(fromStoredText).toSorted());
      if (this.#sets.size >= MOST_SETS) this.#sets.clear();
      this.#sets.set(column, names);
    }
    return names;
  }
}
