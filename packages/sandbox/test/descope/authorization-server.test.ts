import * as client from "openid-client";
import { expect, test } from "vitest";

import { ssoClientId } from "../../src/descope/sign-in/authorization-server.ts";
import { Browser } from "./browser.ts";
import { openWorld, projectId } from "./world.ts";
import type { World } from "./world.ts";

const application = "https://app.example/callback";
const password = "Passw0rd-One!";

async function openWithUser(): Promise<World> {
  const world = await openWorld({ clock: Date.now });
  await world.sdk.password.signUp("ana@example.com", password, { name: "Ana", email: "ana@example.com" });
  return world;
}

/** Runs the code flow with PKCE and gives the tokens and their ID token's claims. */
async function signIn(
  configuration: client.Configuration,
  credentials: Readonly<Record<string, string>> = { loginId: "ana@example.com", password },
): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers> {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: application,
    scope: "openid email profile",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  const browser = new Browser(application);
  const end = await browser.submit(await browser.open(url.href), credentials);
  return client.authorizationCodeGrant(configuration, new URL(end.url), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
  });
}

function discover(issuer: string, clientId: string, secret?: string): Promise<client.Configuration> {
  return client.discovery(new URL(issuer), clientId, secret, secret === undefined ? client.None() : undefined, {
    execute: [client.allowInsecureRequests],
  });
}

test("openid-client completes the code flow with PKCE at the project's own application", async () => {
  await using world = await openWithUser();
  const configuration = await discover(`${world.server.url}/${projectId}`, projectId);
  const tokens = await signIn(configuration);
  const claims = tokens.claims();
  expect(claims).toMatchObject({ aud: projectId, email: "ana@example.com", email_verified: false, name: "Ana" });
  const info = await client.fetchUserInfo(configuration, tokens.access_token, claims?.sub ?? "");
  expect(info).toMatchObject({ sub: claims?.sub, email: "ana@example.com" });
  expect((await world.sdk.validateSession(tokens.access_token)).token.sub).toBe(claims?.sub);
  const refreshed = await client.refreshTokenGrant(configuration, tokens.refresh_token ?? "");
  expect(refreshed.access_token).toBeTypeOf("string");
  await client.tokenRevocation(configuration, tokens.refresh_token ?? "");
  await expect(client.refreshTokenGrant(configuration, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
});

test("an SSO application of the project is a client with a secret", async () => {
  await using world = await openWithUser();
  const { ssoApplication } = world.sdk.management;
  const created = await ssoApplication.createOidcApplication({ name: "Cognito", loginPageUrl: "https://app.example" });
  const id = created.data?.id ?? "";
  const { data: secret } = await ssoApplication.getApplicationSecret(id);
  const loaded = (await ssoApplication.load(id)).data as unknown as { oidcSettings: { issuer: string } };
  const { issuer } = loaded.oidcSettings;
  const good = await discover(issuer, ssoClientId(projectId, id), (secret as { cleartext: string }).cleartext);
  expect((await signIn(good)).claims()).toMatchObject({ iss: issuer, email: "ana@example.com" });
  const bad = await discover(issuer, ssoClientId(projectId, id), "wrong");
  await expect(signIn(bad)).rejects.toMatchObject({ error: "invalid_client" });
});

test("an inbound application signs in with its client ID, at approved addresses only", async () => {
  await using world = await openWithUser();
  await world.manage("POST", "/v1/mgmt/thirdparty/app/create", {
    name: "web",
    clientId: "old-client",
    clientSecret: "old-secret",
    approvedCallbackUrls: [application],
  });
  const configuration = await discover(`${world.server.url}/v1/apps/${projectId}`, "old-client", "old-secret");
  expect((await signIn(configuration)).claims()).toMatchObject({ aud: "old-client" });
  const other = client.buildAuthorizationUrl(configuration, { redirect_uri: "https://evil.example", scope: "openid" });
  expect((await fetch(other, { redirect: "manual" })).status).toBe(400);
});

test("an inbound application with a secret gets a token of its own, with its own scopes only", async () => {
  await using world = await openWorld({ clock: Date.now });
  const permissionsScopes = [{ name: "orders.read", description: "Read orders", values: [] }];
  const create = "/v1/mgmt/thirdparty/app/create";
  await world.manage("POST", create, { name: "m", clientId: "machine", clientSecret: "secret", permissionsScopes });
  await world.manage("POST", create, { name: "p", clientId: "public", nonConfidentialClient: true });
  const issuer = `${world.server.url}/v1/apps/${projectId}`;
  const machine = await discover(issuer, "machine", "secret");
  const tokens = await client.clientCredentialsGrant(machine, { scope: "orders.read" });
  expect(tokens).toMatchObject({ scope: "orders.read", token_type: "bearer" });
  const other = client.clientCredentialsGrant(machine, { scope: "orders.write" });
  await expect(other).rejects.toMatchObject({ error: "invalid_scope" });
  const none = client.clientCredentialsGrant(await discover(issuer, "public"));
  await expect(none).rejects.toMatchObject({ error: "unauthorized_client" });
});

test("a wrong password shows the page again, and a code is good once and for its client only", async () => {
  await using world = await openWithUser();
  const configuration = await discover(`${world.server.url}/${projectId}`, projectId);
  const browser = new Browser(application);
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: application,
    scope: "openid",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    login_hint: '"><script>',
  });
  const page = await browser.open(url.href);
  expect(page.text).not.toContain("<script>");
  const again = await browser.submit(page, { loginId: "ana@example.com", password: "wrong" });
  expect(again).toMatchObject({ status: 200 });
  const end = await browser.submit(again, { loginId: "ana@example.com", password });
  const code = new URL(end.url).searchParams.get("code") ?? "";
  const redeem = async (fields: Readonly<Record<string, string>>): Promise<unknown> => {
    const form = { grant_type: "authorization_code", client_id: projectId, redirect_uri: application, code, ...fields };
    const response = await fetch(`${world.server.url}/oauth2/v1/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    return ((await response.json()) as { error?: string }).error;
  };
  expect(await redeem({ client_id: "nobody" })).toBe("invalid_client");
  expect(await redeem({ grant_type: "password" })).toBe("unsupported_grant_type");
  expect(await redeem({ code_verifier: "wrong" })).toBe("invalid_grant");
  expect(await redeem({ code_verifier: verifier })).toBe("invalid_grant");
});

test("a code without PKCE is exchanged for whoever has an access key, and for nobody else", async () => {
  await using world = await openWithUser();
  const key = await world.manage("POST", "/v1/mgmt/accesskey/create", { name: "cognito" });
  const query = { client_id: projectId, redirect_uri: application, response_type: "code", scope: "openid" };
  const exchange = async (client_secret?: string): Promise<number> => {
    const browser = new Browser(application);
    const url = `${world.server.url}/oauth2/v1/authorize?${new URLSearchParams(query).toString()}`;
    const end = await browser.submit(await browser.open(url), { loginId: "ana@example.com", password });
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code: new URL(end.url).searchParams.get("code") ?? "",
      client_id: projectId,
      redirect_uri: application,
      ...(client_secret === undefined ? {} : { client_secret }),
    });
    return (await fetch(`${world.server.url}/oauth2/v1/token`, { method: "POST", body })).status;
  };
  expect(await exchange()).toBe(400);
  expect(await exchange("wrong")).toBe(401);
  expect(await exchange(String(key.body.cleartext))).toBe(200);
});

test("with another response type, or for nobody, no password is asked for", async () => {
  await using world = await openWithUser();
  const query = new URLSearchParams({
    client_id: projectId,
    redirect_uri: application,
    response_type: "code",
    state: "s",
  });
  const open = async (more: Readonly<Record<string, string>>): Promise<string | null> => {
    const all = new URLSearchParams({ ...Object.fromEntries(query), ...more });
    const response = await fetch(`${world.server.url}/oauth2/v1/authorize?${all}`, { redirect: "manual" });
    return response.headers.get("location");
  };
  expect(await open({ response_type: "token" })).toBe(`${application}?error=unsupported_response_type&state=s`);
  expect(await open({ code_challenge: "x", code_challenge_method: "S256", prompt: "none" })).toBe(
    `${application}?error=login_required&state=s`,
  );
  expect(await open({ client_id: "nobody" })).toBeNull();
});
