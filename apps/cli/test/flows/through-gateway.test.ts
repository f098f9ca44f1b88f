import DescopeClient from "@descope/node-sdk";
import { type FlowDocument, generateFlow, importFlow } from "@cognito-to-descope/core";
import { createFlows } from "@cognito-to-descope/descope";
import { type DescopeVariants, descopeVariantOptions, type Sandbox } from "@cognito-to-descope/sandbox";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startJit, type TestJit, TOKEN } from "../../../gateway/test/jit/start-jit.ts";
import { LINK_FLOW, PASSWORD_FLOW } from "../../../../packages/core/test/flows/customer-flows.ts";
import { defineOwnAttributes, machineClock, openProvisioning } from "../jit/provisioning.ts";
import { descope, type HandmadePool, migratedUser, projectUsers, startWorld, verified } from "../pipeline/world.ts";
import { PASSWORDS } from "./flow-world.ts";
import { Visitor, type VisitedWorld } from "./visitor.ts";

// The real gateway, the real provisioner and both services, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const HMAC_SECRET = "an HMAC secret of thirty-two characters";

interface Scene extends AsyncDisposable {
  readonly visited: VisitedWorld;
  readonly sandbox: Sandbox;
  readonly pool: HandmadePool;
  readonly jit: TestJit;
  /** Imports a flow as `c2d flow import` does. */
  take(document: FlowDocument): Promise<void>;
}

/** Both services, the gateway on a real port, and the connector that `c2d jit setup` makes. */
async function openScene(variants: Partial<DescopeVariants> = {}): Promise<Scene> {
  const { sandbox, pool, ...world } = await startWorld(
    { variants },
    { UsernameConfiguration: { CaseSensitive: false } },
  );
  await defineOwnAttributes(sandbox, [{ name: "terms", type: 3 }]);
  const { provisioner } = await openProvisioning(sandbox, { pools: [pool] });
  const jit = await startJit({
    world: sandbox,
    provisioner: () => provisioner,
    pools: async (_sandbox, open) => [await open(pool.userPoolId)],
    jit: { hmacSecrets: [HMAC_SECRET] },
  });
  const baseUrl = await jit.gateway.start();
  onTestFinished(() => jit.gateway.stop());
  await descope(sandbox, "POST /v1/mgmt/connector", {
    name: "Gateway",
    type: "http",
    configuration: {
      baseUrl,
      authentication: { method: "bearerToken", bearerToken: TOKEN },
      hmacSecret: HMAC_SECRET,
    },
  });
  const { projectId, managementKey } = sandbox;
  const target = { projectId, managementKey, baseUrl: sandbox.descope, clock: machineClock, random: () => 0.5 };
  return {
    visited: { sandbox, sdk: DescopeClient({ projectId, managementKey, baseUrl: sandbox.descope }) },
    sandbox,
    pool,
    jit,
    async take(document) {
      const done = await importFlow(createFlows(target), document, { mayWrite: async () => true });
      expect(done).toMatchObject({ written: true, afterwards: [] });
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

const everyReading = descopeVariantOptions.connectorResult.values.flatMap((connectorResult) =>
  descopeVariantOptions.templateEscaping.values.flatMap((templateEscaping) =>
    descopeVariantOptions.hmacBytes.values.map((hmacBytes) => ({ connectorResult, templateEscaping, hmacBytes })),
  ),
);

describe.each(everyReading)("with %j", (variants) => {
  test("users whom Descope does not know come in with the password that they have at Cognito, once", async () => {
    await using scene = await openScene(variants);
    const { visited, sandbox, pool, jit } = scene;
    const { document } = generateFlow({ kind: "jit-password", connector: { name: "Gateway" } });
    await scene.take(document);
    for (const [index, password] of PASSWORDS.filter((one) => /^\S+$/.test(one)).entries()) {
      const email = `ada${index}@example.com`;
      const sub = pool.add(email, verified(email), { password });
      const tries = jit.tries();
      const visitor = await Visitor.enter(visited, document);
      expect(await visitor.press("submit", { email, password })).toBe("signed in");
      expect(migratedUser(sandbox, sub)).toMatchObject({ email, customAttributes: { freshlyMigrated: false } });
      const again = await Visitor.enter(visited, document);
      expect(await again.press("submit", { email, password })).toBe("signed in");
      expect(jit.tries()).toBe(tries + 1);
    }
  });
});

test("imported users keep their passwords, and everybody else sees what a wrong password shows", async () => {
  await using scene = await openScene();
  const { visited, sandbox, pool, jit } = scene;
  const { document } = generateFlow({ kind: "combined", connector: { name: "Gateway" } });
  await scene.take(document);
  const password = 'Right-Passw0rd"\\é';
  const sub = pool.add("ada@example.com", verified("ada@example.com"), { password });
  await descope(sandbox, "POST /v1/mgmt/user/create", {
    loginId: "ada@example.com",
    email: "ada@example.com",
    verifiedEmail: true,
    customAttributes: { cognitoSub: sub, freshlyMigrated: true },
  });
  const ada = await Visitor.enter(visited, document);
  expect(await ada.press("submit", { email: "ada@example.com", password: "wrong" })).toBe("Sign In");
  const stranger = await Visitor.enter(visited, document);
  expect(await stranger.press("submit", { email: "who@example.com", password: "wrong" })).toBe("Sign In");
  expect(ada.error).toEqual(stranger.error);
  expect(jit.tries()).toBe(1);
  expect(await ada.press("submit", { email: "ada@example.com", password })).toBe("signed in");
  expect(projectUsers(sandbox)).toHaveLength(1);
  expect(migratedUser(sandbox, sub)).toMatchObject({ customAttributes: { freshlyMigrated: false } });
  const again = await Visitor.enter(visited, document);
  expect(await again.press("submit", { email: "ada@example.com", password })).toBe("signed in");
  expect(jit.tries()).toBe(2);
});

test("a disabled user is let in nowhere, and Cognito being down is no wrong password", async () => {
  await using scene = await openScene();
  const { visited, sandbox, pool } = scene;
  const { document } = generateFlow({ kind: "jit-password", connector: { name: "Gateway" } });
  await scene.take(document);
  const password = "Right-Passw0rd";
  pool.add("off@example.com", verified("off@example.com"), { password, enabled: false });
  pool.add("ada@example.com", verified("ada@example.com"), { password });
  const off = await Visitor.enter(visited, document);
  expect(await off.press("submit", { email: "off@example.com", password })).toBe("Refused");
  sandbox.faults.add([{ service: "cognito", operation: "*", fault: { kind: "status", status: 503 } }]);
  const ada = await Visitor.enter(visited, document);
  expect(await ada.press("submit", { email: "ada@example.com", password })).toBe("Later");
  sandbox.faults.clear();
  expect(await ada.press("back")).toBe("Sign In");
  expect(await ada.press("submit", { email: "ada@example.com", password })).toBe("signed in");
});

describe("in a copy of the customer's own flow", () => {
  test("first passwords are checked, and the customer's checks after a sign-in stay in force", async () => {
    await using scene = await openScene({ flowScreens: "of-project" });
    const { visited, sandbox, pool, jit } = scene;
    await scene.take({ ...PASSWORD_FLOW, metadata: { name: "Sign In" } });
    const before = await descope(sandbox, "POST /v2/mgmt/flow/export", { flowId: "sign-in" });
    const { document } = generateFlow({
      kind: "jit-password",
      connector: { name: "Gateway" },
      template: PASSWORD_FLOW,
    });
    await scene.take(document);
    // Not even its screens, were they shared by the whole project.
    expect(await descope(sandbox, "POST /v2/mgmt/flow/export", { flowId: "sign-in" })).toEqual(before);
    const password = 'Right-Passw0rd"\\é';
    const sub = pool.add("ada@example.com", verified("ada@example.com"), { password });
    const fields = { email: "ada@example.com", password };
    const visitor = await Visitor.enter(visited, document);
    expect(visitor.sees).toBe("Welcome");
    expect(await visitor.press("go", { ...fields, password: "wrong" })).toBe("Welcome");
    expect(await visitor.press("go", fields)).toBe("Terms");
    expect(await visitor.press("accept")).toBe("signed in");
    expect(migratedUser(sandbox, sub)).toMatchObject({ customAttributes: { freshlyMigrated: false, terms: true } });
    const again = await Visitor.enter(visited, document);
    expect(await again.press("go", fields)).toBe("signed in");
    expect(jit.tries()).toBe(2);
  });

  test("whoever was imported and resets the password the customer's way counts as migrated", async () => {
    await using scene = await openScene();
    const { visited, sandbox } = scene;
    const { document } = generateFlow({ kind: "reset-password", template: PASSWORD_FLOW });
    await scene.take(document);
    await descope(sandbox, "POST /v1/mgmt/user/create", {
      loginId: "ada@example.com",
      email: "ada@example.com",
      customAttributes: { freshlyMigrated: true, terms: true },
    });
    const visitor = await Visitor.enter(visited, document);
    expect(await visitor.press("go", { email: "ada@example.com", password: "anything" })).toBe("Reset Sent");
    expect(await visitor.followLink()).toBe("New Password");
    expect(await visitor.press("save", { newPassword: "Another-Passw0rd" })).toBe("signed in");
    expect(visitor.session.user["customAttributes"]).toMatchObject({ freshlyMigrated: false });
  });

  test("a flow without passwords asks for one where it is to be kept, and stays as it is for everybody else", async () => {
    await using scene = await openScene();
    const { visited, sandbox, pool } = scene;
    const { document } = generateFlow({ kind: "combined", connector: { name: "Gateway" }, template: LINK_FLOW });
    await scene.take(document);
    const password = "Right-Passw0rd";
    const sub = pool.add("ada@example.com", verified("ada@example.com"), { password });
    await descope(sandbox, "POST /v1/mgmt/user/create", {
      loginId: "ada@example.com",
      email: "ada@example.com",
      verifiedEmail: true,
      customAttributes: { cognitoSub: sub, freshlyMigrated: true },
    });
    const ada = await Visitor.enter(visited, document);
    expect(await ada.press("go", { email: "ada@example.com" })).toBe("Password");
    expect(await ada.press("submit", { password })).toBe("Hello");
    expect(await ada.press("ok")).toBe("signed in");
    const bob = await Visitor.enter(visited, document);
    expect(await bob.press("go", { email: "bob@example.com" })).toBe("Link Sent");
    expect(await bob.followLink()).toBe("Hello");
    expect(await bob.press("ok")).toBe("signed in");
  });
});
