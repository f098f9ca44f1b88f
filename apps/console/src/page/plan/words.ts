/** Operations of a plan, in the order of interest, with their words. */
export const OPERATIONS: readonly (readonly [value: string, word: string])[] = [
  ["create", "Create"],
  ["patch", "Patch"],
  ["none", "Unchanged"],
  ["skip", "Left out"],
  ["delete", "Delete"],
];

/** Outcomes, with their words. */
export const OUTCOMES: readonly (readonly [value: string, word: string])[] = [
  ["created", "Created"],
  ["updated", "Updated"],
  ["unchanged", "Unchanged"],
  ["skipped", "Left out"],
  ["failed", "Failed"],
  ["deleted", "Deleted"],
  ["pending", "Not applied yet"],
];

/** Kinds of users, with their words. */
export const KINDS: readonly (readonly [value: string, word: string])[] = [
  ["native", "Native"],
  ["federated", "Federated"],
  ["linked", "Linked"],
  ["disabled", "Disabled"],
  ["unconfirmed", "Unconfirmed"],
  ["must-set-password", "Must set a password"],
  ["phone-only", "Phone only"],
  ["username-only", "Username only"],
  ["retired", "Retired status"],
];

/** Classes of failures, with their words. */
export const FAILURES: readonly (readonly [value: string, word: string])[] = [
  ["login-id-taken", "Login ID taken"],
  ["refused", "Refused"],
  ["target-error", "Error of the project"],
  ["changed-since", "Changed since"],
];

/** The word of a value; the value itself where there is none. */
export function wordOf(words: readonly (readonly [string, string])[], value: string): string {
  return words.find(([known]) => known === value)?.[1] ?? value;
}
