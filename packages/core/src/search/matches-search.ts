import type { PlanItem } from "../plan/plan.ts";
import type { PlanSearch, TextMatch } from "../ports/plan-search.ts";
import type { AppliedItem } from "../ports/state-store.ts";
import { foldSearched } from "./searched-values.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Words of fewer UTF-16 units than this have to begin a value. */
export const SHORTEST_INNER_WORD = 3;

/** Whether a folded value is a UUID: one is found by its beginning only, so that not every user has every three hexadecimal digits. */
export function isSearchedByBeginning(value: string): boolean {
  return UUID.test(value);
}

/** The words of a text that is looked for, folded; none when the text is blank. */
export function searchedWords(text: string): readonly string[] {
  return foldSearched(text)
    .split(/\s+/)
    .filter((word) => word !== "");
}

/** Whether one of the values, folded, fits a text as {@link TextMatch} says. */
export function matchesText(values: readonly string[], text: string, match: TextMatch): boolean {
  const folded = foldSearched(text);
  if (match === "exact") return values.includes(folded);
  if (match === "prefix") return values.some((value) => value.startsWith(folded));
  return searchedWords(text).every((word) =>
    values.some((value) =>
      word.length < SHORTEST_INNER_WORD || isSearchedByBeginning(value) ? value.startsWith(word) : value.includes(word),
    ),
  );
}

/** Whether a plan item and its outcome fit a search, its text left out. */
export function matchesFilters(search: PlanSearch, { item, outcome }: AppliedItem): boolean {
  const { operation, kind, rule, source } = search;
  return (
    (operation === undefined || item.operation === operation) &&
    (kind === undefined || item.kind === kind) &&
    (source === undefined || item.source === source) &&
    (rule === undefined || hasFinding(item, rule)) &&
    (search.outcome === undefined || (outcome?.outcome ?? "pending") === search.outcome) &&
    (search.failure === undefined || (outcome?.outcome === "failed" && outcome.failure === search.failure))
  );
}

function hasFinding({ findings }: PlanItem, rule: string): boolean {
  return findings.some((finding) => finding.rule === rule);
}
