import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect, test } from "vitest";

import { openWorld, projectId } from "./world.ts";
import type { World } from "./world.ts";

async function openSession(world: World, loginId = "ana"): Promise<{ sessionJwt: string; refreshJwt: string }> {
  const { data } = await world.sdk.management.jwt.signIn(loginId);
  return { sessionJwt: data?.sessionJwt ?? "", refreshJwt: data?.refreshJwt ?? "" };
}

/** A world whose clock is the machine's, since SDKs look at theirs. */
async function openPresent(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  return openWorld({ clock: Date.now, ...options });
}

test("a session names the user, the roles and the one tenant as current", async () => {
  await using world = await openPresent();
  const created = await world.sdk.management.user.create("ana", {
    email: "ana@example.com",
    userTenants: [{ tenantId: "acme", roleNames: ["admins"] }],
  });
  const { data } = await world.sdk.management.jwt.signIn("ana");
  const claims = decodeJwt(data?.sessionJwt ?? "");
  expect(claims).toMatchObject({
    iss: projectId,
    sub: created.data?.userId,
    drn: "DS",
    dct: "acme",
    tenants: { acme: { roles: ["admins"], permissions: ["read", "write"] } },
    rexp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
  });
  expect(claims.aud).toBeUndefined();
  expect(claims["email"]).toBeUndefined();
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
  const refresh = decodeJwt(data?.refreshJwt ?? "");
  expect(refresh).toMatchObject({ drn: "DSR", sub: claims.sub });
  expect(decodeProtectedHeader(data?.sessionJwt ?? "").alg).toBe("RS256");
});

test("a user of two tenants has no current one until it is chosen", async () => {
  await using world = await openPresent();
  await world.sdk.management.user.create("ana", {
    email: "ana@example.com",
    userTenants: [
      { tenantId: "acme", roleNames: [] },
      { tenantId: "globex", roleNames: [] },
    ],
  });
  const { sessionJwt, refreshJwt } = await openSession(world);
  expect(decodeJwt(sessionJwt)["dct"]).toBeUndefined();
  const chosen = await world.sdk.selectTenant("globex", refreshJwt);
  expect(decodeJwt(chosen.data?.sessionJwt ?? "")["dct"]).toBe("globex");
  expect((await world.sdk.selectTenant("nowhere", chosen.data?.refreshJwt)).ok).toBe(false);
});

test.each(["project-id", "url", "apps-url"] as const)(
  "the SDK validates and refreshes sessions with the issuer form %s",
  async (issuer) => {
    await using world = await openPresent({ variants: { issuer } });
    await world.sdk.management.user.create("ana", { email: "ana@example.com", roles: ["admins"] });
    const { sessionJwt, refreshJwt } = await openSession(world);
    const validated = await world.sdk.validateSession(sessionJwt);
    expect(validated.token).toMatchObject({ iss: projectId, roles: ["admins"] });
    const refreshed = await world.sdk.refreshSession(refreshJwt);
    expect(refreshed.token.sub).toBe(validated.token.sub);
  },
);

test("logging out ends the refresh token at once", async () => {
  await using world = await openPresent();
  await world.sdk.management.user.create("ana", { email: "ana@example.com" });
  const first = await openSession(world);
  expect((await world.sdk.logout(first.refreshJwt)).ok).toBe(true);
  expect((await world.sdk.refresh(first.refreshJwt)).code).toBe(401);
  const second = await openSession(world);
  await world.sdk.management.user.logoutUser("ana");
  expect((await world.sdk.refresh(second.refreshJwt)).code).toBe(401);
});

test("me, validate and tenants answer for a signed-in user", async () => {
  await using world = await openPresent();
  await world.sdk.management.user.create("ana", {
    email: "ana@example.com",
    userTenants: [{ tenantId: "acme", roleNames: [] }],
  });
  const { sessionJwt, refreshJwt } = await openSession(world);
  expect((await world.sdk.me(refreshJwt)).data).toMatchObject({ loginIds: ["ana"] });
  const validated = await world.call("POST", "/v1/auth/validate", {}, `Bearer ${projectId}:${sessionJwt}`);
  expect(validated.body).toMatchObject({ drn: "DS" });
  for (const wrong of [refreshJwt, `${sessionJwt.slice(0, -4)}AAAA`, "x"])
    expect((await world.call("POST", "/v1/auth/validate", {}, `Bearer ${projectId}:${wrong}`)).status).toBe(401);
  expect((await world.sdk.me("x")).code).toBe(401);
  expect((await world.call("GET", "/v1/auth/me")).status).toBe(401);
});

test("tokens expire on the sandbox's clock", async () => {
  await using world = await openWorld();
  await world.sdk.management.user.create("ana", { email: "ana@example.com" });
  const { sessionJwt, refreshJwt } = await openSession(world);
  const validate = (): Promise<{ status: number }> =>
    world.call("POST", "/v1/auth/validate", {}, `Bearer ${projectId}:${sessionJwt}`);
  expect((await validate()).status).toBe(200);
  world.clock.now += 600_000;
  expect((await validate()).status).toBe(401);
  expect((await world.sdk.refresh(refreshJwt)).ok).toBe(true);
  world.clock.now += 28 * 24 * 3_600_000;
  expect((await world.sdk.refresh(refreshJwt)).code).toBe(401);
});

test("a disabled user is refused on every way in and at refresh", async () => {
  await using world = await openPresent();
  await world.sdk.management.user.createTestUser("ana", { email: "ana@example.com" });
  const { refreshJwt } = await openSession(world);
  const { data: otp } = await world.sdk.management.user.generateOTPForTestUser("email", "ana");
  await world.sdk.management.user.deactivate("ana");
  expect((await world.sdk.management.jwt.signIn("ana")).ok).toBe(false);
  expect((await world.sdk.otp.verify.email("ana", otp?.code ?? "")).ok).toBe(false);
  expect((await world.sdk.management.user.generateEmbeddedLink("ana")).ok).toBe(false);
  expect((await world.sdk.refresh(refreshJwt)).ok).toBe(false);
});

test("an embedded link signs in once, with the claims it was made with", async () => {
  await using world = await openPresent();
  await world.sdk.management.user.create("ana", { email: "ana@example.com" });
  const { data } = await world.sdk.management.user.generateEmbeddedLink("ana", { theme: "dark" });
  const session = await world.sdk.magicLink.verify(data?.token ?? "");
  expect(decodeJwt(session.data?.sessionJwt ?? "")).toMatchObject({ nsec: { theme: "dark" } });
  expect((await world.sdk.magicLink.verify(data?.token ?? "")).code).toBe(401);
});

test("a test user's code works once and not after three wrong tries", async () => {
  await using world = await openPresent();
  const { user } = world.sdk.management;
  await user.createTestUser("ana", { email: "ana@example.com" });
  const { data } = await user.generateOTPForTestUser("email", "ana");
  const session = await world.sdk.otp.verify.email("ana", data?.code ?? "");
  expect(decodeJwt(session.data?.sessionJwt ?? "")["amr"]).toEqual(["email"]);
  expect(world.service.user("ana")).toMatchObject({ verifiedEmail: true, status: "enabled" });
  expect((await world.sdk.otp.verify.email("ana", data?.code ?? "")).error?.errorCode).toBe("E061102");
  const { data: second } = await user.generateOTPForTestUser("email", "ana");
  const wrong = second?.code === "000000" ? "000001" : "000000";
  for (let n = 0; n < 3; n += 1) await world.sdk.otp.verify.email("ana", wrong);
  expect((await world.sdk.otp.verify.email("ana", second?.code ?? "")).error?.errorCode).toBe("E061103");
});

test("a code for a user that does not exist gets the answer of a wrong code", async () => {
  await using world = await openPresent();
  const answer = await world.sdk.otp.verify.email("nobody", "123456");
  expect(answer).toMatchObject({ code: 401, error: { errorCode: "E061102" } });
});

test("a test user's magic link carries a token to the given address", async () => {
  await using world = await openPresent();
  const { user } = world.sdk.management;
  await user.createTestUser("ana", { email: "ana@example.com" });
  const { data } = await user.generateMagicLinkForTestUser("email", "ana", "https://app.example/verify?x=1");
  const link = new URL(data?.link ?? "");
  expect(link.host).toBe("app.example");
  const session = await world.sdk.magicLink.verify(link.searchParams.get("t") ?? "");
  expect(session.ok).toBe(true);
  await user.create("real", { email: "real@example.com" });
  expect((await user.generateOTPForTestUser("email", "real")).ok).toBe(false);
});

test("an enchanted link lets the waiting side in after it was followed", async () => {
  await using world = await openPresent();
  const { user } = world.sdk.management;
  await user.createTestUser("ana", { email: "ana@example.com" });
  const { data } = await user.generateEnchantedLinkForTestUser("ana", "https://app.example/verify");
  const waiting = { pendingRef: data?.pendingRef };
  const early = await world.call("POST", "/v1/auth/enchantedlink/pending-session", waiting);
  expect(early).toMatchObject({ status: 401, body: { errorCode: "E062503" } });
  await world.sdk.enchantedLink.verify(new URL(data?.link ?? "").searchParams.get("t") ?? "");
  const late = await world.call("POST", "/v1/auth/enchantedlink/pending-session", waiting);
  expect(late.body).toMatchObject({ user: { loginIds: ["ana"] } });
});

test("the management side signs up and in, with claims of the back end", async () => {
  await using world = await openPresent();
  const answer = await world.manage("POST", "/v1/mgmt/auth/signup-in", {
    loginId: "ana@example.com",
    user: { name: "Ana" },
    emailVerified: true,
    customClaims: { plan: "paid" },
  });
  expect(answer.body).toMatchObject({
    firstSeen: true,
    user: { loginIds: ["ana@example.com"], email: "ana@example.com", verifiedEmail: true, status: "enabled" },
    claims: { plan: "paid" },
  });
  const again = await world.manage("POST", "/v1/mgmt/auth/signup-in", { loginId: "ana@example.com" });
  expect(again.body.firstSeen).toBe(false);
  const history = await world.sdk.management.user.history([answer.body.user.userId as string]);
  expect(history.data).toHaveLength(2);
});

test("keys and discovery are public, for this project only", async () => {
  await using world = await openPresent();
  const keys = await world.call("GET", `/v2/keys/${projectId}`, undefined, "");
  expect(keys.body.keys).toMatchObject([{ alg: "RS256", kty: "RSA", use: "sig", e: "AQAB" }]);
  const one = await world.call("GET", `/v1/keys/${projectId}`, undefined, "");
  expect(one.body).toEqual(keys.body.keys);
  const discovery = await world.call("GET", `/${projectId}/.well-known/openid-configuration`, undefined, "");
  expect(await (await fetch(discovery.body.jwks_uri as string)).json()).toEqual(keys.body);
  expect((await world.call("GET", "/v2/keys/P2other", undefined, "")).status).toBe(404);
});

test("only a holder of the permission may sign in as another user, with consent where asked", async () => {
  await using world = await openPresent();
  const { user, jwt } = world.sdk.management;
  await user.create("boss", { email: "boss@example.com", roles: ["Tenant Admin"] });
  const boss = await user.load("boss");
  await user.create("ana", { email: "ana@example.com" });
  const { data } = await jwt.impersonate("boss", "ana", false);
  const session = await world.sdk.refreshSession(data?.jwt ?? "");
  expect(session.token).toMatchObject({ sub: world.service.user("ana")?.["userId"], act: { sub: boss.data?.userId } });
  expect((await jwt.impersonate("ana", "boss", false)).code).toBe(403);
  expect((await jwt.impersonate("boss", "ana", true)).ok).toBe(false);
});

test("an anonymous session is nobody's", async () => {
  await using world = await openPresent();
  const { data } = await world.sdk.management.jwt.anonymous({ guest: true });
  expect((await world.sdk.validateSession(data?.sessionJwt ?? "")).token).toMatchObject({
    guest: true,
    anonymous: true,
  });
  expect((await world.sdk.refresh(data?.refreshJwt)).ok).toBe(false);
});
