import type { Findings } from "../findings/findings.ts";
import type { PoolSignIn } from "../pool/pool-sign-in.ts";

/** Triggers that Cognito calls at each check of a password. */
const AT_EACH_SIGN_IN: readonly string[] = ["PreAuthentication", "PostAuthentication", "PreTokenGeneration"];
/** Triggers that Cognito calls when a second factor makes it send a code. */
const AT_EACH_CODE: readonly string[] = ["CustomMessage", "CustomSMSSender", "CustomEmailSender"];
/** Triggers that ask questions of their own, which the check of a password passes by. */
const CUSTOM_CHALLENGE: readonly string[] = [
  "DefineAuthChallenge",
  "CreateAuthChallenge",
  "VerifyAuthChallengeResponse",
];

/** Finds what of a pool's settings stands in the way of checking passwords, or is worth knowing. */
export function checkPool(pool: PoolSignIn, findings: Findings): void {
  const { userPoolId, triggers, mfa } = pool;
  const has = (trigger: string): boolean => triggers[trigger] !== undefined;
  for (const trigger of AT_EACH_SIGN_IN.filter(has)) findings.add("jit-trigger-runs", trigger);
  if (mfa.configuration !== "OFF") {
    findings.add("jit-mfa-challenges", `${userPoolId}: ${mfa.configuration}`);
    for (const trigger of AT_EACH_CODE.filter(has)) findings.add("jit-trigger-runs", trigger);
  }
  for (const trigger of CUSTOM_CHALLENGE.filter(has)) findings.add("jit-custom-challenge", trigger);
  if (has("UserMigration")) findings.add("user-migration-trigger", userPoolId);
  if (pool.threatProtection !== "OFF") {
    findings.add("jit-threat-protection", `${userPoolId}: ${pool.threatProtection}`);
  }
  if (pool.remembersDevices) findings.add("jit-devices-remembered", userPoolId);
  const otherFactors = pool.firstFactors.filter((factor) => factor !== "PASSWORD");
  if (otherFactors.length > 0) findings.add("jit-passwordless-users", `${userPoolId}: ${otherFactors.join(", ")}`);
  checkNames(pool, findings);
  if (pool.verification?.atSignUp.includes("email") !== true) findings.add("jit-email-unverified", userPoolId);
  if (pool.emailSender === "COGNITO_DEFAULT") findings.add("jit-mail-limited", userPoolId);
  findings.add("jit-quota-shared", userPoolId);
  findings.add("jit-web-acl", userPoolId);
}

/** What users type in: an address, a name, or either. */
function checkNames(pool: PoolSignIn, findings: Findings): void {
  const { userPoolId, usernameAttributes, aliasAttributes } = pool;
  const names = usernameAttributes.length > 0 ? usernameAttributes : aliasAttributes;
  const byAddress = names.includes("email") || names.includes("phone_number");
  if (!byAddress) findings.add("jit-signs-in-by-username", userPoolId);
  if (pool.caseSensitive) findings.add("pool-case-sensitive", userPoolId);
}
