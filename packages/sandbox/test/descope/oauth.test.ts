import { decodeJwt } from "jose";
import { expect, test } from "vitest";

import { Browser } from "./browser.ts";
import { startIdentityProvider } from "./identity-provider.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import { openWorld } from "./world.ts";
import type { World } from "./world.ts";

const application = "https://app.example/callback";

async function open(claimsOf: (sub: string) => Readonly<Record<string, unknown>> = claims): Promise<{
  readonly world: World;
  readonly idp: IdentityProvider;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}> {
  const world = await openWorld({ clock: Date.now });
  const idp = await startIdentityProvider(`${world.server.url}/v1/oauth/callback`, claimsOf);
  return {
    world,
    idp,
    [Symbol.asyncDispose]: async () => {
      await idp[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

function claims(sub: string): Readonly<Record<string, unknown>> {
  return { email: `${sub}@example.com`, email_verified: true, name: `Name of ${sub}`, groups: ["staff"] };
}

async function addProvider(
  { world, idp }: { world: World; idp: IdentityProvider },
  more: object = {},
): Promise<number> {
  const { status } = await world.manage("POST", "/v1/mgmt/oauth/provider", {
    id: "cognito",
    clientId: idp.clientId,
    clientSecret: idp.clientSecret,
    allowedGrantTypes: ["authorization_code"],
    authUrl: `${idp.issuer}/auth`,
    tokenUrl: `${idp.issuer}/token`,
    userDataUrl: `${idp.issuer}/me`,
    jwksUrl: `${idp.issuer}/jwks`,
    issuer: idp.issuer,
    scopes: ["openid", "email", "profile"],
    ...more,
  });
  return status;
}

/** Signs in at the provider's pages and gives the application's address with what came back. */
async function signInAt(url: string, account: string): Promise<URL> {
  const browser = new Browser(application);
  const login = await browser.open(url);
  const consent = await browser.submit(login, { prompt: "login", login: account, password: "any" });
  const end = await browser.submit(consent, { prompt: "consent" });
  return new URL(end.url);
}

test("a user signs in at a custom provider with code, PKCE and nonce, and exists afterwards", async () => {
  await using both = await open();
  const { world } = both;
  expect(await addProvider(both)).toBe(200);
  const started = await world.sdk.oauth.start("cognito", application);
  const url = new URL(started.data?.url ?? "");
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: "code",
    code_challenge_method: "S256",
    redirect_uri: `${world.server.url}/v1/oauth/callback`,
    scope: "openid email profile",
  });
  const back = await signInAt(url.href, "ana");
  const session = await world.sdk.oauth.exchange(back.searchParams.get("code") ?? "");
  expect(session.data?.user).toMatchObject({
    loginIds: ["ana@example.com"],
    email: "ana@example.com",
    verifiedEmail: true,
    name: "Name of ana",
    OAuth: { cognito: true },
    status: "enabled",
  });
  expect(decodeJwt(session.data?.sessionJwt ?? "")["amr"]).toEqual(["oauth"]);
  expect((await world.sdk.oauth.exchange(back.searchParams.get("code") ?? "")).ok).toBe(false);
});

test("an imported user with the provider's email is the one who signs in", async () => {
  await using both = await open();
  await addProvider(both, {
    userDataClaimsMapping: {
      loginId: "email",
      email: "email",
      verifiedEmail: "email_verified",
      name: "name",
      customAttributes: { cognitoSub: "sub" },
    },
  });
  const { world } = both;
  const imported = await world.sdk.management.user.create("ana@example.com", { email: "ana@example.com" });
  const back = await signInAt((await world.sdk.oauth.start("cognito", application)).data?.url ?? "", "ana");
  const session = await world.sdk.oauth.exchange(back.searchParams.get("code") ?? "");
  expect(session.data?.user?.userId).toBe(imported.data?.userId);
  expect(world.service.user("ana@example.com")).toMatchObject({ customAttributes: { cognitoSub: "ana" } });
  expect(world.service.countUsers()).toBe(1);
});

test("sign-in only refuses a new user, and the reason comes back to the application", async () => {
  await using both = await open();
  await addProvider(both);
  const { world } = both;
  const path = `/v1/auth/oauth/authorize/signin?provider=cognito&redirectUrl=${encodeURIComponent(application)}`;
  const started = await world.call("POST", path, {});
  const back = await signInAt(started.body.url as string, "ana");
  expect(back.searchParams.get("err")).toBe("The user does not exist");
  expect(world.service.countUsers()).toBe(0);
});

test.each([
  ["issuer", { issuer: "https://other.example" }],
  ["key set", { jwksUrl: "http://127.0.0.1:9/jwks" }],
  ["token endpoint", { tokenUrl: "http://127.0.0.1:9/token" }],
  ["secret", { clientSecret: "wrong" }],
])("a provider with another %s signs nobody in", async (_what, more) => {
  await using both = await open();
  await addProvider(both, more);
  const back = await signInAt((await both.world.sdk.oauth.start("cognito", application)).data?.url ?? "", "ana");
  expect(back.searchParams.get("err")).not.toBeNull();
  expect(back.searchParams.get("code")).toBeNull();
  expect(both.world.service.countUsers()).toBe(0);
});

test("a state is good once, and unknown ones are refused", async () => {
  await using both = await open();
  await addProvider(both);
  const { world } = both;
  const url = new URL((await world.sdk.oauth.start("cognito", application)).data?.url ?? "");
  const state = url.searchParams.get("state") ?? "";
  const callback = (value: string): Promise<Response> =>
    fetch(`${world.server.url}/v1/oauth/callback?error=access_denied&state=${value}`, { redirect: "manual" });
  expect((await callback(state)).headers.get("location")).toBe(`${application}?err=access_denied`);
  expect((await callback(state)).status).toBe(400);
  expect((await callback("unknown")).status).toBe(400);
});

test("a provider is answered without its secret, changed in part, and deleted", async () => {
  await using both = await open();
  const { world } = both;
  await addProvider(both);
  await world.manage("POST", "/v1/mgmt/oauth/provider", { id: "cognito", scopes: ["openid"] });
  const loaded = await world.manage("GET", "/v1/mgmt/oauth/provider?id=cognito");
  expect(loaded.body).toMatchObject({ id: "cognito", clientId: "descope", clientSecret: "", scopes: ["openid"] });
  expect(JSON.stringify(loaded.body)).not.toContain(both.idp.clientSecret);
  expect((await world.manage("DELETE", "/v1/mgmt/oauth/provider?id=cognito")).status).toBe(200);
  expect((await world.manage("GET", "/v1/mgmt/oauth/provider?id=cognito")).status).toBe(404);
  expect((await world.sdk.oauth.start("cognito", application)).ok).toBe(false);
  const incomplete = { id: "x", clientId: "a", clientSecret: "b", authUrl: "https://x.example" };
  expect((await world.manage("POST", "/v1/mgmt/oauth/provider", incomplete)).body.errorCode).toBe("E011002");
});

test("a tenant's OIDC connection signs in with tenant, roles by group and default roles", async () => {
  await using both = await open();
  const { world, idp } = both;
  const configured = await world.sdk.management.sso.configureOIDCSettings(
    "acme",
    {
      name: "Acme IdP",
      clientId: idp.clientId,
      clientSecret: idp.clientSecret,
      redirectUrl: application,
      authUrl: `${idp.issuer}/auth`,
      tokenUrl: `${idp.issuer}/token`,
      userDataUrl: `${idp.issuer}/me`,
      JWKsUrl: `${idp.issuer}/jwks`,
      issuer: idp.issuer,
      scope: ["openid", "email", "profile"],
      attributeMapping: { loginId: "email", email: "email", name: "name", group: "groups" },
      roleMappings: [{ groups: ["staff"], roleName: "admins" }],
      defaultSSORoles: ["editors"],
    } as unknown as Parameters<typeof world.sdk.management.sso.configureOIDCSettings>[1],
    ["acme.example"],
  );
  expect(configured.ok).toBe(true);
  const settings = await world.sdk.management.sso.loadSettings("acme");
  expect(settings.data).toMatchObject({
    tenant: { id: "acme", domains: ["acme.example"], authType: "oidc" },
    oidc: { clientId: "descope", clientSecret: "", attributeMapping: { group: "groups" } },
  });
  for (const tenant of ["acme", "someone@acme.example"]) {
    const started = await world.sdk.saml.start(tenant);
    const back = await signInAt(started.data?.url ?? "", "ana");
    const session = await world.sdk.saml.exchange(back.searchParams.get("code") ?? "");
    expect(session.data?.user).toMatchObject({
      loginIds: ["ana@example.com"],
      OIDC: true,
      verifiedEmail: true,
      userTenants: [{ tenantId: "acme", roleNames: ["admins", "editors"] }],
    });
    expect(decodeJwt(session.data?.sessionJwt ?? "")).toMatchObject({ dct: "acme", amr: ["fed"] });
  }
});
