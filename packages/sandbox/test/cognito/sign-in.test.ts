import { expect, test } from "vitest";

import { totpCode } from "../../src/cognito/auth/totp.ts";
import { secretHash } from "../../src/cognito/secret-hash.ts";
import { claimsOf, password, signInPool, tokensOf } from "./sign-in-pool.ts";

const refused = { name: "NotAuthorizedException", message: "Incorrect username or password." };

test("a right password gives tokens, by any name of the user", async () => {
  await using pool = await signInPool();
  await pool.addUser("Ada", { email: "ada@example.com", email_verified: "true" });
  for (const name of ["Ada", "ADA", "Ada@Example.com"]) {
    const answer = await pool.signIn(name);
    expect(answer).toMatchObject({
      ChallengeParameters: {},
      AuthenticationResult: { TokenType: "Bearer", ExpiresIn: 3600 },
    });
    expect(claimsOf(tokensOf(answer).IdToken)).toMatchObject({ "cognito:username": "Ada" });
  }
});

test("a wrong password and an unknown user are told apart only where the client allows it", async () => {
  await using legacy = await signInPool();
  await legacy.addUser("ada");
  await expect(legacy.signIn("ada", "wrong")).rejects.toMatchObject(refused);
  await expect(legacy.signIn("bob")).rejects.toMatchObject({
    name: "UserNotFoundException",
    message: "User does not exist.",
  });
  await using hiding = await signInPool({ client: { PreventUserExistenceErrors: "ENABLED" } });
  await expect(hiding.signIn("bob")).rejects.toMatchObject(refused);
});

test("the state of the account refuses in AWS's words, after a right password only", async () => {
  await using pool = await signInPool();
  const { call, UserPoolId, ClientId } = pool;
  await pool.addUser("disabled");
  await call("AdminDisableUser", { UserPoolId, Username: "disabled" });
  await expect(pool.signIn("disabled")).rejects.toMatchObject({
    name: "NotAuthorizedException",
    message: "User is disabled.",
  });
  await expect(pool.signIn("disabled", "wrong")).rejects.toMatchObject(refused);
  await call("SignUp", { ClientId, Username: "unconfirmed", Password: password });
  await expect(pool.signIn("unconfirmed")).rejects.toMatchObject({
    name: "UserNotConfirmedException",
    message: "User is not confirmed.",
  });
  await pool.addUser("reset", { email: "r@example.com", email_verified: "true" });
  await call("AdminResetUserPassword", { UserPoolId, Username: "reset" });
  await expect(pool.signIn("reset")).rejects.toMatchObject({
    name: "PasswordResetRequiredException",
    message: "Password reset required for the user",
  });
});

test("as a variant, the state of the account is told whatever the password is", async () => {
  await using pool = await signInPool({ cognito: { variants: { statusCheck: "before-password" } } });
  await pool.addUser("disabled");
  await pool.call("AdminDisableUser", { UserPoolId: pool.UserPoolId, Username: "disabled" });
  await expect(pool.signIn("disabled", "wrong")).rejects.toThrow("User is disabled.");
});

test("where clients hide who exists, a reset user looks like a wrong password", async () => {
  await using pool = await signInPool({ client: { PreventUserExistenceErrors: "ENABLED" } });
  await pool.addUser("reset", { email: "r@example.com", email_verified: "true" });
  await pool.call("AdminResetUserPassword", { UserPoolId: pool.UserPoolId, Username: "reset" });
  await expect(pool.signIn("reset")).rejects.toMatchObject(refused);
});

test("five wrong passwords lock for a second, each further one for twice as long", async () => {
  await using pool = await signInPool({ frozen: true });
  await pool.addUser("ada");
  const locked = { name: "NotAuthorizedException", message: "Password attempts exceeded" };
  for (let i = 0; i < 5; i += 1) await expect(pool.signIn("ada", "wrong")).rejects.toMatchObject(refused);
  await expect(pool.signIn("ada")).rejects.toMatchObject(locked);
  pool.pass(1100);
  await expect(pool.signIn("ada", "wrong")).rejects.toMatchObject(refused);
  pool.pass(1100);
  await expect(pool.signIn("ada")).rejects.toMatchObject(locked);
  pool.pass(1100);
  await expect(pool.signIn("ada")).resolves.toHaveProperty("AuthenticationResult");
  await expect(pool.signIn("ada", "wrong")).rejects.toMatchObject(refused);
  await expect(pool.signIn("ada")).resolves.toHaveProperty("AuthenticationResult");
});

test("a client's flows are enforced, in old words and new ones", async () => {
  await using pool = await signInPool({ client: { ExplicitAuthFlows: ["ADMIN_NO_SRP_AUTH"] } });
  const { call, ClientId, UserPoolId } = pool;
  await pool.addUser("ada");
  await expect(pool.signIn("ada")).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "USER_PASSWORD_AUTH flow not enabled for this client",
  });
  const AuthParameters = { USERNAME: "ada", PASSWORD: password };
  const admin = { UserPoolId, ClientId, AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters };
  await expect(call("AdminInitiateAuth", admin)).resolves.toHaveProperty("AuthenticationResult");
  await expect(call("InitiateAuth", { ...admin, UserPoolId: undefined })).rejects.toThrow(
    "Initiate Auth method not supported.",
  );
  await using other = await signInPool({ client: { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] } });
  const call2 = { ...admin, UserPoolId: other.UserPoolId, ClientId: other.ClientId };
  await expect(other.call("AdminInitiateAuth", call2)).rejects.toThrow("Auth flow not enabled for this client");
});

test.each([
  [{ USERNAME: "ada" }, "Missing required parameter PASSWORD"],
  [{ PASSWORD: "x" }, "Missing required parameter USERNAME"],
])("missing parameters are named: %j", async (AuthParameters, message) => {
  await using pool = await signInPool();
  const input = { ClientId: pool.ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters };
  await expect(pool.call("InitiateAuth", input)).rejects.toMatchObject({ name: "InvalidParameterException", message });
});

test("an unknown client is not found", async () => {
  await using pool = await signInPool();
  const input = { ClientId: "nobody", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: {} };
  await expect(pool.call("InitiateAuth", input)).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "User pool client nobody does not exist.",
  });
});

test("a client with a secret needs its hash, made with the typed name at first and the real one later", async () => {
  await using pool = await signInPool({
    pool: { AliasAttributes: undefined, UsernameAttributes: ["email"] },
    client: { GenerateSecret: true },
  });
  const { ClientId, ClientSecret = "" } = pool;
  const email = "ada@example.com";
  await pool.addUser(email);
  await expect(pool.signIn(email)).rejects.toThrow(
    `Client ${ClientId} is configured with secret but SECRET_HASH was not received`,
  );
  await expect(pool.signIn(email, password, { SECRET_HASH: "AAAA" })).rejects.toMatchObject({
    name: "NotAuthorizedException",
    message: `Unable to verify secret hash for client ${ClientId}`,
  });
  const answer = await pool.signIn(email, password, { SECRET_HASH: secretHash(ClientSecret, email, ClientId) });
  const { RefreshToken, IdToken } = tokensOf(answer);
  const refresh = (name: string): Promise<unknown> =>
    pool.call("InitiateAuth", {
      ClientId,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: RefreshToken, SECRET_HASH: secretHash(ClientSecret, name, ClientId) },
    });
  await expect(refresh(email)).rejects.toThrow("Unable to verify secret hash");
  await expect(refresh(String(claimsOf(IdToken)["cognito:username"]))).resolves.toHaveProperty("AuthenticationResult");
});

test("a temporary password asks for a new one, works once, and expires", async () => {
  await using pool = await signInPool();
  const { call, UserPoolId } = pool;
  const invite = (Username: string): Promise<unknown> =>
    call("AdminCreateUser", { UserPoolId, Username, TemporaryPassword: "Temp0rary-one", MessageAction: "SUPPRESS" });
  await invite("ada");
  const challenge = await pool.signIn("ada", "Temp0rary-one");
  expect(challenge).toMatchObject({
    ChallengeName: "NEW_PASSWORD_REQUIRED",
    ChallengeParameters: { USER_ID_FOR_SRP: "ada", requiredAttributes: "[]", userAttributes: "{}" },
  });
  const expired = "Temporary password has expired and must be reset by an administrator.";
  await expect(pool.signIn("ada", "Temp0rary-one")).rejects.toThrow(expired);
  await expect(pool.respond(challenge, { USERNAME: "ada", NEW_PASSWORD: "weak" })).rejects.toMatchObject({
    name: "InvalidPasswordException",
  });
  const done = await pool.respond(challenge, { USERNAME: "ada", NEW_PASSWORD: password, "userAttributes.name": "Ada" });
  expect(claimsOf(tokensOf(done).IdToken)).toMatchObject({ name: "Ada" });
  await expect(pool.signIn("ada")).resolves.toHaveProperty("AuthenticationResult");
  await invite("late");
  pool.pass(8 * 24 * 3600 * 1000);
  await expect(pool.signIn("late", "Temp0rary-one")).rejects.toThrow(expired);
});

test("a challenge's session is one client's, and dies after its time", async () => {
  await using pool = await signInPool();
  const { call, UserPoolId } = pool;
  await call("AdminCreateUser", { UserPoolId, Username: "ada", TemporaryPassword: "Temp0rary-one" });
  const challenge = await pool.signIn("ada", "Temp0rary-one");
  const answer = { USERNAME: "ada", NEW_PASSWORD: password };
  const forged = { ...challenge, Session: "x".repeat(60) };
  await expect(pool.respond(forged, answer)).rejects.toThrow("Invalid session for the user.");
  pool.pass(3 * 60_000 + 1);
  await expect(pool.respond(challenge, answer)).rejects.toThrow("Invalid session for the user, session is expired.");
});

test("second factors: SMS, e-mail, authenticator app, and the choice between them", async () => {
  await using pool = await signInPool({ pool: { MfaConfiguration: "OPTIONAL" } });
  const { call, UserPoolId, sandbox } = pool;
  await call("SetUserPoolMfaConfig", {
    UserPoolId,
    MfaConfiguration: "OPTIONAL",
    SmsMfaConfiguration: { SmsAuthenticationMessage: "Code {####}" },
    SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: {},
  });
  await pool.addUser("ada", {
    email: "ada@example.com",
    email_verified: "true",
    phone_number: "+12025550199",
    phone_number_verified: "true",
  });
  const prefer = (settings: object): Promise<unknown> =>
    call("AdminSetUserMFAPreference", { UserPoolId, Username: "ada", ...settings });
  const lastCode = (): string => sandbox.cognitoService.messages().at(-1)?.code ?? "";

  await prefer({ SMSMfaSettings: { Enabled: true } });
  const sms = await pool.signIn("ada");
  expect(sms).toMatchObject({
    ChallengeName: "SMS_MFA",
    ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: "SMS", CODE_DELIVERY_DESTINATION: "+*******0199" },
  });
  await expect(pool.respond(sms, { USERNAME: "ada", SMS_MFA_CODE: "000" })).rejects.toMatchObject({
    name: "CodeMismatchException",
    message: "Invalid code or auth state for the user.",
  });
  const signedIn = await pool.respond(sms, { USERNAME: "ada", SMS_MFA_CODE: lastCode() });
  await expect(pool.respond(sms, { USERNAME: "ada", SMS_MFA_CODE: lastCode() })).rejects.toThrow("Invalid session");

  const { AccessToken } = tokensOf(signedIn);
  await expect(prefer({ SoftwareTokenMfaSettings: { Enabled: true } })).rejects.toThrow(
    "has not verified software token mfa",
  );
  const { SecretCode } = (await call("AssociateSoftwareToken", { AccessToken })) as { SecretCode: string };
  await expect(call("VerifySoftwareToken", { AccessToken, UserCode: "000000" })).rejects.toMatchObject({
    name: "EnableSoftwareTokenMFAException",
  });
  expect(await call("VerifySoftwareToken", { AccessToken, UserCode: totpCode(SecretCode, Date.now()) })).toEqual({
    Status: "SUCCESS",
  });
  await prefer({ SoftwareTokenMfaSettings: { Enabled: true } });

  const choice = await pool.signIn("ada");
  expect(choice).toMatchObject({
    ChallengeName: "SELECT_MFA_TYPE",
    ChallengeParameters: { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA"]' },
  });
  const totp = await pool.respond(choice, { USERNAME: "ada", ANSWER: "SOFTWARE_TOKEN_MFA" });
  expect(totp["ChallengeName"]).toBe("SOFTWARE_TOKEN_MFA");
  await expect(pool.respond(totp, { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE: "000000" })).rejects.toMatchObject({
    name: "CodeMismatchException",
  });
  const code = totpCode(SecretCode, Date.now());
  await expect(pool.respond(totp, { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE: code })).resolves.toHaveProperty(
    "AuthenticationResult",
  );
  expect(await call("AdminGetUser", { UserPoolId, Username: "ada" })).toMatchObject({
    UserMFASettingList: ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
  });

  await prefer({ EmailMfaSettings: { Enabled: true, PreferredMfa: true } });
  const email = await pool.signIn("ada");
  expect(email).toMatchObject({
    ChallengeName: "EMAIL_OTP",
    ChallengeParameters: { CODE_DELIVERY_DESTINATION: "a***@e***" },
  });
  await expect(pool.respond(email, { USERNAME: "ada", EMAIL_OTP_CODE: lastCode() })).resolves.toHaveProperty(
    "AuthenticationResult",
  );
});

test("where a second factor is required and there is none, it is set up on the way", async () => {
  await using pool = await signInPool();
  const { call, UserPoolId } = pool;
  await call("SetUserPoolMfaConfig", {
    UserPoolId,
    MfaConfiguration: "ON",
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  await pool.addUser("ada");
  const setUp = await pool.signIn("ada");
  expect(setUp).toMatchObject({
    ChallengeName: "MFA_SETUP",
    ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
  });
  await expect(pool.respond(setUp, { USERNAME: "ada" })).rejects.toThrow("User has not set up software token mfa");
  const associated = (await call("AssociateSoftwareToken", { Session: setUp["Session"] })) as Record<string, string>;
  const UserCode = totpCode(associated["SecretCode"] ?? "", Date.now());
  const { Session } = await call("VerifySoftwareToken", { Session: associated["Session"], UserCode });
  const done = await pool.respond({ ...setUp, Session }, { USERNAME: "ada" });
  expect(done).toHaveProperty("AuthenticationResult");
  expect(await pool.signIn("ada")).toMatchObject({ ChallengeName: "SOFTWARE_TOKEN_MFA" });
});

test("choice-based sign-in offers what the pool allows and the user has", async () => {
  await using pool = await signInPool({
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] } } },
  });
  const { call, ClientId, sandbox } = pool;
  await pool.addUser("ada", { email: "ada@example.com", email_verified: "true" });
  const begin = (AuthParameters: object): Promise<Record<string, unknown>> =>
    call("InitiateAuth", { ClientId, AuthFlow: "USER_AUTH", AuthParameters });
  const choice = await begin({ USERNAME: "ada" });
  expect(choice).toMatchObject({
    ChallengeName: "SELECT_CHALLENGE",
    AvailableChallenges: ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"],
  });
  const otp = await pool.respond(choice, { USERNAME: "ada", ANSWER: "EMAIL_OTP" });
  const code = sandbox.cognitoService.messages().at(-1)?.code ?? "";
  await expect(pool.respond(otp, { USERNAME: "ada", EMAIL_OTP_CODE: code })).resolves.toHaveProperty(
    "AuthenticationResult",
  );
  const direct = { USERNAME: "ada", PREFERRED_CHALLENGE: "PASSWORD", PASSWORD: password };
  await expect(begin(direct)).resolves.toHaveProperty("AuthenticationResult");
  await expect(begin({ ...direct, PASSWORD: "wrong" })).rejects.toMatchObject(refused);
});

test("a forgotten password is replaced with the code that was sent", async () => {
  await using pool = await signInPool();
  const { call, ClientId, UserPoolId, sandbox } = pool;
  await pool.addUser("ada", { email: "ada@example.com", email_verified: "true" });
  expect(await call("ForgotPassword", { ClientId, Username: "ada" })).toEqual({
    CodeDeliveryDetails: { Destination: "a***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" },
  });
  const ConfirmationCode = sandbox.cognitoService.messages().at(-1)?.code ?? "";
  const confirm = (input: object): Promise<unknown> =>
    call("ConfirmForgotPassword", { ClientId, Username: "ada", Password: "An0ther-one", ConfirmationCode, ...input });
  await expect(confirm({ ConfirmationCode: "nope" })).rejects.toMatchObject({ name: "CodeMismatchException" });
  await confirm({});
  await expect(confirm({})).rejects.toMatchObject({ name: "ExpiredCodeException" });
  await expect(pool.signIn("ada", "An0ther-one")).resolves.toHaveProperty("AuthenticationResult");
  await expect(call("ForgotPassword", { ClientId, Username: "nobody" })).rejects.toMatchObject({
    name: "UserNotFoundException",
    message: "Username/client id combination not found.",
  });
  await call("AdminCreateUser", { UserPoolId, Username: "invited" });
  await expect(call("ForgotPassword", { ClientId, Username: "invited" })).rejects.toMatchObject({
    name: "NotAuthorizedException",
    message: "User password cannot be reset in the current state.",
  });
});

test("users read and change themselves with their access token", async () => {
  await using pool = await signInPool();
  const { call } = pool;
  await pool.addUser("ada", { email: "ada@example.com", email_verified: "true" });
  const { AccessToken, IdToken } = tokensOf(await pool.signIn("ada"));
  expect(await call("GetUser", { AccessToken })).toMatchObject({ Username: "ada" });
  await expect(call("GetUser", { AccessToken: IdToken })).rejects.toMatchObject({ message: "Invalid Access Token" });
  await call("UpdateUserAttributes", { AccessToken, UserAttributes: [{ Name: "email", Value: "new@example.com" }] });
  await expect(
    call("UpdateUserAttributes", { AccessToken, UserAttributes: [{ Name: "email_verified", Value: "true" }] }),
  ).rejects.toThrow("A client attempted to write unauthorized attribute");
  await call("GetUserAttributeVerificationCode", { AccessToken, AttributeName: "email" });
  const Code = pool.sandbox.cognitoService.messages().at(-1)?.code;
  await call("VerifyUserAttribute", { AccessToken, AttributeName: "email", Code });
  const change = (PreviousPassword: string): Promise<unknown> =>
    call("ChangePassword", { AccessToken, PreviousPassword, ProposedPassword: "An0ther-one" });
  await expect(change("wrong")).rejects.toMatchObject(refused);
  await change(password);
  await expect(pool.signIn("new@example.com", "An0ther-one")).resolves.toHaveProperty("AuthenticationResult");
  await call("DeleteUser", { AccessToken });
  await expect(call("GetUser", { AccessToken })).rejects.toThrow("Invalid Access Token");
});

test("with threat protection, sign-ins are logged for each user", async () => {
  await using plain = await signInPool();
  await plain.addUser("ada");
  const ask = { UserPoolId: plain.UserPoolId, Username: "ada" };
  await expect(plain.call("AdminListUserAuthEvents", ask)).rejects.toMatchObject({
    name: "UserPoolAddOnNotEnabledException",
  });
  await using pool = await signInPool({ pool: { UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" } } });
  await pool.addUser("ada");
  await expect(pool.signIn("ada", "wrong")).rejects.toMatchObject(refused);
  const { AccessToken } = tokensOf(await pool.signIn("ada"));
  const first = await pool.call("AdminListUserAuthEvents", {
    UserPoolId: pool.UserPoolId,
    Username: "ada",
    MaxResults: 1,
  });
  expect(first).toMatchObject({ AuthEvents: [{ EventType: "SignIn", EventResponse: "Pass" }] });
  const { NextToken } = first;
  const second = await pool.call("AdminListUserAuthEvents", {
    UserPoolId: pool.UserPoolId,
    Username: "ada",
    MaxResults: 1,
    NextToken,
  });
  expect(second).toMatchObject({ AuthEvents: [{ EventResponse: "Fail" }] });
  expect(await pool.call("GetUserAuthFactors", { AccessToken })).toEqual({
    Username: "ada",
    ConfiguredUserAuthFactors: ["PASSWORD"],
  });
  expect(await pool.call("ListWebAuthnCredentials", { AccessToken })).toEqual({ Credentials: [] });
});

test("users take away their own attributes, but not required ones", async () => {
  await using pool = await signInPool({ pool: { Schema: [{ Name: "email", Required: true }] } });
  await pool.addUser("ada", { email: "ada@example.com", nickname: "a" });
  const { AccessToken } = tokensOf(await pool.signIn("ada"));
  await pool.call("DeleteUserAttributes", { AccessToken, UserAttributeNames: ["nickname"] });
  await expect(pool.call("DeleteUserAttributes", { AccessToken, UserAttributeNames: ["email"] })).rejects.toMatchObject(
    {
      name: "InvalidParameterException",
    },
  );
  const { UserAttributes } = (await pool.call("GetUser", { AccessToken })) as { UserAttributes: { Name: string }[] };
  expect(UserAttributes.map(({ Name }) => Name)).toEqual(["sub", "email"]);
});
