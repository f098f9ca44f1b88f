import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { BRIDGE_PACKAGES, CONNECTION_MODES, DNS_PROVIDERS, readModes } from "@cognito-to-descope/core";
import { parse } from "yaml";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  HOST,
  oidcConnection,
  POOL,
  samlConnection,
  writtenConfig,
} from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { DNS_PROVIDER_NAMES, MODE_NAMES, PACKAGE_NAMES } from "../../src/declarations/sso-bridge.ts";
import { openDecisionLog } from "../../src/sso/decision-log.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { startSsoWorld } from "./sso-world.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder.path, ".c2d"));
  const config = writtenConfig([
    samlConnection("Acme"),
    oidcConnection("Initech"),
    samlConnection("Sealed", { class: "D", tenantId: "" }),
  ]);
  writeFileSync(join(folder.path, ".c2d", "bridge.json"), JSON.stringify(config));
});
afterEach(() => folder[Symbol.dispose]());

const c2d = (...line: readonly string[]): ReturnType<typeof runInProcess> => runInProcess(line, { cwd: folder.path });
const read = (name: string): string => readFileSync(join(folder.path, name), "utf8");

test("names of places, providers and modes are those of the core", () => {
  expect([PACKAGE_NAMES, DNS_PROVIDER_NAMES, MODE_NAMES]).toEqual([BRIDGE_PACKAGES, DNS_PROVIDERS, CONNECTION_MODES]);
});

describe("c2d sso mode", () => {
  test("changes the mode of one connection, and leaves the others", async () => {
    expect((await c2d("sso", "mode", "Acme", "log-only")).stdout).toBe("Acme: cognito → log-only\n");
    expect((await c2d("sso", "mode", `${POOL}/Initech`, "descope")).code).toBe(0);
    expect((await c2d("sso", "mode", "Acme", "log-only")).stdout).toBe("Acme: log-only already\n");
    const modes = readModes(JSON.parse(read(".c2d/bridge-modes.json")));
    expect(Object.entries(modes?.connections ?? {}).map(([key, { stage }]) => [key, stage])).toEqual([
      [`${POOL}/Acme`, "log-only"],
      [`${POOL}/Initech`, "descope"],
    ]);
    expect((await c2d("sso", "mode", "Acme")).stdout).toBe("Acme: log-only\n");
  });

  test("shows where each connection is alive, from the logs of all bridges", async () => {
    const entry = { host: HOST, connection: `${POOL}/Acme`, status: 302, milliseconds: 1 };
    for (const [file, to] of [
      ["a.jsonl", "cognito"],
      ["b.jsonl", "descope"],
    ] as const) {
      await using log = await openDecisionLog(join(folder.path, file), () => undefined);
      for (let count = 0; count < 50; count += 1)
        log.add({ ...entry, at: 1_800_000_000_000 + count, to, reason: "known-issuer" });
    }
    writeFileSync(join(folder.path, "c.jsonl"), "{}\nhello\n\n");
    const { stdout, stderr } = await c2d(
      "sso",
      "mode",
      "--json",
      "--decisions",
      "a.jsonl",
      "b.jsonl",
      "c.jsonl",
      "none.jsonl",
    );
    const { connections } = JSON.parse(stdout) as { readonly connections: readonly object[] };
    expect(connections[0]).toMatchObject({
      name: "Acme",
      toCognito: 50,
      toDescope: 50,
      lastAtCognito: "2027-01-15T08:00:00.049Z",
    });
    expect(stderr).toContain("2 lines of the decision logs cannot be read");
  });

  test.each([
    ["a connection that the bridge does not have", ["sso", "mode", "Nobody", "descope"], "no connection"],
    ["a mode that does not exist", ["sso", "mode", "Acme", "both"], "both"],
    ["a config that is not there", ["sso", "mode", "--bridge-config", "none.json"], "cannot be read"],
    ["modes that are none", ["sso", "mode", "Acme", "--modes", ".c2d/bridge.json"], "cannot be read"],
    ["a cut-over of nobody", ["sso", "cutover", "Nobody"], "no connection"],
    ["a mode for what cannot be bridged", ["sso", "mode", "Sealed", "descope"], "class D"],
    ["a share that is none", ["sso", "cutover", "Acme", "--min-agreement", "2"], "from 0 to 1"],
    ["half a certificate", ["sso", "bridge", "--tls-cert", "x"], "belong together"],
    ["no secret for OIDC sign-ins", ["sso", "bridge"], "C2D_BRIDGE_STATE_SECRET is missing"],
    ["a target that is an address", ["sso", "bridge", "dns", "route53", "--target", "10.0.0.1"], "no address"],
    [
      "a host that the bridge does not answer",
      ["sso", "bridge", "dns", "route53", "--target", "a.example", "--host", "b.example"],
      "no such host",
    ],
  ])("%s is an error that says what to do", async (_what, line, message) => {
    const { code, stderr } = await c2d(...line);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

test("c2d sso cutover --back leads back as often as it is called", async () => {
  await c2d("sso", "mode", "Acme", "descope");
  expect((await c2d("sso", "cutover", "Acme", "--back", "--dry-run")).stdout).toContain("nothing was changed");
  expect((await c2d("sso", "cutover", "Acme", "--back")).stdout).toBe("Acme: descope → cognito\n");
  const again = await c2d("sso", "cutover", "Acme", "--back");
  expect([again.code, again.stdout]).toEqual([0, "Acme: cognito already\n"]);
  // What cannot be bridged can always be taken back.
  expect((await c2d("sso", "mode", "Sealed", "cognito")).code).toBe(0);
});

describe("c2d sso bridge emit", () => {
  test("writes a function for Lambda that loads and lives, and a template that CloudFormation can read", async () => {
    expect((await c2d("sso", "bridge", "emit", "lambda", "--output", "out")).code).toBe(0);
    const { handler } = (await import(pathToFileURL(join(folder.path, "out", "index.mjs")).href)) as {
      readonly handler: (event: object) => Promise<{ readonly statusCode: number }>;
    };
    const event = {
      version: "2.0",
      rawPath: "/_bridge/health",
      rawQueryString: "",
      headers: {},
      isBase64Encoded: false,
    };
    const requestContext = { http: { method: "GET", sourceIp: "192.0.2.1" } };
    expect(await handler({ ...event, requestContext })).toMatchObject({ statusCode: 200 });
    const template = parse(read("out/template.yaml"), {
      customTags: ["!Ref", "!Sub", "!GetAtt"].map((tag) => ({ tag, resolve: (text: string) => text })),
    }) as { readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>> };
    expect(template.Resources["Domain1"]?.Properties).toMatchObject({ DomainName: HOST });
  });

  test("writes a directory that the user of the container can read", async () => {
    expect((await c2d("sso", "bridge", "emit", "docker", "--output", "out")).code).toBe(0);
    const modes = ["out", "out/bridge.json", "out/server.mjs"].map((name) => statSync(join(folder.path, name)).mode);
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(["755", "644", "644"]);
  });

  test.each([
    ["no secret for its OIDC connections", { C2D_BRIDGE_STATE_SECRET: "" }, "C2D_BRIDGE_STATE_SECRET is missing"],
    ["a secret that is none", { C2D_BRIDGE_STATE_SECRET: "short" }, "C2D_BRIDGE_STATE_SECRET is too short"],
    ["no config", { C2D_BRIDGE_DIRECTORY: "." }, "bridge.json cannot be read"],
  ])("writes a program that says in one line that it has %s", async (_what, env, message) => {
    expect((await c2d("sso", "bridge", "emit", "docker", "--output", "out")).code).toBe(0);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["out/server.mjs"], {
      cwd: folder.path,
      env,
      encoding: "utf8",
    });
    expect([status, stdout, stderr.trim().split("\n").length]).toEqual([2, "", 1]);
    const shown = JSON.parse(stderr) as object;
    expect(shown).toEqual({ code: expect.stringContaining("ERR_CONFIG"), message, suggestion: expect.any(String) });
  });

  test("writes a Worker with a route for each host", async () => {
    expect((await c2d("sso", "bridge", "emit", "worker", "--output", "out")).code).toBe(0);
    expect(read("out/wrangler.toml")).toContain(`pattern = "${HOST}/*"`);
    expect(read("out/index.mjs")).toContain("createWorker");
    expect(read("out/bridge.mjs")).not.toContain("node:");
  });
});

test("c2d sso bridge dns writes every step and the way back", async () => {
  const { code, stdout } = await c2d(
    "sso",
    "bridge",
    "dns",
    "zone-file",
    "--target",
    "bridge.example.com",
    "--ttl",
    "3600",
  );
  expect([code, stdout]).toEqual([0, expect.stringContaining("runbook.md")]);
  expect(read("c2d-dns/2-switch.zone")).toBe(`${HOST}. 60 IN CNAME bridge.example.com.\n`);
  expect(read("c2d-dns/back.zone")).toBe(`${HOST}. 60 IN CNAME d111111abcdef8.cloudfront.net.\n`);
  expect(read("c2d-dns/3-raise-ttl.zone")).toContain(" 3600 ");
});

test("c2d sso bridge config has what the pool says, and no secret", { timeout: 60_000 }, async () => {
  await using world = await startSsoWorld();
  const { providers } = world;
  await world.addProvider(
    "Okta",
    "SAML",
    { MetadataURL: providers.addSaml("okta") },
    { IdpIdentifiers: ["okta.example"] },
  );
  await world.addProvider("Sealed", "SAML", { MetadataURL: providers.addSaml("sealed"), EncryptedResponses: "true" });
  await world.addProvider("Corp", "OIDC", {
    client_id: "corp-client",
    client_secret: "canary-secret",
    attributes_request_method: "GET",
    oidc_issuer: providers.addOidc("corp"),
    authorize_scopes: "openid",
  });
  const { code, document } = await world.json<{
    readonly hosts: readonly object[];
    readonly unbridged: readonly string[];
  }>(["sso", "bridge", "config"]);
  expect(code).toBe(0);
  expect(document.hosts).toEqual([{ host: "auth.example.com", userPoolId: world.pool.userPoolId, connections: 3 }]);
  expect(document.unbridged).toEqual([`${world.pool.userPoolId}/Sealed`]);
  const text = readFileSync(join(world.folder, ".c2d", "bridge.json"), "utf8");
  expect(text).not.toContain("canary-secret");
  const { hosts } = JSON.parse(text) as ReturnType<typeof writtenConfig>;
  expect(hosts[0]?.upstream).toMatch(/^https:\/\/d\w+\.cloudfront\.net$/);
  expect(hosts[0]?.oidcRedirectUrls).toContain(`${world.sandbox.descope}/v1/oauth/callback`);
  expect(hosts[0]?.connections.map(({ name, class: kind, idpEntityIds }) => [name, kind, idpEntityIds])).toEqual([
    ["Corp", "E", []],
    ["Okta", "A", [`${providers.url}/okta/entity`]],
    ["Sealed", "D", [`${providers.url}/sealed/entity`]],
  ]);

  const gates = await world.json<{ readonly gates: readonly { readonly gate: string; readonly open: boolean }[] }>([
    "sso",
    "cutover",
    "Sealed",
  ]);
  expect(gates.code).toBe(4);
  expect(gates.document.gates.map(({ gate, open }) => [gate, open])).toEqual([
    ["bridgeable", false],
    ["settings-verified", false],
  ]);
  expect((await world.c2d(["sso", "apply", "--yes"])).code).toBe(0);
  const dry = await world.c2d(["sso", "cutover", "Okta", "--dry-run"]);
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining("a dry run: nothing was changed")]);
  expect((await world.c2d(["sso", "mode", "Okta"])).stdout).toBe("Okta: cognito\n");
});
