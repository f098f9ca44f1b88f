/** Checks passwords against a pool's policy, in AWS's words. */

import { randomInt } from "node:crypto";

import { AwsError } from "./aws-error.ts";
import type { UserPool } from "./user-pool.ts";

interface PasswordPolicy {
  readonly MinimumLength?: number;
  readonly RequireUppercase?: boolean;
  readonly RequireLowercase?: boolean;
  readonly RequireNumbers?: boolean;
  readonly RequireSymbols?: boolean;
  readonly TemporaryPasswordValidityDays?: number;
}

/** The policy of a pool, defaults filled in. */
export function passwordPolicy(pool: UserPool): PasswordPolicy {
  return (pool.settings["Policies"] as { PasswordPolicy?: PasswordPolicy } | undefined)?.PasswordPolicy ?? {};
}

/** @throws AwsError `InvalidPasswordException` naming the first rule that is broken. */
export function checkPassword(pool: UserPool, password: string): void {
  const policy = passwordPolicy(pool);
  const refuse = (what: string): never => {
    throw new AwsError("InvalidPasswordException", `Password did not conform with policy: ${what}`);
  };
  if (password.length < (policy.MinimumLength ?? 8)) refuse("Password not long enough");
  if (policy.RequireLowercase === true && !/[a-z]/.test(password)) refuse("Password must have lowercase characters");
  if (policy.RequireUppercase === true && !/[A-Z]/.test(password)) refuse("Password must have uppercase characters");
  if (policy.RequireNumbers === true && !/\d/.test(password)) refuse("Password must have numeric characters");
  if (policy.RequireSymbols === true && !/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/.test(password)) {
    refuse("Password must have symbol characters");
  }
}

/** A password that satisfies any policy of its length. */
export function generatePassword(pool: UserPool): string {
  const sets = ["abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!@#%&*+?"];
  const length = Math.max(12, passwordPolicy(pool).MinimumLength ?? 8);
  return Array.from({ length }, (_, i) => {
    const set = sets[i % sets.length] as string;
    return set[randomInt(set.length)];
  }).join("");
}
