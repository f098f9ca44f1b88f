import type { FindingRule } from "./rules.ts";

/** `blocker` stops an apply, `warning` is something to look at, `note` is good to know. */
export type Severity = "blocker" | "warning" | "note";

/** Something about one user that the operator should know before applying. */
export interface UserFinding {
  readonly rule: FindingRule;
  /** What it is about, without personal data: an attribute's name, a status, a connection. */
  readonly subject?: string;
}

/** Something about a pool, the project, or many users, with how often it occurs. */
export interface Finding {
  readonly rule: FindingRule;
  readonly severity: Severity;
  /** How many users, groups or attributes it is about. */
  readonly count: number;
  readonly message: string;
  /** What it is about, without personal data. At most 20 are kept. */
  readonly subjects: readonly string[];
}
