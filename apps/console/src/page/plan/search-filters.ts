import type { listUsers } from "../../contract/users.ts";
import type { InputOf } from "../shell/api.ts";

/** What the users of a plan are searched by, as it stands in the address of the page. Empty where nothing is asked. */
export interface SearchFilters {
  readonly text: string;
  readonly operation: string;
  readonly outcome: string;
  readonly kind: string;
  readonly rule: string;
  readonly source: string;
  readonly failure: string;
}

const NAMES = ["text", "operation", "outcome", "kind", "rule", "source", "failure"] as const;

/** Reads the filters of an address; whatever else stands there counts for nothing. */
export function readFilters(search: URLSearchParams): SearchFilters {
  return Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? ""])) as unknown as SearchFilters;
}

/** The address that has these filters, for a link or the history. */
export function writeFilters(filters: Partial<SearchFilters>): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of NAMES) {
    const value = filters[name] ?? "";
    if (value !== "") search.set(name, value);
  }
  return search;
}

/** Whether anything is asked. */
export function hasFilters(filters: SearchFilters): boolean {
  return NAMES.some((name) => filters[name].trim() !== "");
}

/** What the server is asked: it refuses what an address may say and there is not. */
export type UserQuery = NonNullable<InputOf<typeof listUsers>["query"]>;

/** The filters as a query of the contract. */
export function queryOf(filters: SearchFilters, after: number, limit: number): UserQuery {
  return { ...Object.fromEntries(writeFilters(filters)), after: String(after), limit: String(limit) } as UserQuery;
}
