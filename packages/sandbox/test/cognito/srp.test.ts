import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import type { CognitoUserSession, IAuthenticationCallback } from "amazon-cognito-identity-js";
import { expect, test } from "vitest";

import { srpVerifier } from "../../src/cognito/auth/srp.ts";
import { totpCode } from "../../src/cognito/auth/totp.ts";
import { claimsOf, password, signInPool, tokensOf } from "./sign-in-pool.ts";
import type { SignInPool } from "./sign-in-pool.ts";

/** Keeps what the library would put into a browser's storage. */
class MemoryStorage {
  readonly #items = new Map<string, string>();
  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
  clear(): void {
    this.#items.clear();
  }
}

function cognitoUser(pool: SignInPool, Username: string, Storage = new MemoryStorage()): CognitoUser {
  const { UserPoolId, ClientId, sandbox } = pool;
  const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: sandbox.cognito, Storage });
  return new CognitoUser({ Username, Pool, Storage });
}

function authenticate(
  user: CognitoUser,
  Password: string,
  more: (resolve: (session: CognitoUserSession) => void) => Partial<IAuthenticationCallback> = () => ({}),
): Promise<CognitoUserSession> {
  const details = new AuthenticationDetails({ Username: user.getUsername(), Password });
  return new Promise((onSuccess, onFailure) => {
    user.authenticateUser(details, { onSuccess, onFailure, ...more(onSuccess) });
  });
}

test("amazon-cognito-identity-js signs in by SRP", async () => {
  await using pool = await signInPool();
  await pool.addUser("ada", { email: "ada@example.com", email_verified: "true" });
  for (const name of ["ada", "ADA@example.com"]) {
    const session = await authenticate(cognitoUser(pool, name), password);
    expect(session.getIdToken().payload).toMatchObject({ email: "ada@example.com", token_use: "id" });
    expect(session.isValid()).toBe(true);
  }
  expect(pool.sandbox.requests.count({ operation: "RespondToAuthChallenge" })).toBe(2);
});

test("zeros in front of a salt change nothing, as clients read the salt as a number", () => {
  for (const salt of ["ff", "7f01", "1"])
    expect(srpVerifier("poolada", password, `0000${salt}`)).toBe(srpVerifier("poolada", password, salt));
});

test("SRP with a wrong password is refused and counts towards the lock-out", async () => {
  await using pool = await signInPool({ frozen: true });
  await pool.addUser("ada");
  const wrong = (): Promise<unknown> => authenticate(cognitoUser(pool, "ada"), "wrong");
  for (let i = 0; i < 5; i += 1)
    await expect(wrong()).rejects.toMatchObject({ message: "Incorrect username or password." });
  await expect(authenticate(cognitoUser(pool, "ada"), password)).rejects.toMatchObject({
    message: "Password attempts exceeded",
  });
});

test("where the client hides who exists, SRP asks nobody too, and refuses alike", async () => {
  await using pool = await signInPool({ client: { PreventUserExistenceErrors: "ENABLED" } });
  await expect(authenticate(cognitoUser(pool, "nobody"), password)).rejects.toMatchObject({
    code: "NotAuthorizedException",
    message: "Incorrect username or password.",
  });
  const begin = (): Promise<Record<string, unknown>> =>
    pool.call("InitiateAuth", {
      ClientId: pool.ClientId,
      AuthFlow: "USER_SRP_AUTH",
      AuthParameters: { USERNAME: "nobody", SRP_A: "abcdef" },
    });
  const salts = [await begin(), await begin()].map(
    ({ ChallengeParameters }) => (ChallengeParameters as { SALT: string }).SALT,
  );
  expect(salts[0]).toBe(salts[1]);
});

test("SRP goes on to a new password", async () => {
  await using pool = await signInPool();
  const { call, UserPoolId } = pool;
  await call("AdminCreateUser", { UserPoolId, Username: "ada", TemporaryPassword: "Temp0rary-one" });
  const user = cognitoUser(pool, "ada");
  const session = await authenticate(user, "Temp0rary-one", (resolve) => ({
    newPasswordRequired: () =>
      user.completeNewPasswordChallenge(
        password,
        {},
        {
          onSuccess: resolve,
          onFailure: (error: Error) => {
            throw error;
          },
        },
      ),
  }));
  expect(session.isValid()).toBe(true);
  await expect(authenticate(cognitoUser(pool, "ada"), password)).resolves.toBeDefined();
});

test("SRP goes on to an authenticator app", async () => {
  await using pool = await signInPool();
  const { call, UserPoolId } = pool;
  await call("SetUserPoolMfaConfig", {
    UserPoolId,
    MfaConfiguration: "OPTIONAL",
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  await pool.addUser("ada");
  const { AccessToken } = tokensOf(await pool.signIn("ada"));
  const { SecretCode } = (await call("AssociateSoftwareToken", { AccessToken })) as { SecretCode: string };
  await call("VerifySoftwareToken", { AccessToken, UserCode: totpCode(SecretCode, Date.now()) });
  await call("SetUserMFAPreference", { AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
  const user = cognitoUser(pool, "ada");
  const session = await authenticate(user, password, (resolve) => ({
    totpRequired: () => {
      const onFailure = (error: Error): void => {
        throw error;
      };
      user.sendMFACode(totpCode(SecretCode, Date.now()), { onSuccess: resolve, onFailure }, "SOFTWARE_TOKEN_MFA");
    },
  }));
  expect(session.isValid()).toBe(true);
});

test("a remembered device proves itself in place of the second factor", async () => {
  await using pool = await signInPool({ pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } } });
  const { call, UserPoolId, sandbox } = pool;
  await call("SetUserPoolMfaConfig", {
    UserPoolId,
    MfaConfiguration: "OPTIONAL",
    SmsMfaConfiguration: { SmsAuthenticationMessage: "Code {####}" },
  });
  await pool.addUser("ada", { phone_number: "+12025550199", phone_number_verified: "true" });
  await call("AdminSetUserMFAPreference", {
    UserPoolId,
    Username: "ada",
    SMSMfaSettings: { Enabled: true, PreferredMfa: true },
  });
  const storage = new MemoryStorage();
  let asked = 0;
  const signIn = (): Promise<CognitoUserSession> => {
    const user = cognitoUser(pool, "ada", storage);
    return authenticate(user, password, (resolve) => ({
      mfaRequired: () => {
        asked += 1;
        const onFailure = (error: Error): void => {
          throw error;
        };
        user.sendMFACode(sandbox.cognitoService.messages().at(-1)?.code ?? "", { onSuccess: resolve, onFailure });
      },
    }));
  };
  await signIn();
  expect(await call("AdminListDevices", { UserPoolId, Username: "ada" })).toMatchObject({
    Devices: [{ DeviceKey: expect.stringMatching(/^us-east-1_/) as string }],
  });
  const session = await signIn();
  expect(asked).toBe(1);
  const DeviceKey = String(claimsOf(session.getAccessToken().getJwtToken())["device_key"]);
  const byDevice = { UserPoolId, Username: "ada", DeviceKey };
  expect(await call("AdminGetDevice", byDevice)).toMatchObject({ Device: { DeviceKey } });
  await call("AdminUpdateDeviceStatus", { ...byDevice, DeviceRememberedStatus: "not_remembered" });
  await call("AdminForgetDevice", byDevice);
  await expect(call("AdminGetDevice", byDevice)).rejects.toThrow("Device does not exist.");
  expect(claimsOf(session.getAccessToken().getJwtToken())["device_key"]).toMatch(/^us-east-1_/);
});
