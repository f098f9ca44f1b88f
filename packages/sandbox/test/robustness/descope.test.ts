import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";

import { descopeOperations } from "../../src/descope/operations.ts";
import { createDescopeService, createSeededRandom } from "../../src/index.ts";
import type { DescopeService, WireReply, WireRequest } from "../../src/index.ts";
import { brokenBody, mostly, oddJson, oddText } from "./odd-values.ts";

const projectId = "P2SandboxSandboxSandboxSandb";
const managementKey = "K2SandboxSandboxSandboxSandboxManagementKey";
const source = fileURLToPath(new URL("../../src/descope", import.meta.url));

interface World {
  readonly service: DescopeService;
  /** Values that mean something to the project. */
  readonly known: readonly unknown[];
}

async function openWorld(): Promise<World> {
  const service = createDescopeService({
    projectId,
    managementKey,
    random: createSeededRandom("robustness"),
    clock: () => Date.UTC(2026, 5, 1),
    customAttributes: [{ name: "plan", type: 1 }],
    roles: [{ name: "readers", permissionNames: ["read"] }],
    tenants: [{ id: "acme", name: "Acme" }],
  });
  const manage = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const reply = await service.answer(requestOf("POST", path, Buffer.from(JSON.stringify(body))));
    return JSON.parse(String(reply.body)) as Record<string, unknown>;
  };
  const ids: unknown[] = [];
  for (const loginId of ["ada", "bob", "eve"]) {
    const { user } = await manage("/v1/mgmt/user/create", { loginId, email: `${loginId}@example.com`, roleNames: [] });
    ids.push((user as { userId?: string } | undefined)?.userId);
  }
  await manage("/v1/mgmt/user/create/test", { loginId: "tester", email: "tester@example.com", test: true });
  await manage("/v1/mgmt/user/password/set/active", { loginId: "ada", password: "Str0ng!password" });
  const { sessionJwt, refreshJwt } = await manage("/v1/auth/password/signin", {
    loginId: "ada",
    password: "Str0ng!password",
  });
  return {
    service,
    known: [
      "ada",
      "bob",
      "tester",
      "nobody",
      "ada@example.com",
      "acme",
      "readers",
      "read",
      "plan",
      "Str0ng!password",
      ...ids,
      ...[sessionJwt, refreshJwt].filter((token) => token !== undefined),
      "http://127.0.0.1:9/x",
      "123456",
      "en",
      "",
      0,
      1,
      50,
      true,
      false,
      ["ada"],
      ["readers"],
      [{ loginId: "zoe", email: "zoe@example.com" }],
      [{ tenantId: "acme", roleNames: [] }],
      { plan: "free" },
      { idpUrl: "https://idp.example/sso", entityId: "e", idpCert: "MIIB" },
    ],
  };
}

function requestOf(method: string, path: string, body: Buffer, authorization?: string): WireRequest {
  const mark = path.indexOf("?");
  return {
    method,
    path: mark < 0 ? path : path.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : path.slice(mark + 1)),
    headers: {
      "content-type": "application/json",
      host: "127.0.0.1",
      authorization: authorization ?? `Bearer ${projectId}:${managementKey}`,
    },
    body,
    remoteAddress: "127.0.0.1",
  };
}

/** Every name that a source file and the files it imports read from requests or write into answers. */
function namesIn(file: string, depth = 0): readonly string[] {
  const text = readFileSync(file, "utf8");
  const names = [...text.matchAll(/"([A-Za-z][A-Za-z0-9_]{1,30})"/g)].map(([, name]) => name as string);
  const imports = depth > 0 ? [] : [...text.matchAll(/from "(\.\.?\/[^"]+)"/g)].map(([, path]) => path as string);
  const near = imports
    .map((path) => join(dirname(file), path))
    .filter((path) => /-?(input|fields|settings)/.test(basename(path)));
  return [...new Set([...names, ...near.flatMap((path) => namesIn(path, depth + 1))])];
}

/** Which names the operation's own source file knows. */
const namesByOperation: ReadonlyMap<string, readonly string[]> = new Map(
  readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const path = join(source, file);
      const text = readFileSync(path, "utf8");
      const own = descopeOperations.filter(({ name }) => text.includes(`"${name}"`));
      return own.length === 0 || file === "quotas.ts" ? [] : own.map(({ name }) => [name, namesIn(path)] as const);
    }),
);

function bodyOf(operation: (typeof descopeOperations)[number], { known }: World): fc.Arbitrary<unknown> {
  const names = [...new Set([...(operation.fields ?? []), ...(namesByOperation.get(operation.name) ?? []), "loginId"])];
  const value = mostly(fc.constantFrom(...known), fc.oneof(oddJson, fc.dictionary(fc.constantFrom(...names), oddJson)));
  const loginId = mostly(fc.constantFrom("ada", "bob", "new"));
  return fc
    .tuple(
      fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 12, noNullPrototype: false }),
      loginId,
      fc.boolean(),
    )
    .map(([body, id, named]) => (named ? { loginId: id, ...body } : body));
}

function expectOwnForm(reply: WireReply, path = ""): void {
  expect(reply.status).toBeLessThan(500 + (isDuplicate(reply) ? 1 : 0));
  const isJson = String(reply.headers?.["content-type"]).startsWith("application/json");
  if (reply.status === 200 && isJson) JSON.parse(String(reply.body) || "{}");
  if (reply.status < 400) return;
  const { error, errorCode } = JSON.parse(String(reply.body)) as Record<string, unknown>;
  // RFC 6749 has an error form of its own.
  const code = path.startsWith("/oauth2/") && error !== undefined ? `OAuth ${JSON.stringify(error)}` : errorCode;
  expect(code).toMatch(/^(?:E\d{6}|OAuth "[a-z_]+")$/);
}

/** Descope answers a duplicate role, permission or tenant with 500: see facts.md. */
function isDuplicate({ status, body }: WireReply): boolean {
  return status === 500 && /E024209|E024104|E073307/.test(String(body));
}

function stateOf(service: DescopeService): string {
  return [...service.save()].join("\n");
}

const world = await openWorld();

test.each(descopeOperations.map((operation) => [operation.name, operation] as const))(
  "%s answers odd requests in Descope's form, and a refusal changes nothing",
  async (name, operation) => {
    const [method = "", path = ""] = name.split(" ");
    const queryNames = namesByOperation.get(name) ?? ["id"];
    const query = fc.dictionary(
      fc.constantFrom(...queryNames, "id"),
      fc.oneof(oddText, fc.constantFrom("acme", "ada")),
      {
        maxKeys: 4,
        noNullPrototype: false,
      },
    );
    const filled = fc.array(fc.constantFrom("acme", "ada", "google", "%", "x y", "__proto__"), {
      minLength: 4,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(bodyOf(operation, world), query, filled, async (body, parameters, parts) => {
        const deletes = /delete|DELETE|import/.test(name);
        const { service } = deletes ? await openWorld() : world;
        const before = stateOf(service);
        let at = 0;
        const target = path.replaceAll(/\{\w+\}/g, () => parts[at++] ?? "x");
        const reply = await service.answer(
          requestOf(method, `${target}?${new URLSearchParams(parameters)}`, Buffer.from(JSON.stringify(body))),
        );
        expectOwnForm(reply, path);
        expect(reply.status < 400 || withoutCounters(stateOf(service)) === withoutCounters(before)).toBe(true);
      }),
      { numRuns: /delete|DELETE|import/.test(name) ? 4 : 10 },
    );
  },
);

/** Failed sign-ins are counted, and that is no harm. */
function withoutCounters(state: string): string {
  return state.replaceAll(/"(failures|failedAttempts|lockedUntil|lastFailureAt|modifiedAt)":[^,}]*,?/g, "");
}

test.each(descopeOperations.map(({ name }) => name))("%s refuses what is no JSON", async (name) => {
  const [method = "", path = ""] = name.split(" ");
  await fc.assert(
    fc.asyncProperty(brokenBody('{"loginId":"ada","email":"a@example.com"}'), async (body) => {
      expectOwnForm(
        await (await worldToBreak).service.answer(requestOf(method, path.replaceAll(/\{\w+\}/g, "x"), body)),
        path,
      );
    }),
    { numRuns: 3 },
  );
});

const worldToBreak = openWorld();

test.prop([fc.constantFrom(...descopeOperations.map(({ name }) => name)), oddText, oddText, fc.boolean()])(
  "missing and garbled credentials, methods and paths are refused in Descope's form",
  async (name, text, other, bearer) => {
    const [method = "", path = ""] = name.split(" ");
    const authorization = bearer ? `Bearer ${projectId}:${text}` : text;
    expectOwnForm(await world.service.answer(requestOf(method, path, Buffer.from("{}"), authorization)), path);
    expectOwnForm(await world.service.answer(requestOf(other, `${path}/${text}`, Buffer.from("{}"))), path);
  },
);

test.each([
  ["/v1/mgmt/sso/redirect", { tenantId: "acme", oauthRedirectUrl: "https://a.example", samlRedirectUrl: 0 }],
  ["/v1/mgmt/sso/saml", { tenantId: "acme", settings: { idpUrl: "x" } }],
  ["/v1/auth/otp/signup/email", { loginId: "+15551234567" }],
  ["/v1/auth/magiclink/signup-in/email", { loginId: "zed@example.com", redirectUrl: 7 }],
])("%s leaves nothing of a request behind that it refuses", async (path, body) => {
  const { service } = await openWorld();
  const before = stateOf(service);
  const reply = await service.answer(requestOf("POST", path, Buffer.from(JSON.stringify(body))));
  expect(reply.status).toBe(400);
  expect(stateOf(service)).toBe(before);
});
