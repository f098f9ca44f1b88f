import { expect, test } from "vitest";

import { startSandbox } from "../../src/index.ts";
import { caller } from "../cognito/raw-call.ts";

const wrong = "NotAuthorizedException: Incorrect username or password.";
const disabled = "NotAuthorizedException: User is disabled.";

test("every kind of user is told at sign-in what Cognito tells it, the password being right", async () => {
  await using sandbox = await startSandbox({ only: "cognito", users: 60 });
  const { generated, clientId: ClientId } = sandbox;
  const call = caller(sandbox);
  const told: Record<string, string> = {};
  for (const [kind, sub] of generated?.kinds ?? []) {
    const USERNAME = generated?.pool.users.bySub(sub)?.username;
    const AuthParameters = { USERNAME, PASSWORD: generated?.passwordOf(sub) };
    const answer = await call("InitiateAuth", { ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }).catch(
      (error: unknown) => String(error),
    );
    if (typeof answer === "string") told[kind] = answer;
    else if (answer["AuthenticationResult"] === undefined) told[kind] = String(answer["ChallengeName"]);
  }
  // Everybody else gets tokens. The client hides who exists, so a reset user looks like a wrong password.
  expect(told).toEqual({
    disabled,
    "disabled-without-contact": disabled,
    "unconfirmed-disabled": disabled,
    archived: disabled,
    unconfirmed: "UserNotConfirmedException: User is not confirmed.",
    "force-change-password": "NEW_PASSWORD_REQUIRED",
    "temporary-password-expired":
      "NotAuthorizedException: Temporary password has expired and must be reset by an administrator.",
    "reset-required": wrong,
    compromised: wrong,
    google: wrong,
    saml: wrong,
    oidc: wrong,
    "twin-federated": wrong,
    "sms-mfa": "SMS_MFA",
    "totp-mfa": "SOFTWARE_TOKEN_MFA",
  });
});
