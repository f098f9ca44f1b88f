/** RespondToAuthChallenge and AdminRespondToAuthChallenge: the answer to each challenge. */

import { AwsError, invalidParameter, notAuthorized } from "../aws-error.ts";
import { checkPassword } from "../password-policy.ts";
import { setOwnPassword } from "../set-password.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { checkMutable, claimAliases, readAttributes } from "../user-changes.ts";
import type { MfaKind } from "../sign-in-state.ts";
import type { Challenge } from "./auth-state.ts";
import { isSameText } from "./check-password.ts";
import { challengedUser, challengeOf, closeChallenge } from "./challenges.ts";
import { answerChoice, answerPasswordChoice } from "./choice.ts";
import { answerCustomChallenge, nextCustomStep } from "./custom-auth.ts";
import { answerDeviceProof, answerDeviceSrp } from "./device-challenge.ts";
import { afterFirstFactor, afterPassword, askSecondFactor, complete } from "./next-step.ts";
import { parameterOf } from "./sign-in-request.ts";
import type { SignInAnswer, SignInRequest } from "./sign-in-request.ts";
import { checkPasswordProof } from "./srp-challenge.ts";
import { isTotpCode } from "./totp.ts";

/** Answers one challenge. */
export async function answerChallenge(
  request: SignInRequest,
  name: string,
  session: string | undefined,
): Promise<SignInAnswer> {
  const typed = parameterOf(request, "USERNAME");
  checkSecretHash(request.client, realUsernames(request, session, typed), request.parameters["SECRET_HASH"]);
  switch (name) {
    case "PASSWORD_VERIFIER": {
      const { user, challenge } = checkPasswordProof(request);
      if (challenge.rounds !== undefined) {
        const rounds = [...challenge.rounds, { challengeName: "PASSWORD_VERIFIER", challengeResult: true }];
        return nextCustomStep(request, { ...challenge, rounds });
      }
      // Clients name their device with the proof, not with the first call.
      const deviceKey = request.parameters["DEVICE_KEY"] ?? challenge.deviceKey;
      return afterPassword(request, { ...challenge, user, deviceKey });
    }
    case "NEW_PASSWORD_REQUIRED":
      return answerNewPassword(request, session);
    case "SMS_MFA":
    case "EMAIL_OTP":
    case "SMS_OTP":
      return answerCode(request, name, session);
    case "SOFTWARE_TOKEN_MFA":
      return answerTotp(request, session);
    case "SELECT_MFA_TYPE":
      return answerSelection(request, session);
    case "MFA_SETUP":
      return answerSetUp(request, session);
    case "CUSTOM_CHALLENGE":
      return answerCustomChallenge(request, session);
    case "DEVICE_SRP_AUTH":
      return answerDeviceSrp(request, session);
    case "DEVICE_PASSWORD_VERIFIER":
      return answerDeviceProof(request);
    case "SELECT_CHALLENGE":
      return answerChoice(request, session);
    case "PASSWORD":
    case "PASSWORD_SRP":
      return answerPasswordChoice(request, name, session);
    default:
      throw invalidParameter(`Challenge ${name} is not supported.`);
  }
}

/** The names that the client's hash may be made with: the real username, once there is a user. */
function realUsernames(request: SignInRequest, session: string | undefined, typed: string): readonly string[] {
  const key = session ?? request.parameters["PASSWORD_CLAIM_SECRET_BLOCK"] ?? "";
  const block = request.parameters["PASSWORD_CLAIM_SECRET_BLOCK"] ?? "";
  const { challenges } = request.pool.auth;
  const user = (challenges.get(key) ?? challenges.get(block))?.user;
  return user === undefined ? [typed] : [user.username];
}

async function answerNewPassword(request: SignInRequest, session: string | undefined): Promise<SignInAnswer> {
  const { pool, state, parameters } = request;
  const challenge = challengeOf(request, "NEW_PASSWORD_REQUIRED", session);
  const user = challengedUser(request, challenge);
  const password = parameterOf(request, "NEW_PASSWORD");
  checkPassword(pool, password);
  const prefix = "userAttributes.";
  const given = Object.entries(parameters)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, Value]) => ({ Name: name.slice(prefix.length), Value }));
  const changes = readAttributes(pool, given);
  checkMutable(pool, user, changes);
  claimAliases(pool, changes, user, { force: false, now: state.now() });
  for (const { Name, Required } of pool.schema) {
    if (!Required || Name === "sub") continue;
    if (pool.users.attribute(user, Name) === undefined && !changes.get(Name)) {
      throw invalidParameter(`Invalid attributes given, ${Name} is missing`);
    }
  }
  closeChallenge(request, session);
  if (changes.size > 0) pool.users.setAttributes(user, changes, state.now());
  setOwnPassword(user, password);
  user.modifiedAt = state.now();
  return afterFirstFactor(request, { ...challenge, user, deviceKey: challenge.deviceKey });
}

const codeParameters: Readonly<Record<string, string>> = {
  SMS_MFA: "SMS_MFA_CODE",
  EMAIL_OTP: "EMAIL_OTP_CODE",
  SMS_OTP: "SMS_OTP_CODE",
};

async function answerCode(
  request: SignInRequest,
  name: "SMS_MFA" | "EMAIL_OTP" | "SMS_OTP",
  session: string | undefined,
): Promise<SignInAnswer> {
  const challenge = challengeOf(request, name, session);
  const code = parameterOf(request, codeParameters[name] as string);
  if (challenge.code === undefined || !isSameText(challenge.code, code)) {
    throw new AwsError("CodeMismatchException", "Invalid code or auth state for the user.");
  }
  return finish(request, challenge, session);
}

async function answerTotp(request: SignInRequest, session: string | undefined): Promise<SignInAnswer> {
  const challenge = challengeOf(request, "SOFTWARE_TOKEN_MFA", session);
  const secret = challengedUser(request, challenge).signIn?.totpSecret;
  const code = parameterOf(request, "SOFTWARE_TOKEN_MFA_CODE");
  if (secret === undefined || !isTotpCode(secret, code, request.state.now())) {
    throw new AwsError("CodeMismatchException", "Invalid code received for user");
  }
  return finish(request, challenge, session);
}

async function answerSelection(request: SignInRequest, session: string | undefined): Promise<SignInAnswer> {
  const challenge = challengeOf(request, "SELECT_MFA_TYPE", session);
  const answer = parameterOf(request, "ANSWER") as MfaKind;
  if (challenge.choices?.includes(answer) !== true) throw invalidParameter("Invalid MFA type selected.");
  const user = challengedUser(request, challenge);
  closeChallenge(request, session);
  return askSecondFactor(request, { ...challenge, user, deviceKey: challenge.deviceKey }, answer);
}

async function answerSetUp(request: SignInRequest, session: string | undefined): Promise<SignInAnswer> {
  const challenge = challengeOf(request, "MFA_SETUP", session);
  if (challenge.totpVerified !== true) throw notAuthorized("User has not set up software token mfa");
  return finish(request, challenge, session);
}

async function finish(
  request: SignInRequest,
  challenge: Challenge,
  session: string | undefined,
): Promise<SignInAnswer> {
  const user = challengedUser(request, challenge);
  closeChallenge(request, session);
  return complete(request, { ...challenge, user, deviceKey: challenge.deviceKey });
}
