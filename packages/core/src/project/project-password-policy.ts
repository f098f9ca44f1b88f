/** What a project asks of a password. Lengths in characters. */
export interface ProjectPasswordPolicy {
  /** Whether users of the project can have passwords at all. */
  readonly enabled: boolean;
  readonly minLength: number;
  readonly lowercase: boolean;
  readonly uppercase: boolean;
  readonly number: boolean;
  readonly nonAlphanumeric: boolean;
  /** Some letter, of either case. */
  readonly anyLetter: boolean;
  /** Characters that must not be in it. */
  readonly disallowedCharacters: string;
  /** Whether it must differ from the email address. */
  readonly disallowEmailMatch: boolean;
  /** The least strength, from 0 to 4; absent when strength is not asked for. */
  readonly strengthScore?: number;
}

/** What a password lacks. */
export type PasswordFault =
  | "disabled"
  | "length"
  | "lowercase"
  | "uppercase"
  | "number"
  | "symbol"
  | "letter"
  | "character"
  | "email";

/**
 * What a password lacks by a policy; undefined when nothing does.
 *
 * Which letters and digits count is documented nowhere, so those of every script do: what the project refuses all the same, it
 * says itself. Strength cannot be told without it.
 */
export function passwordFault(password: string, policy: ProjectPasswordPolicy, email = ""): PasswordFault | undefined {
  if (!policy.enabled) return "disabled";
  if (password.length < policy.minLength) return "length";
  if (policy.lowercase && !/\p{Ll}/u.test(password)) return "lowercase";
  if (policy.uppercase && !/\p{Lu}/u.test(password)) return "uppercase";
  if (policy.anyLetter && !/\p{L}/u.test(password)) return "letter";
  if (policy.number && !/\p{Nd}/u.test(password)) return "number";
  if (policy.nonAlphanumeric && !/[^\p{L}\p{Nd}]/u.test(password)) return "symbol";
  for (const character of policy.disallowedCharacters) if (password.includes(character)) return "character";
  return policy.disallowEmailMatch && email !== "" && password.toLowerCase() === email.toLowerCase()
    ? "email"
    : undefined;
}
