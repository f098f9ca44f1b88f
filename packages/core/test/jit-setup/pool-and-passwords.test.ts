import {
  createFindings,
  type PasswordPolicy,
  passwordFault,
  type ProjectPasswordPolicy,
} from "@cognito-to-descope/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPool } from "../../src/jit-setup/check-pool.ts";
import { stricterPasswordRules } from "../../src/jit-setup/stricter-password-rules.ts";
import { samplePool } from "./samples.ts";

const ALWAYS = ["jit-quota-shared", "jit-web-acl"];

function found(change: Parameters<typeof samplePool>[0]): readonly string[] {
  const findings = createFindings();
  checkPool(samplePool(change), findings);
  return findings.list().flatMap(({ rule, subjects }) => (ALWAYS.includes(rule) ? [] : [`${rule} ${subjects.join()}`]));
}

describe("a pool", () => {
  const { userPoolId, mfa } = samplePool();
  test.each([
    [{}, []],
    [{ triggers: { PreAuthentication: "a", PostConfirmation: "a" } }, ["jit-trigger-runs PreAuthentication"]],
    [{ triggers: { CustomEmailSender: "a" } }, []],
    [
      { triggers: { CustomEmailSender: "a" }, mfa: { ...mfa, configuration: "OPTIONAL" } },
      [`jit-mfa-challenges ${userPoolId}: OPTIONAL`, "jit-trigger-runs CustomEmailSender"],
    ],
    [{ triggers: { DefineAuthChallenge: "a" } }, ["jit-custom-challenge DefineAuthChallenge"]],
    [{ triggers: { UserMigration: "a" } }, [`user-migration-trigger ${userPoolId}`]],
    [{ threatProtection: "ENFORCED" }, [`jit-threat-protection ${userPoolId}: ENFORCED`]],
    [{ remembersDevices: true }, [`jit-devices-remembered ${userPoolId}`]],
    [{ firstFactors: ["PASSWORD", "EMAIL_OTP"] }, [`jit-passwordless-users ${userPoolId}: EMAIL_OTP`]],
    [{ usernameAttributes: [] }, [`jit-signs-in-by-username ${userPoolId}`]],
    [{ usernameAttributes: [], aliasAttributes: ["preferred_username"] }, [`jit-signs-in-by-username ${userPoolId}`]],
    [{ usernameAttributes: [], aliasAttributes: ["email"] }, []],
    [{ caseSensitive: true }, [`pool-case-sensitive ${userPoolId}`]],
    [{ verification: { atSignUp: [], beforeUpdate: [] } }, [`jit-email-unverified ${userPoolId}`]],
    [{ emailSender: "COGNITO_DEFAULT" }, [`jit-mail-limited ${userPoolId}`]],
  ])("with %j is found to have %j", (change, rules) => {
    expect(found(change)).toEqual(rules);
  });
});

const pools: fc.Arbitrary<PasswordPolicy> = fc.record({
  minimumLength: fc.integer({ min: 6, max: 12 }),
  requireLowercase: fc.boolean(),
  requireUppercase: fc.boolean(),
  requireNumbers: fc.boolean(),
  requireSymbols: fc.boolean(),
});
const projects: fc.Arbitrary<ProjectPasswordPolicy> = fc.record({
  enabled: fc.constant(true),
  minLength: fc.integer({ min: 4, max: 12 }),
  lowercase: fc.boolean(),
  uppercase: fc.boolean(),
  number: fc.boolean(),
  nonAlphanumeric: fc.boolean(),
  anyLetter: fc.boolean(),
  disallowedCharacters: fc.constant(""),
  disallowEmailMatch: fc.constant(false),
});

/** The poorest password that the pool lets through. */
function poorest(policy: PasswordPolicy): string {
  const parts = [
    policy.requireLowercase ? "a" : "",
    policy.requireUppercase ? "A" : "",
    policy.requireNumbers ? "1" : "",
    policy.requireSymbols ? "!" : "",
  ].join("");
  const filler = parts.at(0) ?? "1";
  return parts + filler.repeat(Math.max(0, policy.minimumLength - parts.length));
}

test("where no rule of the project is stricter, it takes whatever the pool lets through", () => {
  fc.assert(
    fc.property(pools, projects, (pool, project) => {
      if (stricterPasswordRules(pool, project).length > 0) return;
      expect(passwordFault(poorest(pool), project)).toBeUndefined();
    }),
  );
});

test("a rule that is said to be stricter refuses some password that the pool lets through", () => {
  fc.assert(
    fc.property(pools, projects, fc.constantFrom("a", "A", "1", "!"), (pool, project, filler) => {
      const stricter = stricterPasswordRules(pool, project);
      fc.pre(stricter.length > 0);
      const parts = poorest({ ...pool, minimumLength: 0 });
      const passwords = ["a", "A", "1", "!", filler].map((one) =>
        (parts + one.repeat(pool.minimumLength)).slice(0, Math.max(pool.minimumLength, parts.length)),
      );
      expect(passwords.some((password) => passwordFault(password, project) !== undefined)).toBe(true);
    }),
  );
});

test("a project without passwords takes none", () => {
  const [project] = fc.sample(projects, 1);
  expect(stricterPasswordRules(samplePool().passwordPolicy, { ...project!, enabled: false })).toEqual([
    "passwords are switched off",
  ]);
});
