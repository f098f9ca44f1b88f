import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DescopeVariants } from "@cognito-to-descope/sandbox";
import { writeFastConfig } from "../commands/fast-world.ts";
import { openAppsWorld, CALLBACK, projectWrites, READ_ORDERS } from "./apps-world.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];

const rulesOf = (document: Readonly<Record<string, unknown>>): readonly unknown[] =>
  (document["findings"] as Rows).map(({ rule }) => rule);

/** Permissions of a file; Windows has none of this kind. */
const modeOf = (path: string): number => (process.platform === "win32" ? 0o600 : statSync(path).mode & 0o777);

test("an assessment tells every app client by what it does, and needs no project", async () => {
  await using world = await openAppsWorld();
  await world.c2d("oidc", "setup", "--yes");
  world.sandbox.requests.reset();
  const { code, document, stderr } = await world.json("apps", "assess");
  expect(code, stderr).toBe(0);
  const classes = Object.fromEntries((document["clients"] as Rows).map((one) => [one["clientId"], one["class"]]));
  expect(classes).toMatchObject({
    [world.partner.clientId]: "web",
    [world.liveClientId]: "web",
    [world.machine.clientId]: "machine",
    [world.spa.clientId]: "web",
    [world.form.clientId]: "api",
  });
  expect(Object.values(classes)).toContain("c2d");
  expect(rulesOf(document)).toEqual(
    expect.arrayContaining(["app-implicit-grant", "app-machine-policy", "app-scope-unmapped", "app-uses-flows"]),
  );
  expect(world.sandbox.requests.count({ service: "descope" })).toBe(0);
});

test("clients keep their IDs and secrets, work at once, are made once, and are taken back", async () => {
  await using world = await openAppsWorld();
  const { partner, machine, spa, sandbox } = world;
  const secrets = [partner.secret, machine.secret, world.liveClientSecret];
  const dry = await world.c2d("apps", "apply", "--dry-run", "--sheet", "before.md");
  expect(dry.code, dry.stderr).toBe(0);
  expect(await world.inbound()).toEqual([]);

  const { code, document, stdout, stderr } = await world.json("apps", "apply", "--yes", "--sheet", "apps.md");
  expect(code, stderr).toBe(0);
  expect(document["applications"]).toEqual({ created: 4, updated: 0, unchanged: 0, skipped: 1, failed: 0 });
  expect((document["outcomes"] as Rows).filter(({ outcome }) => outcome === "created")).toEqual(
    Array.from({ length: 4 }, () => expect.objectContaining({ credentialsKept: true, differences: [] })),
  );
  const apps = await world.inbound();
  expect(apps.find(({ clientId }) => clientId === partner.clientId)).toMatchObject({
    name: "Partner_portal",
    approvedCallbackUrls: [CALLBACK],
    permissionsScopes: [{ name: READ_ORDERS, description: "Read orders" }],
    attributesScopes: [{ name: "email" }, { name: "profile" }],
    nonConfidentialClient: false,
  });
  // Two clients are called "web"; names are unique in a project.
  const names = apps.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(apps.find(({ clientId }) => clientId === spa.clientId)).toMatchObject({ nonConfidentialClient: true });
  expect(JSON.stringify(document)).not.toContain("credentials.json");

  const token = await fetch(`${sandbox.descope}/oauth2/v1/apps/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: machine.clientId,
      client_secret: machine.secret,
    }),
  });
  expect(await token.json()).toMatchObject({ scope: READ_ORDERS, access_token: expect.any(String) });

  sandbox.requests.reset();
  const again = await world.json("apps", "apply", "--yes");
  expect(again.document["applications"]).toMatchObject({ created: 0, updated: 0, unchanged: 4 });
  expect(projectWrites(world)).toEqual([]);

  const verified = await world.json("apps", "verify");
  expect(verified.document).toMatchObject({ verified: 4, failed: 0 });
  const checks = (verified.document["applications"] as readonly { readonly checks: Rows }[]).flatMap(
    (one) => one.checks,
  );
  expect(checks.filter(({ check }) => check === "sign-in")).toHaveLength(3);
  expect(checks.filter(({ check }) => check === "token")).toHaveLength(1);

  const sheet = readFileSync(join(world.folder, "apps.md"), "utf8");
  expect(sheet).toContain(`| Issuer | \`${sandbox.descope}/v1/apps/${sandbox.projectId}\` |`);
  expect(sheet).toContain("| Client secret | stays |");
  expect(sheet).toContain("Partner\\_portal");
  expect(sheet).toMatch(/implicit grant by the authorization code with PKCE/);
  const files = [".c2d/apps", "apps.md", "before.md"].map((name) => join(world.folder, name));
  const kept = readFileSync(join(files[0] ?? "", `${sandbox.projectId}.json`), "utf8");
  for (const secret of secrets) expect([dry.stdout, stdout, stderr, sheet, kept].join("\n")).not.toContain(secret);
  expect(modeOf(join(files[0] ?? "", `${sandbox.projectId}.json`))).toBe(0o600);

  expect((await world.c2d("apps", "rollback")).code).toBe(2);
  await world.manage("POST", "/v1/mgmt/thirdparty/app/patch", {
    id: apps.find(({ clientId }) => clientId === spa.clientId)?.["id"],
    name: "changed by somebody",
  });
  const back = await world.json("apps", "rollback", "--yes");
  expect(back.code).toBe(3);
  expect((await world.inbound()).map(({ name }) => name)).toEqual(["changed by somebody"]);
});

/** What nobody documents of inbound applications. */
const CHOICES: readonly Partial<DescopeVariants>[] = [
  { inboundCredentials: "own" },
  { inboundAnswer: "wrapped" },
  { inboundAppPages: "from-zero" },
  { inboundAppPages: "from-one" },
  { unknownFields: "refused" },
];

describe.for(CHOICES.map((variants) => ({ name: JSON.stringify(variants), variants })))(
  "a project with $name",
  ({ variants }) => {
    test("gets every application once, and gives them back", async () => {
      await using world = await openAppsWorld({ variants });
      const first = await world.json("apps", "apply", "--yes", "--sheet", "apps.md");
      expect(first.document["applications"]).toMatchObject({ created: 4, failed: 0 });
      world.sandbox.requests.reset();
      const again = await world.json("apps", "apply", "--yes");
      expect(again.document["applications"]).toMatchObject({ created: 0, updated: 0, unchanged: 4 });
      expect(projectWrites(world)).toEqual([]);
      expect((await world.json("apps", "verify")).document).toMatchObject({ verified: 4, failed: 0 });
      expect(rulesOf(first.document).includes("app-credentials-new")).toBe(variants.inboundCredentials === "own");
      expect((await world.json("apps", "rollback", "--yes")).code).toBe(0);
      expect(await world.inbound()).toEqual([]);
    });
  },
);

test("credentials that the project makes go to a file that only its owner can read", async () => {
  await using world = await openAppsWorld({ variants: { inboundCredentials: "own" } });
  const { document, stdout, stderr } = await world.json("apps", "apply", "--yes", "--sheet", "apps.md");
  const path = String(document["credentialsFile"]);
  const handed = JSON.parse(readFileSync(path, "utf8")) as Rows;
  const ids = (await world.inbound()).map(({ clientId }) => clientId);
  expect(handed.map(({ clientId }) => clientId).toSorted()).toEqual(ids.toSorted());
  const secret = String(
    handed.find(({ formerClientId }) => formerClientId === world.machine.clientId)?.["clientSecret"],
  );
  expect(secret.length).toBeGreaterThan(10);
  expect(stdout + stderr + readFileSync(join(world.folder, "apps.md"), "utf8")).not.toContain(secret);
  expect(modeOf(path)).toBe(0o600);
});

test("an application whose answer is lost is found again, and none is made twice", async () => {
  await using world = await openAppsWorld();
  world.sandbox.faults.add([
    { service: "descope", operation: "POST /v1/mgmt/thirdparty/app/create", nth: 1, fault: { kind: "answer-lost" } },
    {
      service: "descope",
      operation: "POST /v1/mgmt/thirdparty/app/create",
      nth: 3,
      fault: { kind: "status", status: 400 },
    },
  ]);
  const first = await world.json("apps", "apply", "--yes");
  expect([first.code, first.document["applications"]]).toEqual([3, expect.objectContaining({ created: 3, failed: 1 })]);
  expect(rulesOf(first.document)).toContain("app-refused");
  expect(await world.inbound()).toHaveLength(3);
  world.sandbox.faults.clear();
  const second = await world.json("apps", "apply", "--yes");
  expect(second.document["applications"]).toMatchObject({ created: 1, unchanged: 3, failed: 0 });
  expect(await world.inbound()).toHaveLength(4);
});

test("an apply that was killed after it made an application goes on where it was", async () => {
  await using world = await openAppsWorld({ variants: { inboundCredentials: "own" } });
  const first = await world.json("apps", "apply", "--yes");
  // What a process leaves behind that ends between the answer and the record of it.
  const path = join(world.folder, ".c2d/apps", `${world.sandbox.projectId}.json`);
  const records = JSON.parse(readFileSync(path, "utf8")) as Rows;
  writeFileSync(path, JSON.stringify(records.map((record) => ({ ...record, state: "applying", appId: "" }))));
  rmSync(String(first.document["credentialsFile"]));
  world.sandbox.requests.reset();
  const second = await world.json("apps", "apply", "--yes");
  expect(second.document["applications"]).toMatchObject({ created: 0, updated: 0, unchanged: 4 });
  expect(projectWrites(world)).toEqual([]);
  // The credentials were not handed on yet, so they are now.
  expect(JSON.parse(readFileSync(String(second.document["credentialsFile"]), "utf8"))).toHaveLength(4);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(records);
});

test("what somebody else made is left alone, what changed in Cognito is brought up to date, and that is taken back", async () => {
  await using world = await openAppsWorld();
  const { partner, machine } = world;
  await world.manage("POST", "/v1/mgmt/thirdparty/app/create", { name: "by hand", clientId: machine.clientId });
  writeFastConfig(world.folder, { apps: { clients: { [world.spa.clientId]: "skip", [world.liveClientId]: "flows" } } });
  const first = await world.json("apps", "apply", "--yes");
  expect(first.document["applications"]).toMatchObject({ created: 1, skipped: 4 });
  expect(rulesOf(first.document)).toContain("app-client-id-taken");
  const id = (await world.inbound()).find(({ clientId }) => clientId === partner.clientId)?.["id"];
  await world.manage("POST", "/v1/mgmt/thirdparty/app/patch", { id, approvedCallbackUrls: [] });
  expect((await world.json("apps", "verify")).code).toBe(3);
  const mended = await world.json("apps", "apply", "--yes");
  expect(mended.document["applications"]).toMatchObject({ updated: 1 });
  expect((await world.inbound()).find((app) => app["id"] === id)).toMatchObject({ approvedCallbackUrls: [CALLBACK] });
  const back = await world.json("apps", "rollback", partner.clientId, "--yes");
  expect(back.code).toBe(0);
  expect((await world.inbound()).map(({ name }) => name)).toEqual(["by hand"]);

  writeFastConfig(world.folder, { apps: { clients: { "1nobody": "inbound" } } });
  const wrong = await world.c2d("apps", "plan");
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("no pool of the config has an app client")]);
});

test("a project that lets none be made says so, and nothing is recorded", async () => {
  await using world = await openAppsWorld({ variants: { inboundAppApi: "refused" } });
  const { code, stderr } = await world.c2d("apps", "apply", "--yes");
  expect(code).not.toBe(0);
  expect(stderr).toContain("ERR_TARGET_FEATURE_MISSING");
  expect((await world.c2d("apps", "rollback", "--yes")).stdout).toContain("nothing to take back");
});
