import type { FindingRule } from "../findings/rules.ts";
import type { PlanOperation, UserKind } from "../plan/plan.ts";
import type { FailureClass, OutcomeKind } from "../run/run.ts";
import type { AppliedItem } from "./state-store.ts";

/**
 * How a text has to fit a value of a user, both folded as `foldLoginId` does it.
 *
 * `contains`: each word of the text stands in some value; a word of one or two characters begins it. `prefix`: some value begins with
 * the text. `exact`: some value is the text.
 */
export type TextMatch = "contains" | "prefix" | "exact";

/** Which plan items are looked for. Everything that is given has to hold. */
export interface PlanSearch {
  /** What is searched is told by `searchedValues`. Blank text is no condition. */
  readonly text?: string | undefined;
  /** @defaultValue "contains" */
  readonly match?: TextMatch | undefined;
  readonly operation?: PlanOperation | undefined;
  readonly kind?: UserKind | undefined;
  /** The item has a finding of this rule. */
  readonly rule?: FindingRule | undefined;
  /** Index into the sources of the run. */
  readonly source?: number | undefined;
  /** `pending`: the item has no outcome yet. */
  readonly outcome?: OutcomeKind | "pending" | undefined;
  /** The item failed, with this class. */
  readonly failure?: FailureClass | undefined;
}

/** Some of what a search found. */
export interface PlanSearchPage {
  /** By ascending `seq`; perhaps fewer than were asked for, and perhaps none, though there are more. */
  readonly items: readonly AppliedItem[];
  /**
   * The `seq` after which the search goes on; absent when everything was looked at.
   *
   * One call looks at a bounded number of items, so that each answers quickly whatever is asked for.
   */
  readonly next?: number;
  /** The search has come to what is not indexed yet: it goes on once there is more. */
  readonly waits: boolean;
}

/** How far the index of a plan has come. */
export interface SearchIndexState {
  /** Items that can be found. */
  readonly items: number;
  readonly complete: boolean;
}
