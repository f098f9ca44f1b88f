import * as openid from "openid-client";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";

import { totpCode } from "../../src/cognito/auth/totp.ts";
import { Browser } from "../descope/browser.ts";
import { claimsOf, password, signInPool } from "./sign-in-pool.ts";
import type { SignInPool } from "./sign-in-pool.ts";

const callback = "https://app.example/callback";
const oauth = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code", "implicit"],
  AllowedOAuthScopes: ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
  CallbackURLs: [callback, "https://app.example/other"],
  LogoutURLs: ["https://app.example/bye"],
  SupportedIdentityProviders: ["COGNITO"],
};

async function loginPool(client: object = {}, pool: object = {}): Promise<SignInPool> {
  const made = await signInPool({ client: { ...oauth, ...client }, pool, cognito: { issuer: "sandbox" } });
  await made.call("CreateUserPoolDomain", { UserPoolId: made.UserPoolId, Domain: "my-domain" });
  await made.addUser("ada", { email: "ada@example.com", email_verified: "true", name: "Ada" });
  return made;
}

async function configurationOf(pool: SignInPool): Promise<openid.Configuration> {
  return openid.discovery(
    new URL(`${pool.sandbox.cognito}/${pool.UserPoolId}`),
    pool.ClientId,
    undefined,
    pool.ClientSecret === undefined ? openid.None() : openid.ClientSecretBasic(pool.ClientSecret),
    { execute: [openid.allowInsecureRequests] },
  );
}

const authorizeUrl = (pool: SignInPool, parameters: Readonly<Record<string, string>> = {}): string =>
  `${pool.sandbox.cognito}/oauth2/authorize?${new URLSearchParams({
    client_id: pool.ClientId,
    response_type: "code",
    redirect_uri: callback,
    scope: "openid email",
    state: "s",
    ...parameters,
  }).toString()}`;

async function codeOf(pool: SignInPool, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
  const browser = new Browser(callback);
  const page = await browser.submit(await browser.open(authorizeUrl(pool, parameters)), { username: "ada", password });
  return new URL(page.url).searchParams.get("code") ?? "";
}

const tokenRequest = (pool: SignInPool, form: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(`${pool.sandbox.cognito}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({ client_id: pool.ClientId, redirect_uri: callback, ...form }),
  });

test.each([true, false])(
  "openid-client completes the code flow with PKCE (client secret: %s)",
  async (GenerateSecret) => {
    await using pool = await loginPool({ GenerateSecret });
    const configuration = await configurationOf(pool);
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const expectedNonce = openid.randomNonce();
    const location = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: callback,
      scope: "openid email",
      state: "xyz",
      nonce: expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });
    const browser = new Browser(callback);
    const done = await browser.submit(await browser.open(location.href), { username: "ada@example.com", password });
    const tokens = await openid.authorizationCodeGrant(configuration, new URL(done.url), {
      pkceCodeVerifier,
      expectedState: "xyz",
      expectedNonce,
    });
    const claims = tokens.claims();
    expect(claims).toMatchObject({
      email: "ada@example.com",
      email_verified: true,
      "cognito:username": "ada",
      nonce: expectedNonce,
    });
    expect(claims).not.toHaveProperty("name");
    const half = createHash("sha256").update(tokens.access_token).digest().subarray(0, 16).toString("base64url");
    expect(claims?.["at_hash"]).toBe(half);
    expect(claimsOf(tokens.access_token)).toMatchObject({ scope: "openid email", version: 2 });

    const info = await openid.fetchUserInfo(configuration, tokens.access_token, claims?.sub ?? "");
    expect(info).toMatchObject({ email: "ada@example.com", email_verified: "true", username: "ada" });

    const refreshed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? "");
    expect(refreshed.refresh_token).toBeUndefined();
    expect(refreshed.claims()?.sub).toBe(claims?.sub);
    await openid.tokenRevocation(configuration, tokens.refresh_token ?? "");
    await expect(openid.refreshTokenGrant(configuration, tokens.refresh_token ?? "")).rejects.toMatchObject({
      error: "invalid_grant",
    });
  },
);

test("a browser that is signed in is not asked again for an hour, unless it signs out", async () => {
  await using pool = await loginPool();
  const browser = new Browser("https://app.example/");
  await browser.submit(await browser.open(authorizeUrl(pool)), { username: "ada", password });
  const again = await browser.open(authorizeUrl(pool));
  expect(again.url).toMatch(/^https:\/\/app\.example\/callback\?code=.*&state=s$/);
  const asked = await browser.open(authorizeUrl(pool, { prompt: "login" }));
  expect(asked.url).toContain("/login?");
  const bye = `${pool.sandbox.cognito}/logout?client_id=${pool.ClientId}&logout_uri=https%3A%2F%2Fapp.example%2Fbye`;
  expect((await browser.open(bye)).url).toBe("https://app.example/bye");
  expect((await browser.open(authorizeUrl(pool))).url).toContain("/login?");
  expect((await browser.open(authorizeUrl(pool, { prompt: "none" }))).url).toContain("error=login_required");
  const elsewhere = bye.replace("bye", "elsewhere");
  expect(await browser.open(elsewhere)).toMatchObject({
    status: 400,
    text: expect.stringContaining("redirect_mismatch") as string,
  });
});

test("a wrong password stays on the page with AWS's text, and the form's guard is needed", async () => {
  await using pool = await loginPool();
  const browser = new Browser(callback);
  const page = await browser.open(authorizeUrl(pool));
  const refused = await browser.submit(page, { username: "ada", password: "wrong" });
  expect(refused).toMatchObject({
    status: 400,
    text: expect.stringContaining("Incorrect username or password.") as string,
  });
  const unguarded = await browser.submit(page, { username: "ada", password, _csrf: "forged" });
  expect(unguarded.text).toContain("Invalid CSRF token");
});

test("the page asks for a new password and for a second factor", async () => {
  await using pool = await loginPool();
  const { call, UserPoolId, sandbox } = pool;
  await call("SetUserPoolMfaConfig", {
    UserPoolId,
    MfaConfiguration: "OPTIONAL",
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  await call("AdminCreateUser", { UserPoolId, Username: "new", TemporaryPassword: "Temp0rary-one" });
  const user = sandbox.cognitoService.state.pools.get(UserPoolId)?.users.byUsername("new");
  if (user === undefined) throw new Error("no user");
  const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
  user.signIn = { ...user.signIn, totpSecret, mfaEnabled: ["SOFTWARE_TOKEN_MFA"], mfaPreferred: "SOFTWARE_TOKEN_MFA" };
  const browser = new Browser(callback);
  const first = await browser.submit(await browser.open(authorizeUrl(pool)), {
    username: "new",
    password: "Temp0rary-one",
  });
  const weak = await browser.submit(first, { NEW_PASSWORD: "weak" });
  expect(weak.text).toContain("Password did not conform with policy");
  const second = await browser.submit(weak, { NEW_PASSWORD: password });
  const wrong = await browser.submit(second, { SOFTWARE_TOKEN_MFA_CODE: "000000" });
  expect(wrong.text).toContain("Invalid code received for user");
  const done = await browser.submit(wrong, { SOFTWARE_TOKEN_MFA_CODE: totpCode(totpSecret, Date.now()) });
  expect(done.url).toContain(`${callback}?code=`);
});

test("the implicit flow puts tokens into the fragment", async () => {
  await using pool = await loginPool();
  const browser = new Browser(callback);
  const page = await browser.open(authorizeUrl(pool, { response_type: "token" }));
  const done = await browser.submit(page, { username: "ada", password });
  const fragment = new URLSearchParams(new URL(done.url).hash.slice(1));
  expect(claimsOf(fragment.get("id_token") ?? "")).toMatchObject({ token_use: "id" });
  expect(Object.fromEntries(fragment)).toMatchObject({ token_type: "Bearer", expires_in: "3600", state: "s" });
  expect(fragment.has("refresh_token")).toBe(false);
});

test.each([
  [{ client_id: "nobody" }, "/error?error=Client%20does%20not%20exist.&client_id=nobody"],
  [{ redirect_uri: "https://evil.example" }, "/error?error=redirect_mismatch"],
  [{ response_type: "id_token" }, `${callback}?error=invalid_request`],
  [{ scope: "openid everything" }, `${callback}?error=invalid_scope&state=s`],
  [{ code_challenge: "x", code_challenge_method: "plain" }, `${callback}?error=invalid_request`],
  [{ identity_provider: "Nope" }, `${callback}?error=invalid_request`],
])("authorize refuses %j", async (parameters, location) => {
  await using pool = await loginPool();
  const answer = await fetch(authorizeUrl(pool, parameters), { redirect: "manual" });
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toContain(location);
});

test("the token endpoint refuses in OAuth's words", async () => {
  await using pool = await loginPool();
  const errorOf = async (form: Readonly<Record<string, string>>): Promise<unknown> => {
    const answer = await tokenRequest(pool, form);
    return [answer.status, ((await answer.json()) as { error: string }).error];
  };
  const grant_type = "authorization_code";
  expect(await errorOf({ grant_type: "password" })).toEqual([400, "unsupported_grant_type"]);
  expect(await errorOf({ grant_type, client_id: "nobody" })).toEqual([400, "invalid_client"]);
  expect(await errorOf({ grant_type, code: "nonsense" })).toEqual([400, "invalid_grant"]);
  expect(await errorOf({ grant_type: "client_credentials" })).toEqual([400, "unauthorized_client"]);
  expect(await errorOf({ grant_type: "refresh_token", refresh_token: "x" })).toEqual([400, "invalid_grant"]);
  const code = await codeOf(pool);
  expect(await errorOf({ grant_type, code, redirect_uri: "https://app.example/other" })).toEqual([
    400,
    "invalid_grant",
  ]);
  expect(await errorOf({ grant_type, code })).toEqual([400, "invalid_grant"]);
  const late = await codeOf(pool);
  pool.pass(5 * 60_000 + 1);
  expect(await errorOf({ grant_type, code: late })).toEqual([400, "invalid_grant"]);
  const challenged = await codeOf(pool, { code_challenge: "A".repeat(43), code_challenge_method: "S256" });
  expect(await errorOf({ grant_type, code: challenged, code_verifier: "wrong" })).toEqual([400, "invalid_grant"]);
  const plain = await fetch(`${pool.sandbox.cognito}/oauth2/token`, { method: "POST", body: "{}" });
  expect(await plain.json()).toEqual({ error: "invalid_request" });
});

test("machines get tokens for their scopes by their secret", async () => {
  await using pool = await loginPool();
  const { call, UserPoolId } = pool;
  await call("CreateResourceServer", {
    UserPoolId,
    Identifier: "api",
    Name: "api",
    Scopes: [{ ScopeName: "read", ScopeDescription: "r" }],
  });
  const { UserPoolClient } = (await call("CreateUserPoolClient", {
    UserPoolId,
    ClientName: "machine",
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: ["api/read"],
  })) as { UserPoolClient: { ClientId: string; ClientSecret: string } };
  const configuration = await openid.discovery(
    new URL(`${pool.sandbox.cognito}/${UserPoolId}`),
    UserPoolClient.ClientId,
    undefined,
    openid.ClientSecretPost(UserPoolClient.ClientSecret),
    { execute: [openid.allowInsecureRequests] },
  );
  const { access_token } = await openid.clientCredentialsGrant(configuration, { scope: "api/read" });
  expect(claimsOf(access_token)).toMatchObject({
    client_id: UserPoolClient.ClientId,
    scope: "api/read",
    token_use: "access",
  });
  await expect(openid.clientCredentialsGrant(configuration, { scope: "api/write" })).rejects.toMatchObject({
    error: "invalid_scope",
  });
});

test("userInfo refuses tokens of API sign-in", async () => {
  await using pool = await loginPool();
  const { AuthenticationResult } = (await pool.signIn("ada")) as { AuthenticationResult: { AccessToken: string } };
  const headers = { authorization: `Bearer ${AuthenticationResult.AccessToken}` };
  const answer = await fetch(`${pool.sandbox.cognito}/oauth2/userInfo`, { headers });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({
    error: "invalid_token",
    error_description: "Access token does not contain openid scope",
  });
});

test("the discovery document has no endpoints to sign in at while the pool has no domain", async () => {
  await using pool = await signInPool({ cognito: { issuer: "sandbox" } });
  const url = `${pool.sandbox.cognito}/${pool.UserPoolId}/.well-known/openid-configuration`;
  expect(await (await fetch(url)).json()).not.toHaveProperty("token_endpoint");
  expect((await fetch(url.replace(pool.UserPoolId, "us-east-1_nowhere00"))).status).toBe(400);
});
