import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { decodeJwt } from "jose";
import { expect, test } from "vitest";

import { Browser } from "./browser.ts";
import { action, condition, flow, migratingFlow, screen } from "./flow-documents.ts";
import { startIdentityProvider } from "./identity-provider.ts";
import { openWorld } from "./world.ts";
import type { Answer, World } from "./world.ts";

interface GatewayRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Gateway extends AsyncDisposable {
  readonly url: string;
  readonly requests: GatewayRequest[];
  answer: (body: string) => { readonly status: number; readonly body: string } | Promise<never>;
}

async function startGateway(): Promise<Gateway> {
  const requests: GatewayRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      requests.push({ path: request.url ?? "", headers: request.headers, body });
      void Promise.resolve(gateway.answer(body)).then((answer) => {
        response.writeHead(answer.status, { "content-type": "application/json" });
        response.end(answer.body);
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const gateway: Gateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: () => ({ status: 200, body: "{}" }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gateway;
}

async function addConnector(world: World, baseUrl: string, more: object = {}): Promise<string> {
  const answer = await world.manage("POST", "/v1/mgmt/connector", {
    name: "Gateway",
    type: "http",
    configuration: {
      baseUrl,
      authentication: { method: "bearerToken", bearerToken: "a-token" },
      headers: [{ key: "x-pool", value: "one" }],
      hmacSecret: "a-secret",
      ...more,
    },
  });
  return answer.body.id as string;
}

const importFlow = (world: World, document: unknown): Promise<Answer> =>
  world.manage("POST", "/v2/mgmt/flow/import", { flow: document });

const password = 'Quote"And\\Slash-1';

async function openMigration(variants: NonNullable<Parameters<typeof openWorld>[0]>["variants"] = {}): Promise<{
  readonly world: World;
  readonly gateway: Gateway;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}> {
  const world = await openWorld({ clock: Date.now, variants });
  const gateway = await startGateway();
  expect((await importFlow(world, migratingFlow(await addConnector(world, gateway.url)))).status).toBe(200);
  await world.sdk.management.user.create("ana@example.com", {
    email: "ana@example.com",
    customAttributes: { freshlyMigrated: true, cognitoSub: "s-1" },
  });
  return {
    world,
    gateway,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** Starts the flow and answers its first screen. */
async function enter(world: World, email: string): Promise<{ executionId: string; stepId: string }> {
  const started = await world.sdk.flow.start("migrating-sign-in", { redirectUrl: "https://app.example/login" });
  expect(started.data).toMatchObject({ status: "waiting", action: "screen", stepId: "0", screen: { id: "SC0" } });
  const next = await world.sdk.flow.next(started.data?.executionId ?? "", "0", "go", undefined, undefined, { email });
  return { executionId: next.data?.executionId ?? "", stepId: next.data?.stepId ?? "" };
}

test("a migrated user's first password is checked by the gateway, set, and signs in", async () => {
  await using both = await openMigration();
  const { world, gateway } = both;
  gateway.answer = (body) => {
    const { username, password: typed } = JSON.parse(body) as { username: string; password: string };
    expect({ username, typed }).toEqual({ username: "ana@example.com", typed: password });
    return { status: 200, body: JSON.stringify({ status: "ok" }) };
  };
  await world.sdk.management.user.setActivePassword("ana@example.com", password);
  const { executionId, stepId } = await enter(world, "ana@example.com");
  expect(stepId).toBe("2");
  const end = await world.sdk.flow.next(executionId, "2", "go", undefined, undefined, { password });
  expect(end.data).toMatchObject({ status: "completed", action: "none" });
  expect(decodeJwt(end.data?.authInfo?.sessionJwt ?? "")).toMatchObject({ amr: ["pwd"], sub_before: "s-1" });
  expect(world.service.user("ana@example.com")).toMatchObject({ customAttributes: { freshlyMigrated: false } });
  const [request] = gateway.requests;
  expect(request).toMatchObject({
    path: "/verify",
    headers: { authorization: "Bearer a-token", "x-pool": "one", "content-type": "application/json" },
  });
  const signature = createHmac("sha256", "a-secret")
    .update(request?.body ?? "")
    .digest("base64");
  expect(request?.headers["x-descope-webhook-s256"]).toBe(signature);
  expect((await world.sdk.flow.next(executionId, "2", "go")).ok).toBe(false);
});

test("another verdict of the gateway shows the password screen again", async () => {
  await using both = await openMigration();
  const { world, gateway } = both;
  gateway.answer = () => ({ status: 200, body: '{"status":"invalid_credentials"}' });
  const { executionId } = await enter(world, "ana@example.com");
  const again = await world.sdk.flow.next(executionId, "2", "go", undefined, undefined, { password });
  expect(again.data).toMatchObject({ status: "waiting", stepId: "2" });
  expect(JSON.stringify(again.data)).not.toContain("Slash");
  expect(gateway.requests).toHaveLength(1);
});

test("a gateway that answers with an error leads to the error's branch", async () => {
  await using both = await openMigration();
  const { world, gateway } = both;
  gateway.answer = () => ({ status: 503, body: "{}" });
  const { executionId } = await enter(world, "ana@example.com");
  const reset = await world.sdk.flow.next(executionId, "2", "go", undefined, undefined, { password });
  expect(reset.data).toMatchObject({
    stepId: "12",
    action: "poll",
    screen: { state: { "sentTo.maskedEmail": "a****@example.com" } },
  });
});

test("a gateway that does not answer is an error on the last screen", async () => {
  await using both = await openMigration();
  const { world, gateway } = both;
  await gateway[Symbol.asyncDispose]();
  const { executionId } = await enter(world, "ana@example.com");
  const again = await world.sdk.flow.next(executionId, "2", "go", undefined, undefined, { password });
  expect(again.data).toMatchObject({ stepId: "2", screen: { state: { errorText: expect.any(String) as string } } });
});

test("a user who was not migrated signs in with the password here; a wrong one is said on the screen", async () => {
  await using both = await openMigration();
  const { world, gateway } = both;
  await world.sdk.password.signUp("bob@example.com", password);
  const { executionId, stepId } = await enter(world, "bob@example.com");
  expect(stepId).toBe("5");
  const wrong = await world.sdk.flow.next(executionId, "5", "go", undefined, undefined, { password: "x" });
  expect(wrong.data).toMatchObject({ stepId: "5", screen: { state: { errorText: expect.any(String) as string } } });
  const right = await world.sdk.flow.next(executionId, "5", "go", undefined, undefined, { password });
  expect(right.data?.status).toBe("completed");
  expect(gateway.requests).toHaveLength(0);
});

test("an expired password is replaced on its own branch", async () => {
  await using both = await openMigration();
  const { world } = both;
  await world.sdk.password.signUp("bob@example.com", password);
  await world.sdk.management.user.expirePassword("bob@example.com");
  const { executionId } = await enter(world, "bob@example.com");
  const expired = await world.sdk.flow.next(executionId, "5", "go", undefined, undefined, { password });
  expect(expired.data?.stepId).toBe("10");
  const input = { password, newPassword: "Another-Password-2" };
  const end = await world.sdk.flow.next(executionId, "10", "replace", undefined, undefined, input);
  expect(end.data?.status).toBe("completed");
  expect((await world.sdk.password.signIn("bob@example.com", "Another-Password-2")).ok).toBe(true);
});

test("a reset link leads back into the flow, and the new password counts", async () => {
  await using both = await openMigration();
  const { world } = both;
  const { executionId } = await enter(world, "ana@example.com");
  await world.sdk.flow.next(executionId, "2", "forgot");
  const waiting = await world.sdk.flow.next(executionId, "12", "polling");
  expect(waiting.data).toMatchObject({ stepId: "12", action: "poll" });
  const link = new URL(world.service.messages().at(-1)?.secret ?? "");
  expect(link.origin).toBe("https://app.example");
  const [run, step] = (link.searchParams.get("descope-login-flow") ?? "").split(/_(?=[^_]*$)/);
  expect([run, step]).toEqual([executionId, "6.end"]);
  const token = link.searchParams.get("t") ?? "";
  expect(
    (await world.sdk.flow.next(executionId, "6.end", "submit", undefined, undefined, { token: "x" })).data,
  ).toMatchObject({
    screen: { state: { errorText: expect.any(String) as string } },
  });
  const form = await world.sdk.flow.next(executionId, "6.end", "submit", undefined, undefined, { token });
  expect(form.data?.stepId).toBe("13");
  const end = await world.sdk.flow.next(executionId, "13", "save", undefined, undefined, {
    newPassword: "Another-Password-2",
  });
  expect(end.data?.status).toBe("completed");
  expect((await world.sdk.password.signIn("ana@example.com", "Another-Password-2")).ok).toBe(true);
});

test.each([
  ["connectorResult", "wrapped", (body: string) => body.includes("password")],
  ["templateEscaping", "raw", (body: string) => body.includes(`"${password}"`)],
] as const)("a variant of connector calls: %s=%s", async (name, value, holds) => {
  await using both = await openMigration({ [name]: value });
  const { world, gateway } = both;
  gateway.answer = () => ({ status: 200, body: '{"status":"ok"}' });
  await world.sdk.management.user.setActivePassword("ana@example.com", password);
  const { executionId } = await enter(world, "ana@example.com");
  const next = await world.sdk.flow.next(executionId, "2", "go", undefined, undefined, { password });
  expect(holds(gateway.requests[0]?.body ?? "")).toBe(true);
  expect(next.data?.status).toBe(name === "connectorResult" ? "waiting" : "completed");
});

test("an HMAC may sign the base64 of the body", async () => {
  await using both = await openMigration({ hmacBytes: "base64" });
  const { world, gateway } = both;
  const { executionId } = await enter(world, "ana@example.com");
  await world.sdk.flow.next(executionId, "2", "go", undefined, undefined, { password });
  const [request] = gateway.requests;
  const signed = Buffer.from(request?.body ?? "").toString("base64");
  expect(request?.headers["x-descope-webhook-s256"]).toBe(
    createHmac("sha256", "a-secret").update(signed).digest("base64"),
  );
});

test("an OAuth pair sends the user away and takes the code back", async () => {
  await using world = await openWorld({ clock: Date.now });
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
  });
  await importFlow(
    world,
    flow("social", [
      screen("0", { go: "1" }),
      action("1", "oauth-start", { success: "1.end" }, { defaultProvider: "cognito", exchangeStepId: "1.end" }),
      action("1.end", "exchange-oauth-code", { success: "2" }),
      condition("2", "authInfo.firstSeen", "is-true", "", { first: "3", ELSE: "4" }),
      screen("3", { go: "4" }),
      action("4", "logged-in", {}),
    ]),
  );
  const started = await world.sdk.flow.start("social", { redirectUrl: "https://app.example/login" });
  const away = await world.sdk.flow.next(started.data?.executionId ?? "", "0", "go");
  expect(away.data).toMatchObject({ action: "redirect", stepId: "1.end" });
  const browser = new Browser("https://app.example");
  const login = await browser.open(away.data?.redirect?.url ?? "");
  const consent = await browser.submit(login, { prompt: "login", login: "ana", password: "any" });
  const back = new URL((await browser.submit(consent, { prompt: "consent" })).url);
  const exchangeCode = back.searchParams.get("code") ?? "";
  const executionId = started.data?.executionId ?? "";
  expect(back.searchParams.get("descope-login-flow")).toBe(`${executionId}_1.end`);
  const next = await world.sdk.flow.next(executionId, "1.end", "submit", undefined, undefined, { exchangeCode });
  expect(next.data).toMatchObject({ stepId: "3" });
  const end = await world.sdk.flow.next(executionId, "3", "go");
  expect(end.data?.authInfo?.user).toMatchObject({ loginIds: ["ana@example.com"] });
});

test("a subflow, a script and a code by email run to the end", async () => {
  await using world = await openWorld({ clock: Date.now });
  await importFlow(
    world,
    flow("verify", [
      action("0", "sign-up-or-in-otp-email", { success: "1" }),
      screen("1", { go: "2", resend: "0" }),
      action("2", "verify-code-otp-email", { success: "3" }),
      action("3", "logged-in", {}),
    ]),
  );
  await importFlow(
    world,
    flow("outer", [
      screen("0", { go: "1" }),
      action(
        "1",
        "scriptlet",
        { success: "2" },
        {
          scriptCode: "return { email: typed.trim().toLowerCase() }",
          scriptArgs: [{ key: "typed", type: "context", value: "form.typed" }],
          outputPath: "clean",
          overrideForm: [{ key: "form.email", type: "context", value: "scripts.clean.email" }],
        },
      ),
      {
        id: "2",
        type: "flow",
        arguments: { flowId: { type: "inline", value: "verify" } },
        next: { rules: [{ interactionId: "2.success", taskId: "3" }] },
      },
      action("3", "logged-in", {}),
    ]),
  );
  const started = await world.sdk.flow.start("outer");
  const executionId = started.data?.executionId ?? "";
  await world.sdk.flow.next(executionId, "0", "go", undefined, undefined, { typed: " Ana@Example.com " });
  const code = world.service.messages().at(-1);
  expect(code).toMatchObject({ to: "ana@example.com", kind: "otp" });
  const end = await world.sdk.flow.next(executionId, "1", "go", undefined, undefined, { code: code?.secret ?? "" });
  expect(end.data).toMatchObject({ status: "completed", authInfo: { user: { verifiedEmail: true } } });
});

test("flows are listed, exported as they came, imported in the console's form, and deleted", async () => {
  await using world = await openWorld();
  const document = flow("one", [action("0", "logged-in", {})]);
  await importFlow(world, document);
  expect((await world.manage("POST", "/v2/mgmt/flow/export", { flowId: "one" })).body).toEqual({ flow: document });
  const exported = await world.sdk.management.flow.export("one");
  expect(exported.data).toMatchObject({ flow: { id: "one", dsl: { startTask: "0" } }, screens: [] });
  await world.sdk.management.flow.import("two", exported.data?.flow as never, exported.data?.screens);
  expect((await world.sdk.management.flow.list()).data).toMatchObject({
    total: 2,
    flows: [{ id: "one" }, { id: "two" }],
  });
  await world.sdk.management.flow.delete(["one", "two"]);
  expect((await world.sdk.management.flow.export("one")).code).toBe(404);
});

test.each([
  [{ flowId: "x" }],
  [flow("x", [])],
  [flow("x", [screen("0", { go: "9" })])],
  [flow("x", [action("0", "logged-in", {})], { connectors: { Nowhere: "CI2x" } })],
  [
    flow(
      "x",
      Array.from({ length: 201 }, (_, n) => screen(String(n), {})),
    ),
  ],
])("a flow that is not one is refused at import", async (document) => {
  await using world = await openWorld();
  expect((await importFlow(world, document)).status).toBe(400);
  expect((await world.sdk.management.flow.list()).data).toMatchObject({ total: 0 });
});

test("a flow that goes in circles, an unknown action and an unknown flow are answered", async () => {
  await using world = await openWorld();
  await importFlow(world, flow("circle", [action("0", "risk", { success: "0" })]));
  await importFlow(world, flow("strange", [action("0", "webauthn-sign-in-start", { success: "0" })]));
  expect((await world.sdk.flow.start("circle")).error?.errorMessage).toMatch(/circles/);
  expect((await world.sdk.flow.start("strange")).error?.errorMessage).toMatch(/webauthn-sign-in-start is not run/);
  expect((await world.sdk.flow.start("unknown")).code).toBe(404);
  expect((await world.sdk.flow.next("unknown", "0", "go")).ok).toBe(false);
});

test("only steps that wait for the user can be come back to", async () => {
  await using both = await openMigration();
  const { world } = both;
  const { executionId } = await enter(world, "ana@example.com");
  for (const stepId of ["14", "9", "8", "0", "nothing"])
    expect((await world.sdk.flow.next(executionId, stepId, "submit")).code).toBe(400);
});

test("a connector's secrets are not answered and stay when left empty", async () => {
  await using world = await openWorld();
  const id = await addConnector(world, "https://gateway.example");
  const loaded = await world.manage("GET", `/v1/mgmt/connector?id=${id}`);
  expect(loaded.body).toMatchObject({ id, name: "Gateway", status: "enabled", configuration: { hmacSecret: "" } });
  expect(JSON.stringify(loaded.body)).not.toContain("a-token");
  const put = await world.manage("PUT", "/v1/mgmt/connector", { ...(loaded.body as object), description: "new" });
  expect(put.body).toMatchObject({ id, description: "new" });
  expect(
    (await world.manage("POST", "/v1/mgmt/connector", { name: "x", type: "http", configuration: {} })).status,
  ).toBe(400);
  expect((await world.manage("DELETE", `/v1/mgmt/connector?id=${id}`)).status).toBe(200);
  expect((await world.manage("GET", `/v1/mgmt/connector?id=${id}`)).status).toBe(404);
});

test("a passkey is added to a signed-in user, with the challenge that was given and no other", async () => {
  await using world = await openWorld({ clock: Date.now });
  const tasks = [
    action("0", "sign-up-or-in-otp-email", { success: "1" }),
    screen("1", { go: "2" }),
    action("2", "verify-code-otp-email", { success: "3" }),
    condition("3", "deviceInfo.webAuthnSupport", "is-true", "", { able: "4", ELSE: "5" }),
    action("4", "webauthn-update-user-start", { success: "4.end" }, { finishStepId: "4.end" }),
    action("4.end", "webauthn-update-user-finish", { success: "5" }, { finishStepId: "4.end" }),
    action("5", "logged-in", {}),
  ];
  await importFlow(world, flow("passkey", tasks));
  const start = async (webAuthnSupport: boolean): Promise<Answer["body"]> => {
    const form = { email: "ana@example.com" };
    const options = { deviceInfo: { webAuthnSupport } };
    const begun = await world.sdk.flow.start("passkey", options, undefined, undefined, undefined, undefined, form);
    const code = world.service.messages().at(-1)?.secret ?? "";
    const next = await world.sdk.flow.next(begun.data?.executionId ?? "", "1", "go", undefined, undefined, { code });
    return next.data;
  };
  expect(await start(false)).toMatchObject({ status: "completed", authInfo: { user: { webauthn: false } } });
  const finish = async (challengeOf: (given: string) => string): Promise<Answer["body"]> => {
    const asked = await start(true);
    expect(asked).toMatchObject({ action: "webauthnCreate", stepId: "4.end", webauthn: { create: true } });
    const { publicKey } = JSON.parse(asked.webauthn.options as string) as { publicKey: { challenge: string } };
    const clientData = { type: "webauthn.create", challenge: challengeOf(publicKey.challenge) };
    const clientDataJSON = Buffer.from(JSON.stringify(clientData)).toString("base64url");
    const response = JSON.stringify({ id: "credential", response: { clientDataJSON } });
    const input = { transactionId: asked.webauthn.transactionId as string, response };
    const { executionId } = asked as { executionId: string };
    return (await world.sdk.flow.next(executionId, "4.end", "submit", undefined, undefined, input)).data;
  };
  expect(await finish(() => "another")).toMatchObject({ stepId: "1", status: "waiting" });
  expect(await finish((given) => given)).toMatchObject({ status: "completed", authInfo: { user: { webauthn: true } } });
});

test.each([
  ["of-flow", "first"],
  ["of-project", "second"],
] as const)("screens belong to their flow, or to the project: flowScreens=%s", async (flowScreens, label) => {
  await using world = await openWorld({ variants: { flowScreens } });
  const withScreen = (id: string, text: string): object => ({
    ...flow(id, [screen("0", {})]),
    screens: [{ screenId: "SC0", interactions: [], contents: { ROOT: { text } } }],
  });
  await importFlow(world, withScreen("one", "first"));
  await importFlow(world, withScreen("two", "second"));
  const exported = await world.manage("POST", "/v2/mgmt/flow/export", { flowId: "one" });
  expect(exported.body.flow.screens).toMatchObject([{ contents: { ROOT: { text: label } } }]);
});
