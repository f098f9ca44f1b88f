import { type GatewayFlowOptions, type GeneratedFlow, generateFlow } from "@cognito-to-descope/core";
import { type DescopeVariants, descopeVariantOptions } from "@cognito-to-descope/sandbox";
import { expect, test } from "vitest";
import { type FlowWorld, openFlowWorld, PASSWORDS } from "./flow-world.ts";
import { type GatewayContract, openGatewayContract } from "./gateway-contract.ts";
import { Visitor } from "./visitor.ts";

interface Scene extends AsyncDisposable {
  readonly world: FlowWorld;
  readonly gateway: GatewayContract;
  readonly flow: GeneratedFlow;
}

async function openScene(
  options: Partial<GatewayFlowOptions> = {},
  variants: Partial<DescopeVariants> = {},
): Promise<Scene> {
  const world = await openFlowWorld(variants);
  const gateway = await openGatewayContract();
  await world.manage("/v1/mgmt/connector", { name: "Gateway", type: "http", configuration: { baseUrl: gateway.url } });
  const flow = generateFlow({ kind: "jit-password", connector: { name: "Gateway" }, ...options });
  await world.take(flow);
  return {
    world,
    gateway,
    flow,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** The gateway says yes, having brought the user into the project. */
function letsIn({ world, gateway }: Scene, next: "sign-in" | "step-up", loginId = "ana@example.com"): void {
  gateway.answer = async ({ password }) => {
    await world.manage("/v1/mgmt/user/create", {
      loginId,
      email: "ana@example.com",
      phone: "+15555550100",
      verifiedPhone: true,
      customAttributes: { freshlyMigrated: false, cognitoSub: "s-1" },
    });
    await world.sdk.management.user.setActivePassword(loginId, password);
    return { body: { verdict: "ok", next, reason: "password-right", loginId } };
  };
}

const connectorVariants = descopeVariantOptions.connectorResult.values.flatMap((connectorResult) =>
  descopeVariantOptions.templateEscaping.values.map((templateEscaping) => ({ connectorResult, templateEscaping })),
);

test.each(connectorVariants)("a first password is checked, kept and signs in: %j", async (variants) => {
  for (const [index, password] of PASSWORDS.entries()) {
    await using scene = await openScene({}, index === 0 ? { ...variants, loginIdCase: "sensitive" } : variants);
    const { world, gateway, flow } = scene;
    letsIn(scene, "sign-in");
    // Cognito takes a name in whatever case, and Descope perhaps not: the gateway says what it is called there.
    const email = index === 0 ? "Ana@Example.com" : "ana@example.com";
    const visitor = await Visitor.enter(world, flow);
    expect(visitor.sees).toBe("Sign In");
    expect(await visitor.press("submit", { email, password })).toBe("signed in");
    expect(gateway.asked).toEqual([{ username: email, password, withLoginId: true }]);
    expect(visitor.session.user).toMatchObject({ loginIds: ["ana@example.com"] });
    // From now on nobody asks the gateway.
    const again = await Visitor.enter(world, flow);
    expect(await again.press("submit", { email: "ana@example.com", password })).toBe("signed in");
    expect(gateway.asked).toHaveLength(1);
  }
});

test.each(connectorVariants)("each verdict leads where it says: %j", async (variants) => {
  await using scene = await openScene({}, variants);
  const { world, gateway, flow } = scene;
  const seen: Record<string, unknown> = {};
  for (const next of ["ask-again", "reset-password", "verify-contact", "stop", "retry-later", "something-new"]) {
    gateway.answer = async () => ({ body: { verdict: "some", next, reason: "some" } });
    const visitor = await Visitor.enter(world, flow);
    seen[next] = await visitor.press("submit", { email: `${next}@example.com`, password: "x" });
  }
  gateway.answer = async () => ({ status: 503, body: { next: "sign-in" } });
  const broken = await Visitor.enter(world, flow);
  seen["status 503"] = await broken.press("submit", { email: "b@example.com", password: "x" });
  expect(seen).toEqual({
    "ask-again": "Sign In",
    "reset-password": "Verify OTP",
    "verify-contact": "Verify OTP",
    stop: "Refused",
    "retry-later": "Later",
    "something-new": "Later",
    "status 503": "Later",
  });
  expect(await broken.press("back")).toBe("Sign In");
});

test("a gateway that does not answer is no wrong password", async () => {
  await using scene = await openScene();
  await scene.gateway[Symbol.asyncDispose]();
  const visitor = await Visitor.enter(scene.world, scene.flow);
  expect(await visitor.press("submit", { email: "ana@example.com", password: "x" })).toBe("Later");
});

test("a wrong password, an unknown user and a wrong password of a known user look the same", async () => {
  await using scene = await openScene();
  const { world, gateway, flow } = scene;
  gateway.answer = async () => ({ body: { verdict: "invalid_credentials", next: "ask-again", reason: "credentials" } });
  await world.sdk.password.signUp("known@example.com", "Right-Passw0rd");
  await world.manage("/v1/mgmt/user/create", {
    loginId: "fresh@example.com",
    email: "fresh@example.com",
    customAttributes: { freshlyMigrated: true },
  });
  const errors: unknown[] = [];
  for (const email of ["known@example.com", "fresh@example.com", "unknown@example.com"]) {
    const visitor = await Visitor.enter(world, flow);
    expect(await visitor.press("submit", { email, password: "wrong" })).toBe("Sign In");
    errors.push(visitor.error);
  }
  expect(new Set(errors).size).toBe(1);
  expect(errors[0]).toEqual(expect.any(String));
  expect(gateway.asked.map(({ username }) => username)).toEqual(["fresh@example.com", "unknown@example.com"]);
});

test("a second factor that Cognito had is asked for here, by the verified phone", async () => {
  await using scene = await openScene();
  letsIn(scene, "step-up");
  const visitor = await Visitor.enter(scene.world, scene.flow);
  expect(await visitor.press("submit", { email: "ana@example.com", password: "Plain-Passw0rd" })).toBe("Verify OTP");
  expect(scene.world.sandbox.descopeService.messages().at(-1)).toMatchObject({ method: "sms", to: "+15555550100" });
  expect(await visitor.press("oneTimeCodeId", { code: "000000" })).toBe("Verify OTP");
  expect(await visitor.typeCode()).toBe("signed in");
  expect(visitor.session.sessionJwt).toEqual(expect.any(String));
});

test("whoever needs a new password gets one by a link when known, and by a code when not", async () => {
  await using scene = await openScene();
  const { world, gateway, flow } = scene;
  gateway.answer = async () => ({
    body: { verdict: "reset_required", next: "reset-password", reason: "reset-required" },
  });
  await world.manage("/v1/mgmt/user/create", {
    loginId: "fresh@example.com",
    email: "fresh@example.com",
    customAttributes: { freshlyMigrated: true },
  });
  const known = await Visitor.enter(world, flow);
  expect(await known.press("submit", { email: "fresh@example.com", password: "old" })).toBe("Password Reset Sent");
  expect(await known.press("polling")).toBe("Password Reset Sent");
  expect(await known.followLink()).toBe("Choose a new password");
  expect(await known.press("save", { newPassword: "Another-Passw0rd" })).toBe("signed in");
  expect(known.session.user["customAttributes"]).toEqual({ freshlyMigrated: false });

  const unknown = await Visitor.enter(world, flow);
  expect(await unknown.press("submit", { email: "new@example.com", password: "old" })).toBe("Verify OTP");
  expect(await unknown.typeCode()).toBe("Choose a new password");
  expect(await unknown.press("save", { newPassword: "Another-Passw0rd" })).toBe("signed in");
  expect(unknown.session.user).toMatchObject({ email: "new@example.com", verifiedEmail: true });
});

test("a project without the attribute lets its users in all the same", async () => {
  await using scene = await openScene({}, { undefinedAttribute: "refused" });
  const { world, gateway, flow } = scene;
  await world.manage("/v1/mgmt/user/customattribute/delete", { names: ["freshlyMigrated"] });
  gateway.answer = async () => ({
    body: { verdict: "not_confirmed", next: "verify-contact", reason: "not-confirmed" },
  });
  const visitor = await Visitor.enter(world, flow);
  await visitor.press("submit", { email: "new@example.com", password: "old" });
  await visitor.typeCode();
  expect(await visitor.press("save", { newPassword: "Another-Passw0rd" })).toBe("signed in");
});

test("after an import only those without a credential are asked about", async () => {
  await using scene = await openScene({ kind: "combined", secondFactor: "always" });
  const { world, gateway, flow } = scene;
  await world.manage("/v1/mgmt/user/create", {
    loginId: "ana@example.com",
    email: "ana@example.com",
    customAttributes: { freshlyMigrated: true },
  });
  const stranger = await Visitor.enter(world, flow);
  expect(await stranger.press("submit", { email: "who@example.com", password: "x" })).toBe("Sign In");
  expect(gateway.asked).toEqual([]);
  gateway.answer = async ({ password }) => {
    await world.sdk.management.user.setActivePassword("ana@example.com", password);
    await world.manage("/v1/mgmt/user/update/customAttribute", {
      loginId: "ana@example.com",
      attributeKey: "freshlyMigrated",
      attributeValue: false,
    });
    return { body: { verdict: "ok", next: "sign-in", reason: "password-right", loginId: "ana@example.com" } };
  };
  for (let time = 0; time < 2; time += 1) {
    const ana = await Visitor.enter(world, flow);
    expect(await ana.press("submit", { email: "ana@example.com", password: 'A"b\\c-12345' })).toBe("Verify OTP");
    expect(await ana.typeCode()).toBe("signed in");
  }
  expect(gateway.asked).toEqual([{ username: "ana@example.com", password: 'A"b\\c-12345', withLoginId: true }]);
});

test("an expired password is replaced, and a forgotten one reset", async () => {
  await using scene = await openScene();
  const { world, flow } = scene;
  await world.sdk.password.signUp("bob@example.com", "Right-Passw0rd", { email: "bob@example.com" });
  await world.sdk.management.user.expirePassword("bob@example.com");
  const expired = await Visitor.enter(world, flow);
  const fields = { email: "bob@example.com", password: "Right-Passw0rd" };
  expect(await expired.press("submit", fields)).toBe("Replace expired password");
  const replacement = { password: "Right-Passw0rd", newPassword: "Another-Passw0rd" };
  expect(await expired.press("replace", replacement)).toBe("signed in");
  const forgotten = await Visitor.enter(world, flow);
  expect(await forgotten.press("forgot", { email: "bob@example.com" })).toBe("Password Reset Sent");
  expect(await forgotten.followLink()).toBe("Choose a new password");
  expect(await forgotten.press("save", { newPassword: "Third-Passw0rd-1" })).toBe("signed in");
});

test("users known by phone number get codes where others get links", async () => {
  await using scene = await openScene({ identifier: "phone" });
  const { world, flow } = scene;
  await world.manage("/v1/mgmt/user/create", { loginId: "+15555550123", phone: "+15555550123", verifiedPhone: true });
  const visitor = await Visitor.enter(world, flow);
  expect(await visitor.press("forgot", { phone: "+15555550123" })).toBe("Verify OTP");
  expect(await visitor.typeCode()).toBe("Choose a new password");
  expect(await visitor.press("save", { newPassword: "Another-Passw0rd" })).toBe("signed in");
});
