import type { PasswordPolicy } from "../pool/pool-snapshot.ts";
import type { ProjectPasswordPolicy } from "../project/project-password-policy.ts";

/** The most characters that Cognito takes. */
const LONGEST_IN_COGNITO = 256;

/**
 * What a project asks of a password that a pool does not, in a few words each. A password that Cognito knows may lack it.
 *
 * Passwords can be older than the policy of the pool, so that an empty list is no promise.
 */
export function stricterPasswordRules(pool: PasswordPolicy, project: ProjectPasswordPolicy): readonly string[] {
  if (!project.enabled) return ["passwords are switched off"];
  const asksLetter = pool.requireLowercase || pool.requireUppercase;
  const rules: readonly (readonly [boolean, string])[] = [
    [project.minLength > pool.minimumLength, `at least ${project.minLength} characters, not ${pool.minimumLength}`],
    [project.minLength > LONGEST_IN_COGNITO, "more characters than Cognito takes"],
    [project.lowercase && !pool.requireLowercase, "a lower-case letter"],
    [project.uppercase && !pool.requireUppercase, "an upper-case letter"],
    [project.anyLetter && !asksLetter, "a letter"],
    [project.number && !pool.requireNumbers, "a digit"],
    [project.nonAlphanumeric && !pool.requireSymbols, "a symbol"],
    [project.disallowedCharacters !== "", "none of the characters that are not allowed"],
    [project.disallowEmailMatch, "not the email address itself"],
    [project.strengthScore !== undefined && project.strengthScore > 0, `strength ${project.strengthScore ?? 0} of 4`],
  ];
  return rules.filter(([applies]) => applies).map(([, words]) => words);
}
