/** The password policy of the project or of a tenant, and the check of a password against it. */

import { readBoolean, readInteger, readString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Operation } from "../operation.ts";
import { invalid } from "../refusal.ts";

/** A policy, in the service's own words. */
export interface PasswordPolicy {
  readonly enabled: boolean;
  readonly minLength: number;
  readonly lowercase: boolean;
  readonly uppercase: boolean;
  readonly number: boolean;
  readonly nonAlphanumeric: boolean;
  readonly anyLetter: boolean;
  readonly disallowedCharacters: string;
  readonly disallowEmailMatch: boolean;
  readonly expiration: boolean;
  readonly expirationWeeks: number;
  readonly reuse: boolean;
  readonly reuseAmount: number;
  readonly lock: boolean;
  readonly lockAttempts: number;
  readonly tempLock: boolean;
  readonly tempLockAttempts: number;
  readonly tempLockDuration: number;
  readonly enablePasswordStrength: boolean;
  readonly passwordStrengthScore: number;
}

/** What a new project has. */
export const defaultPasswordPolicy: PasswordPolicy = {
  enabled: true,
  minLength: 8,
  lowercase: true,
  uppercase: true,
  number: true,
  nonAlphanumeric: true,
  anyLetter: false,
  disallowedCharacters: "",
  disallowEmailMatch: false,
  expiration: false,
  expirationWeeks: 52,
  reuse: false,
  reuseAmount: 5,
  lock: true,
  lockAttempts: 5,
  tempLock: false,
  tempLockAttempts: 5,
  tempLockDuration: 5,
  enablePasswordStrength: false,
  passwordStrengthScore: 2,
};

/** What a password lacks, in one phrase; undefined when it satisfies the policy. */
export function passwordFault(password: string, policy: PasswordPolicy, email = ""): string | undefined {
  if (password.length < policy.minLength) return `must have at least ${policy.minLength} characters`;
  if (policy.lowercase && !/\p{Ll}/u.test(password)) return "must have a lowercase letter";
  if (policy.uppercase && !/\p{Lu}/u.test(password)) return "must have an uppercase letter";
  if (policy.anyLetter && !/\p{L}/u.test(password)) return "must have a letter";
  if (policy.number && !/\p{Nd}/u.test(password)) return "must have a digit";
  if (policy.nonAlphanumeric && !/[^\p{L}\p{Nd}]/u.test(password))
    return "must have a character that is no letter and no digit";
  for (const character of policy.disallowedCharacters)
    if (password.includes(character)) return "has a character that is not allowed";
  if (policy.disallowEmailMatch && email !== "" && password.toLowerCase() === email.toLowerCase())
    return "must differ from the email";
  return undefined;
}

/** @throws Refusal when a password does not satisfy the policy. */
export function checkPassword(password: string, policy: PasswordPolicy, email = ""): void {
  const fault = passwordFault(password, policy, email);
  if (fault !== undefined) throw invalid(`The password ${fault}`);
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  minLength: [4, 64],
  lockAttempts: [2, 10],
  reuseAmount: [1, 50],
  expirationWeeks: [1, 999],
};

function readPolicy(body: JsonObject, current: PasswordPolicy): PasswordPolicy {
  const policy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(current)) {
    if (typeof value === "boolean") policy[key] = readBoolean(body, key) ?? false;
    else if (typeof value === "string") policy[key] = readString(body, key) ?? "";
    else {
      const wanted = readInteger(body, key);
      const range = ranges[key];
      if (wanted !== undefined && range !== undefined && (wanted < range[0] || wanted > range[1]))
        throw invalid(`The ${key} field must be from ${range[0]} to ${range[1]}`);
      policy[key] = wanted ?? value;
    }
  }
  return policy as unknown as PasswordPolicy;
}

export const passwordPolicyOperations: readonly Operation[] = [
  {
    name: "GET /v1/mgmt/password/settings",
    access: "management",
    run: ({ project, query }) => {
      const tenantId = query.get("tenantId") ?? "";
      if (tenantId !== "" && tenantId !== "undefined") project.tenants.require(tenantId);
      return { ...project.policyOf(tenantId), tenantId: tenantId === "undefined" ? "" : tenantId };
    },
  },
  {
    name: "POST /v1/mgmt/password/settings",
    access: "management",
    run: ({ project, body }) => {
      const tenantId = readString(body, "tenantId") ?? "";
      if (tenantId !== "") project.tenants.require(tenantId);
      project.passwordPolicies.set(tenantId, readPolicy(body, project.policyOf(tenantId)));
      return nothing;
    },
  },
  {
    name: "GET /v1/auth/password/policy",
    access: "project",
    run: ({ project }) => {
      const policy = project.policyOf("");
      return {
        minLength: policy.minLength,
        lowercase: policy.lowercase,
        uppercase: policy.uppercase,
        number: policy.number,
        nonAlphanumeric: policy.nonAlphanumeric,
        strengthScoreEnabled: policy.enablePasswordStrength,
        strengthScore: policy.passwordStrengthScore,
      };
    },
  },
];
