import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { judgeAnswer } from "../../src/jit/judge-answer.ts";
import type { SignInAnswer } from "../../src/jit/sign-in-answer.ts";

const refused = (code: string, message = ""): SignInAnswer => ({ kind: "refused", code, message });
const challenge = (name: string): SignInAnswer => ({ kind: "challenge", name });

/** A verdict with its next step, as one word. */
function short(answer: SignInAnswer): string {
  const { verdict, next, password, alarm } = judgeAnswer(answer);
  return `${verdict} ${next} ${password}${alarm ? " alarm" : ""}`;
}

describe("Cognito's answer", () => {
  it.for<[string, string]>([
    ["SMS_MFA", "challenge step-up right"],
    ["EMAIL_OTP", "challenge step-up right"],
    ["SOFTWARE_TOKEN_MFA", "challenge step-up right"],
    ["SELECT_MFA_TYPE", "challenge step-up right"],
    ["MFA_SETUP", "challenge step-up right"],
    ["DEVICE_SRP_AUTH", "challenge step-up right"],
    ["DEVICE_PASSWORD_VERIFIER", "challenge step-up right"],
    ["NEW_PASSWORD_REQUIRED", "reset_required reset-password right"],
    ["CUSTOM_CHALLENGE", "challenge reset-password unknown"],
    ["SELECT_CHALLENGE", "challenge reset-password unknown alarm"],
    ["PASSWORD_VERIFIER", "challenge reset-password unknown alarm"],
    ["ADMIN_NO_SRP_AUTH", "challenge reset-password unknown alarm"],
    ["SMS_OTP", "challenge reset-password unknown alarm"],
    ["PASSWORD", "challenge reset-password unknown alarm"],
    ["PASSWORD_SRP", "challenge reset-password unknown alarm"],
    ["WEB_AUTHN", "challenge reset-password unknown alarm"],
    ["A_NEW_ONE", "challenge reset-password unknown alarm"],
    ["toString", "challenge reset-password unknown alarm"],
  ])("with the challenge %s comes to: %s", ([name, expected]) => {
    expect(short(challenge(name))).toBe(expected);
  });

  it.for<[string, string]>([
    ["Incorrect username or password.", "invalid_credentials ask-again wrong"],
    ["User is disabled.", "disabled stop unknown"],
    ["Password attempts exceeded", "throttled retry-later unknown"],
    ["Temporary password has expired and must be reset by an administrator.", "reset_required reset-password unknown"],
    ["User is not confirmed.", "not_confirmed verify-contact unknown"],
    ["Password reset required for the user", "reset_required reset-password unknown"],
    ["User does not exist.", "invalid_credentials ask-again unknown"],
    ["Client 1a is configured with secret but SECRET_HASH was not received", "unavailable retry-later unknown alarm"],
    ["Client 1a is configured for secret but secret was not received", "unavailable retry-later unknown alarm"],
    ["Unable to verify secret hash for client 1a", "unavailable retry-later unknown alarm"],
    ["SecretHash does not match for the client: 1a", "unavailable retry-later unknown alarm"],
    ["Something that AWS says from tomorrow on", "unavailable retry-later unknown alarm"],
    ["", "unavailable retry-later unknown alarm"],
  ])("NotAuthorizedException with the text %s comes to: %s", ([text, expected]) => {
    for (const code of ["NotAuthorizedException", "com.amazonaws.cognito.identity.idp.model#NotAuthorizedException"]) {
      for (const message of [text, text.toUpperCase(), `Prefix: ${text}`]) {
        expect(short(refused(code, message))).toBe(expected);
      }
    }
  });

  it.for<[string, string]>([
    ["UserNotFoundException", "invalid_credentials ask-again unknown"],
    ["UserNotConfirmedException", "not_confirmed verify-contact unknown"],
    ["PasswordResetRequiredException", "reset_required reset-password unknown"],
    ["UserLambdaValidationException", "disabled stop unknown"],
    ["UnexpectedLambdaException", "unavailable retry-later unknown"],
    ["InvalidLambdaResponseException", "unavailable retry-later unknown"],
    ["TooManyRequestsException", "throttled retry-later unknown"],
    ["LimitExceededException", "throttled retry-later unknown"],
    ["InternalErrorException", "unavailable retry-later unknown"],
    ["ForbiddenException", "unavailable retry-later unknown alarm"],
    ["ResourceNotFoundException", "unavailable retry-later unknown alarm"],
    ["InvalidParameterException", "unavailable retry-later unknown alarm"],
    ["InvalidUserPoolConfigurationException", "unavailable retry-later unknown alarm"],
    ["AccessDeniedException", "unavailable retry-later unknown alarm"],
    ["UnrecognizedClientException", "unavailable retry-later unknown alarm"],
    ["ANewException", "unavailable retry-later unknown alarm"],
    ["constructor", "unavailable retry-later unknown alarm"],
    ["", "unavailable retry-later unknown alarm"],
  ])("with the code %s comes to: %s", ([code, expected]) => {
    expect(short(refused(code))).toBe(expected);
    expect(short(refused(`aws#${code}`))).toBe(expected);
  });

  it("that does not come, or is no answer, never says that a password is wrong", () => {
    for (const why of ["timeout", "network", "unreadable"] as const) {
      expect(short({ kind: "no-answer", why })).toBe("unavailable retry-later unknown");
    }
    expect(short({ kind: "no-answer", why: "unexpected-token" })).toBe("unavailable retry-later unknown alarm");
  });

  test.prop([fc.string(), fc.string()])("of unknown words is never a yes and never a no", (code, message) => {
    fc.pre(!/incorrect username|does not exist|UserNotFound/i.test(code + message));
    const { verdict, password } = judgeAnswer(refused(code, message));
    expect(verdict).not.toBe("ok");
    expect(verdict).not.toBe("invalid_credentials");
    expect(password).toBe("unknown");
    for (const told of [judgeAnswer(challenge(code)), judgeAnswer(refused("NotAuthorizedException", message))]) {
      expect(told.verdict).not.toBe("ok");
      expect(told.verdict).not.toBe("invalid_credentials");
    }
  });

  it("that is to be waited out says for how long", () => {
    for (const answer of [
      refused("TooManyRequestsException"),
      refused("NotAuthorizedException", "Password attempts exceeded"),
    ]) {
      expect(judgeAnswer(answer).retryAfterSeconds).toBeGreaterThan(0);
    }
  });
});
