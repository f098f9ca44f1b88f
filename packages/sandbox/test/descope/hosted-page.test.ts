import * as client from "openid-client";
import { expect, test } from "vitest";

import type { DescopeVariants } from "../../src/index.ts";
import { Browser } from "./browser.ts";
import type { Page } from "./browser.ts";
import { action, condition, flow, screen } from "./flow-documents.ts";
import { startIdentityProvider } from "./identity-provider.ts";
import { openWorld, projectId } from "./world.ts";
import type { World } from "./world.ts";

const application = "https://app.example/callback";
const password = "Passw0rd-One!";

const passwordFlow = flow("password", [
  screen(
    "0",
    { go: "1" },
    {
      inputKeys: ["email", "password"],
      inputsMetadata: [{ key: "email", displayName: "Email <address>" }],
    },
  ),
  action("1", "password-sign-in-v2", { success: "2" }),
  action(
    "2",
    "custom-claims",
    { success: "3" },
    { customClaims: [{ key: "email", type: "context", value: "user.email" }] },
  ),
  action("3", "logged-in", {}),
]);

async function open(variants: Partial<DescopeVariants> = {}): Promise<World> {
  const world = await openWorld({ clock: Date.now, variants });
  await world.sdk.password.signUp("ana@example.com", password, { name: "Ana", email: "ana@example.com" });
  await world.manage("POST", "/v2/mgmt/flow/import", { flow: passwordFlow });
  return world;
}

async function discovered(world: World, id: string, clientId: string): Promise<client.Configuration> {
  const { data: secret } = await world.sdk.management.ssoApplication.getApplicationSecret(id);
  const issuer = new URL(`${world.server.url}/${projectId}/${id}`);
  return client.discovery(issuer, clientId, secret?.cleartext ?? "", undefined, {
    execute: [client.allowInsecureRequests],
  });
}

async function makeApplication(world: World): Promise<string> {
  const loginPageUrl = `${world.server.url}/login/${projectId}?flow=password`;
  const { ssoApplication } = world.sdk.management;
  const created = await ssoApplication.createOidcApplication({ name: "Cognito", loginPageUrl });
  return created.data?.id ?? "";
}

const authorizeUrl = (configuration: client.Configuration): URL =>
  client.buildAuthorizationUrl(configuration, { redirect_uri: application, scope: "openid email", state: "s" });

test.each(["scopes", "flow"] as const)(
  "users of an application sign in on the page of its flow, and its tokens say what %s give",
  async (federatedClaims) => {
    await using world = await open({ federatedClaims });
    const id = await makeApplication(world);
    const configuration = await discovered(world, id, id);
    const browser = new Browser(application);
    const form = await browser.open(authorizeUrl(configuration).href);
    expect(form.text).toContain("Email &lt;address&gt;");
    const button = { interactionId: "go" };
    const wrong = await browser.submit(form, { ...button, email: "ana@example.com", password: "wrong" });
    expect(wrong.text).toContain('role="alert"');
    const end = await browser.submit(wrong, { ...button, email: "ana@example.com", password });
    const tokens = await client.authorizationCodeGrant(configuration, new URL(end.url), { expectedState: "s" });
    expect(tokens.claims()).toMatchObject({ email: "ana@example.com" });
    expect("email_verified" in (tokens.claims() ?? {})).toBe(federatedClaims === "scopes");
    const info = await client.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? "");
    expect(info).toMatchObject({ email: "ana@example.com" });
  },
);

test.each(["pair", "application"] as const)("an application is known by its client ID (%s)", async (form) => {
  await using world = await open({ federatedClientId: form });
  const id = await makeApplication(world);
  const ids = { pair: Buffer.from(`${projectId}:${id}`).toString("base64url"), application: id, other: "other" };
  const answers: Record<string, number> = {};
  for (const [name, one] of Object.entries(ids)) {
    const query = new URLSearchParams({ client_id: one, redirect_uri: application, response_type: "code" });
    answers[name] = (await fetch(`${world.server.url}/oauth2/v1/authorize?${query.toString()}`)).status;
  }
  expect(answers).toEqual({ pair: form === "pair" ? 200 : 400, application: 200, other: 400 });
});

test("a flow that sends users to a provider goes on when they come back, and keeps the request that waits", async () => {
  await using world = await open();
  await using idp = await startIdentityProvider(`${world.server.url}/v1/oauth/callback`, (sub) => ({
    email: `${sub}@example.com`,
    email_verified: true,
  }));
  await world.manage("POST", "/v1/mgmt/oauth/provider", {
    id: "cognito",
    clientId: idp.clientId,
    clientSecret: idp.clientSecret,
    authUrl: `${idp.issuer}/auth`,
    tokenUrl: `${idp.issuer}/token`,
    userDataUrl: `${idp.issuer}/me`,
    jwksUrl: `${idp.issuer}/jwks`,
    issuer: idp.issuer,
    scopes: ["openid", "email"],
  });
  const oauthFlow = flow("through", [
    screen("0", { go: "1" }, { inputKeys: ["email"] }),
    condition("1", "unauthUser.loginIds", "not-empty", "", { known: "4", ELSE: "2" }),
    action("2", "oauth-start", { success: "2.end" }, { defaultProvider: "cognito", exchangeStepId: "2.end" }),
    action("2.end", "exchange-oauth-code", { success: "3" }),
    action("3", "logged-in", {}),
    screen("4", { stop: "3" }),
  ]);
  await world.manage("POST", "/v2/mgmt/flow/import", { flow: oauthFlow });
  const configuration = await client.discovery(
    new URL(`${world.server.url}/${projectId}`),
    projectId,
    undefined,
    client.None(),
    {
      execute: [client.allowInsecureRequests],
    },
  );
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: application,
    scope: "openid email",
    state: "s",
    flow: "through",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const browser = new Browser(application);
  const login = await browser.submit(await browser.open(url.href), { interactionId: "go", email: "bob@example.com" });
  const consent = await browser.submit(login, { prompt: "login", login: "bob", password: "any" });
  const end: Page = await browser.submit(consent, { prompt: "consent" });
  const tokens = await client.authorizationCodeGrant(configuration, new URL(end.url), {
    pkceCodeVerifier,
    expectedState: "s",
  });
  expect(tokens.claims()).toMatchObject({ email: "bob@example.com" });
});

test("unknown projects, flows, steps and requests are refused", async () => {
  await using world = await open();
  const status = async (path: string): Promise<number> => (await fetch(world.server.url + path)).status;
  expect(await status("/login/P2other?flow=password")).toBe(404);
  expect(await status(`/login/${projectId}?flow=nothing`)).toBe(404);
  expect(await status(`/login/${projectId}?flow=password&descope-login-flow=x_1`)).toBe(400);
  const browser = new Browser(application);
  const form = await browser.open(`${world.server.url}/login/${projectId}?flow=password&state_id=unknown`);
  const end = await browser.submit(form, { interactionId: "go", email: "ana@example.com", password });
  expect(end.status).toBe(400);
});

test("what a licence lacks is refused: providers, and applications beside the default one", async () => {
  await using world = await open({ oauthProviderApi: "refused", federatedAppApi: "refused" });
  const provider = {
    id: "x",
    clientId: "a",
    clientSecret: "b",
    authUrl: "https://a.example",
    tokenUrl: "https://a.example",
  };
  expect((await world.manage("POST", "/v1/mgmt/oauth/provider", provider)).status).toBe(403);
  expect((await world.manage("POST", "/v1/mgmt/sso/idp/app/oidc/create", { name: "x" })).status).toBe(403);
  await using without = await open({ oauthProviderApi: "absent" });
  expect((await without.manage("POST", "/v1/mgmt/oauth/provider", provider)).status).toBe(404);
});

test.each<[Partial<DescopeVariants>, object, object]>([
  [{ oauthClaims: "user-data" }, { jitUpdatesDisabled: false }, { name: "From Cognito" }],
  [{ oauthCallback: "/v1/auth/oauth/callback" }, { jitUpdatesDisabled: true }, { name: "Ana" }],
])("a sign-in at a provider under %j with %j leaves %j", async (variants, settings, expected) => {
  await using world = await open(variants);
  const path = variants.oauthCallback ?? "/v1/oauth/callback";
  await using idp = await startIdentityProvider(world.server.url + path, (sub) => ({
    email: `${sub}@example.com`,
    name: "From Cognito",
  }));
  await world.manage("POST", "/v1/mgmt/oauth/provider", {
    id: "cognito",
    clientId: idp.clientId,
    clientSecret: idp.clientSecret,
    authUrl: `${idp.issuer}/auth`,
    tokenUrl: `${idp.issuer}/token`,
    userDataUrl: `${idp.issuer}/me`,
    jwksUrl: `${idp.issuer}/jwks`,
    issuer: idp.issuer,
    ...settings,
  });
  const started = await world.sdk.oauth.start("cognito", application);
  const browser = new Browser(application);
  const login = await browser.submit(await browser.open(started.data?.url ?? ""), {
    prompt: "login",
    login: "ana",
    password: "any",
  });
  const end = await browser.submit(login, { prompt: "consent" });
  const session = await world.sdk.oauth.exchange(new URL(end.url).searchParams.get("code") ?? "");
  expect(session.data?.user).toMatchObject({ loginIds: ["ana@example.com"], ...expected });
  expect(world.service.countUsers()).toBe(1);
});
