import type { PasswordPolicy } from "../pool/pool-snapshot.ts";
import type { ProjectPasswordPolicy } from "./project-password-policy.ts";

/** One thing in which a project asks more of a password than a pool did. */
export interface StricterRule {
  /** The project's own name of the setting. */
  readonly setting: keyof ProjectPasswordPolicy;
  readonly pool: string;
  readonly project: string;
}

/**
 * In what a project is stricter than a pool: passwords that were good for the pool may not be for the project.
 *
 * What counts as a symbol differs: a pool counts a space in the middle, and a project may not.
 */
export function stricterRules(pool: PasswordPolicy, project: ProjectPasswordPolicy): readonly StricterRule[] {
  const rules: StricterRule[] = [];
  const add = (setting: StricterRule["setting"], isStricter: boolean, poolHas: string, projectHas: string): void => {
    if (isStricter) rules.push({ setting, pool: poolHas, project: projectHas });
  };
  add("enabled", !project.enabled, "passwords", "no passwords");
  add(
    "minLength",
    project.minLength > pool.minimumLength,
    `${pool.minimumLength} characters`,
    `${project.minLength} characters`,
  );
  add("lowercase", project.lowercase && !pool.requireLowercase, "no", "a lowercase letter");
  add("uppercase", project.uppercase && !pool.requireUppercase, "no", "an uppercase letter");
  add("number", project.number && !pool.requireNumbers, "no", "a number");
  add("nonAlphanumeric", project.nonAlphanumeric && !pool.requireSymbols, "no", "a symbol");
  add("anyLetter", project.anyLetter && !pool.requireLowercase && !pool.requireUppercase, "no", "a letter");
  add("disallowedCharacters", project.disallowedCharacters !== "", "none", "some characters are forbidden");
  add("disallowEmailMatch", project.disallowEmailMatch, "no", "not the email address");
  add("strengthScore", project.strengthScore !== undefined, "none", `strength ${project.strengthScore ?? 0} of 4`);
  return rules;
}
