import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AppClientDescription, Connector, FlowDocument } from "@cognito-to-descope/core";
import { variants } from "@cognito-to-descope/sandbox";
import { describe, expect, test, vi } from "vitest";
import { PASSWORD_FLOW } from "../../../../packages/core/test/flows/customer-flows.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { GATEWAY, startScene } from "./setup-scene.ts";

vi.setConfig({ testTimeout: 60_000 });

const OWN = "cognito-to-descope-jit";

describe("jit setup", () => {
  test("shows what would be done without writing anything, and without a secret", async () => {
    const scene = await startScene();
    const { code, stdout, stderr } = await scene.jit("setup", ...GATEWAY, "--dry-run");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`create the app client "${OWN}"`);
    expect(stdout).toContain('+ ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]');
    expect(stdout).toContain('+ configuration.baseUrl: "https://jit.example.com"');
    expect(stdout).toContain('+ configuration.hmacSecret: "[secret]"');
    expect(stdout).toContain('create the flow "cognito-jit-password"');
    expect(stdout).toContain("docs/findings/jit-quota-shared.md");
    expect(stdout).toContain("dry run: nothing was written");
    expect(scene.writes()).toBe(0);
    expect(readdirSync(scene.folder)).toEqual(["c2d.config.json"]);
  });

  test("makes client, definitions, connector and flow once, and writes nothing the second time", async () => {
    const scene = await startScene();
    const first = await scene.setup(...GATEWAY);
    expect(first).toMatchObject({ code: 0, written: true, byHand: [], secretsFile: ".env.c2d-jit" });
    const [client] = first.clients;
    const found = (await scene.settings.readAppClient(client?.clientId ?? "")) as AppClientDescription;
    expect(found).toMatchObject({
      name: OWN,
      settings: {
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors: "ENABLED",
        SupportedIdentityProviders: ["COGNITO"],
      },
    });
    expect(found.settings["CallbackURLs"] ?? []).toEqual([]);
    const flow = (await scene.flows.read("cognito-jit-password")) as FlowDocument;
    expect(flow.references?.connectors).toEqual({ [OWN]: first.connectorId });
    expect(scene.secrets()).toMatchObject({
      C2D_JIT_CLIENT_ID: found.clientId,
      C2D_JIT_CLIENT_SECRET: found.secret?.reveal(),
      C2D_JIT_TOKEN: expect.stringMatching(/^[\w-]{43}$/) as string,
      C2D_JIT_HMAC_SECRET: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
    expect(statSync(join(scene.folder, ".env.c2d-jit")).mode & 0o777).toBe(0o600);
    expect(statSync(join(scene.folder, ".c2d", "jit-setup.json")).mode & 0o777).toBe(0o600);

    const [writes, file] = [scene.writes(), readFileSync(join(scene.folder, ".env.c2d-jit"), "utf8")];
    const again = await scene.setup(...GATEWAY);
    expect(again).toMatchObject({
      code: 0,
      written: false,
      clients: [{ operation: "none", clientId: found.clientId }],
      connector: { operation: "none", id: first.connectorId },
      flow: { operation: "none" },
    });
    expect(scene.writes()).toBe(writes);
    const told = await scene.jit("setup", ...GATEWAY);
    expect(told.stdout).toContain("try it out with c2d jit check --gateway https://jit.example.com, then");
    expect(readFileSync(join(scene.folder, ".env.c2d-jit"), "utf8")).toBe(file);
  });

  test("never prints a secret or writes it into a record or a file that is shared", async () => {
    const scene = await startScene();
    const [printed, secrets]: [string[], Set<string>] = [[], new Set()];
    for (const words of [
      ["setup", ...GATEWAY, "--output", "by-hand"],
      ["setup", ...GATEWAY, "--json", "--debug", "--rotate"],
      ["setup", "--gateway", "https://other.example.com", "--verbose"],
      ["setup", "--undo", "--json"],
    ]) {
      const { stdout, stderr } = await scene.jit(...words);
      printed.push(stdout, stderr);
      const { C2D_JIT_CLIENT_ID: _clientId, ...lines } = scene.secrets();
      for (const secret of Object.values(lines).flatMap((line) => line?.split(",") ?? [])) secrets.add(secret);
    }
    const written = ["by-hand", ".c2d"]
      .flatMap((path) => readdirSync(join(scene.folder, path), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
    // Two tokens, two HMAC secrets, and that of the app client.
    expect(secrets.size).toBe(5);
    for (const secret of secrets) expect([...printed, ...written].join("\n")).not.toContain(secret);
  });

  test("mends what differs of its own connector and client, and says so", async () => {
    const scene = await startScene();
    const { clients, connectorId } = await scene.setup(...GATEWAY);
    const clientId = clients[0]?.clientId ?? "";
    await scene.settings.replaceAppClient(clientId, { ClientName: OWN, ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] });
    const connector = (await scene.connectors.read(connectorId ?? "")) as Connector;
    await scene.connectors.update({ ...connector, status: "disabled" });
    const mended = await scene.setup("--gateway", "https://moved.example.com");
    expect(mended.clients[0]?.differences.map(({ setting }) => setting)).toContain("ExplicitAuthFlows");
    expect(mended).toMatchObject({
      clients: [{ operation: "update", clientId }],
      connector: {
        operation: "update",
        differences: [
          { setting: "status", from: "disabled", to: "enabled" },
          { setting: "configuration.baseUrl", from: "https://jit.example.com", to: "https://moved.example.com" },
        ],
      },
    });
    expect(await scene.setup("--gateway", "https://moved.example.com")).toMatchObject({ written: false });
  });

  test("gives the connector new secrets, and lets the gateway take the old ones too", async () => {
    const scene = await startScene();
    await scene.setup(...GATEWAY);
    const before = scene.secrets();
    const rotated = await scene.setup(...GATEWAY, "--rotate");
    expect(rotated).toMatchObject({ connector: { operation: "update", differences: [{ setting: "secrets" }] } });
    const [token = "", old = ""] = scene.secrets()["C2D_JIT_TOKEN"]?.split(",") ?? [];
    expect(old).toBe(before["C2D_JIT_TOKEN"]);
    expect(token).not.toBe(old);
    expect(await scene.setup(...GATEWAY)).toMatchObject({ written: false });
    const elsewhere = { ...scene.env, C2D_JIT_TOKEN: "a token that some vault keeps, not the file" };
    const refused = await runInProcess(["jit", "setup", ...GATEWAY, "--rotate"], { cwd: scene.folder, env: elsewhere });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("C2D_JIT_TOKEN does not come from")]);
  });

  test("takes secrets of the environment, and keeps them out of its file", async () => {
    const scene = await startScene();
    const env = {
      ...scene.env,
      C2D_JIT_TOKEN: "a token of the vault's that is long enough",
      C2D_JIT_HMAC_SECRET: "a secret of the vault's that is long enough",
    };
    const { code } = await runInProcess(["jit", "setup", ...GATEWAY], { cwd: scene.folder, env });
    expect(code).toBe(0);
    expect(Object.keys(scene.secrets()).toSorted()).toEqual(["C2D_JIT_CLIENT_ID", "C2D_JIT_CLIENT_SECRET"]);
    const again = await runInProcess(["jit", "setup", ...GATEWAY, "--json"], { cwd: scene.folder, env });
    expect(JSON.parse(again.stdout)).toMatchObject({ written: false });
  });

  test("keeps the screens of the flow that it is told to learn from, and that flow itself", async () => {
    const scene = await startScene();
    const customers: FlowDocument = { ...PASSWORD_FLOW, references: {} };
    await scene.flows.write({ ...customers, flowId: "sign-up-or-in" });
    const words = [...GATEWAY, "--template", "sign-up-or-in", "--flow-id", "sign-in-migrating"];
    expect(await scene.setup(...words)).toMatchObject({
      code: 0,
      flow: { id: "sign-in-migrating", operation: "create" },
    });
    const [theirs, ours] = [await scene.flows.read("sign-up-or-in"), await scene.flows.read("sign-in-migrating")];
    expect(theirs?.contents).toEqual(customers.contents);
    const screens = new Set(ours?.screens?.map(({ contents }) => JSON.stringify(contents)));
    for (const { contents } of customers.screens ?? []) expect(screens).toContain(JSON.stringify(contents));
    expect(await scene.setup(...words)).toMatchObject({ written: false });
  });

  test("lets the check run by IAM rights, and says what the gateway's config needs for it", async () => {
    const scene = await startScene();
    const { stdout } = await scene.jit("setup", ...GATEWAY, "--auth", "admin", "--no-secret");
    const { C2D_JIT_CLIENT_ID: clientId = "", ...others } = scene.secrets();
    expect(others).not.toHaveProperty("C2D_JIT_CLIENT_SECRET");
    expect(stdout).toContain(
      `"jit": {"pools":[{"userPoolId":"${scene.sandbox.userPoolId}","clientId":"${clientId}","flow":"admin"}]}`,
    );
    expect((await scene.settings.readAppClient(clientId))?.settings["ExplicitAuthFlows"]).toEqual([
      "ALLOW_ADMIN_USER_PASSWORD_AUTH",
      "ALLOW_REFRESH_TOKEN_AUTH",
    ]);
  });

  test("serves several pools, with a client and a secret for each", async () => {
    const scene = await startScene({ pools: 2 });
    const [one, other] = scene.sandbox.userPoolIds;
    const sources = [one, other].map((userPoolId) => ({ userPoolId }));
    writeFileSync(
      join(scene.folder, "c2d.config.json"),
      JSON.stringify({ ...JSON.parse(readFileSync(join(scene.folder, "c2d.config.json"), "utf8")), sources }),
    );
    const { clients } = await scene.setup(...GATEWAY);
    expect(clients.map(({ userPoolId }) => userPoolId)).toEqual([one, other]);
    const names = Object.keys(scene.secrets()).filter((name) => name.startsWith("C2D_JIT_CLIENT_SECRET_"));
    expect(names).toHaveLength(2);
    const { stdout } = await scene.jit("setup", ...GATEWAY);
    expect(stdout).toContain(`"jit": {"pools":[{"userPoolId":"${one}","clientId":"${clients[0]?.clientId}"}`);
    for (const words of [
      ["--direct", "--sign-up-action", "x"],
      [...GATEWAY, "--client", "abc"],
    ]) {
      const refused = await scene.jit("setup", ...words);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("there are several user pools")]);
    }
  });
});

test("jit setup --by-hand makes the client, and leaves attributes, connector and flow to Terraform", async () => {
  const scene = await startScene();
  const words = [...GATEWAY, "--output", "out", "--by-hand"];
  expect(await scene.setup(...words)).toMatchObject({ code: 0, byHand: ["connector", "flow"], connectorId: null });
  expect([await scene.connectors.list(), await scene.flows.list()]).toEqual([[], []]);
  expect(scene.sandbox.requests.count({ operation: "POST /v1/mgmt/user/customattribute/create" })).toBe(0);
  const terraform = readFileSync(join(scene.folder, "out", "cognito-to-descope.tf.json"), "utf8");
  const { resource } = JSON.parse(terraform) as { readonly resource: Readonly<Record<string, object>> };
  expect(Object.keys(resource)).toEqual(["descope_http_connector", "descope_flow", "descope_user_attribute"]);
  const bare = await scene.jit("setup", ...GATEWAY, "--by-hand");
  expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining("--by-hand leaves nothing to go by")]);
});

describe("jit setup where the project does not take connectors over its API", () => {
  test.each(["refused", "absent"] as const)(
    "(%s) prints the steps, ends with 3, and goes on once the connector is there",
    async (connectorApi) => {
      const scene = await startScene({ variants: { connectorApi } });
      const { code, stdout } = await scene.jit("setup", ...GATEWAY, "--output", "by-hand");
      expect(code).toBe(3);
      expect(stdout).toContain(`Name: ${OWN}`);
      expect(stdout).toContain("Token: the value of C2D_JIT_TOKEN in .env.c2d-jit");
      expect(readdirSync(join(scene.folder, "by-hand")).toSorted()).toEqual([
        "CONSOLE.md",
        "cognito-jit-password.json",
        "cognito-to-descope.tf.json",
        "snapshot",
      ]);
      expect(await scene.flows.read("cognito-jit-password")).toBeUndefined();

      await makeByHand(scene.sandbox.descope, scene.env);
      const next = await scene.setup(...GATEWAY);
      expect(next).toMatchObject({ code: 0, connector: { operation: "none" }, flow: { operation: "create" } });
      expect(next.findings.map(({ rule }) => rule)).toContain("jit-secrets-unproven");
      expect(await scene.setup(...GATEWAY)).toMatchObject({ written: false });
    },
  );

  test("takes the operator's word for a connector that it cannot see", async () => {
    const scene = await startScene({ variants: { connectorApi: "refused", snapshotApi: "refused" } });
    const dry = await scene.setup(...GATEWAY, "--connector-by-hand", "--dry-run");
    expect(dry).toMatchObject({ connector: { operation: "none" }, flow: { operation: "create" } });
    // Nobody has made it, which only the project can tell.
    const refused = await scene.jit("setup", ...GATEWAY, "--connector-by-hand");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("ERR_TARGET_REFUSED")]);
  });

  test("knows its own connector again without listing, by its record or by the flow that calls it", async () => {
    const scene = await startScene({ variants: { snapshotApi: "refused", duplicateConnector: "allowed" } });
    await scene.setup(...GATEWAY);
    expect(await scene.setup(...GATEWAY)).toMatchObject({ written: false });
    rmSync(join(scene.folder, ".c2d"), { recursive: true });
    expect(await scene.setup(...GATEWAY)).toMatchObject({ written: false, connector: { operation: "none" } });
  });
});

/** Puts a connector into the project as somebody does in the console. */
async function makeByHand(descope: string, env: Readonly<Record<string, string>>): Promise<void> {
  const connector = {
    name: OWN,
    type: "http",
    configuration: { baseUrl: "https://jit.example.com", authentication: { method: "bearerToken", bearerToken: "x" } },
  };
  const files = {
    "snapshot.json": { version: 5 },
    "connectors/connectors.json": { connectors: ["by-hand"] },
    "connectors/by-hand.json": connector,
  };
  const response = await fetch(`${descope}/v1/mgmt/project/snapshot/import`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${env["DESCOPE_PROJECT_ID"]}:${env["DESCOPE_MANAGEMENT_KEY"]}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ files }),
  });
  expect(response.status).toBe(200);
}

describe("jit setup on an app client that is there", () => {
  const LIVE = {
    ClientName: "web",
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    CallbackURLs: ["https://app.example.com/back"],
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid"],
    AllowedOAuthFlowsUserPoolClient: true,
    SupportedIdentityProviders: ["COGNITO"],
    RefreshTokenValidity: 7,
    ReadAttributes: ["email"],
  };

  test("refuses one that does not allow the check, and changes nothing at all", async () => {
    const scene = await startScene();
    const { clientId } = await scene.settings.createAppClient("web", LIVE);
    const writes = scene.writes();
    const { code, stdout, stderr } = await scene.jit("setup", ...GATEWAY, "--client", clientId);
    expect([code, scene.writes()]).toEqual([4, writes]);
    expect(stderr).toContain("ERR_PLAN_BLOCKED");
    expect(stdout).toContain("docs/findings/jit-flow-not-allowed.md");
    expect(stdout).toContain("docs/findings/jit-attributes-unreadable.md");
    expect(existsSync(join(scene.folder, ".env.c2d-jit"))).toBe(false);
  });

  test("changes the one setting when it is told to, keeps every other, and writes it back on undo", async () => {
    const scene = await startScene();
    const { clientId, settings: before } = await scene.settings.createAppClient("web", LIVE);
    const { stdout } = await scene.jit("setup", ...GATEWAY, "--edit-client", clientId, "--dry-run");
    expect(stdout).toContain('- ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]');
    expect(stdout).toContain(
      '+ ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH","ALLOW_REFRESH_TOKEN_AUTH","ALLOW_USER_PASSWORD_AUTH"]',
    );
    const done = await scene.setup(...GATEWAY, "--edit-client", clientId);
    expect(done.findings.map(({ rule }) => rule)).toContain("jit-client-live");
    expect((await scene.settings.readAppClient(clientId))?.settings).toEqual({
      ...before,
      ExplicitAuthFlows: [...LIVE.ExplicitAuthFlows, "ALLOW_USER_PASSWORD_AUTH"],
    });
    expect(await scene.setup(...GATEWAY, "--edit-client", clientId)).toMatchObject({ written: false });
    expect((await scene.jit("setup", "--undo")).code).toBe(0);
    expect((await scene.settings.readAppClient(clientId))?.settings).toEqual(before);
  });

  test("keeps the flows that a client has without naming any", async () => {
    const scene = await startScene();
    const { clientId } = await scene.settings.createAppClient("old", {});
    await scene.setup(...GATEWAY, "--edit-client", clientId);
    expect((await scene.settings.readAppClient(clientId))?.settings["ExplicitAuthFlows"]).toEqual([
      "ALLOW_REFRESH_TOKEN_AUTH",
      "ALLOW_USER_SRP_AUTH",
      "ALLOW_CUSTOM_AUTH",
      "ALLOW_USER_PASSWORD_AUTH",
    ]);
  });

  test("does not write back over what somebody changed since", async () => {
    const scene = await startScene();
    const { clientId } = await scene.settings.createAppClient("web", LIVE);
    await scene.setup(...GATEWAY, "--edit-client", clientId);
    const edited = await scene.settings.readAppClient(clientId);
    await scene.settings.replaceAppClient(clientId, { ...edited?.settings, RefreshTokenValidity: 3 });
    const { stdout } = await scene.jit("setup", "--undo");
    expect(stdout).toContain('keep the app client "web"');
    expect((await scene.settings.readAppClient(clientId))?.settings["RefreshTokenValidity"]).toBe(3);
  });
});

describe("jit setup --direct", () => {
  test("makes the guide's connector, a client without a secret, and a flow that calls Cognito", async () => {
    const scene = await startScene();
    const words = ["--direct", "--sign-up-action", "password-sign-up"];
    const { connectorId, clients, code } = await scene.setup(...words);
    expect(code).toBe(0);
    expect(await scene.connectors.read(connectorId ?? "")).toMatchObject({
      configuration: {
        baseUrl: scene.sandbox.cognito,
        authentication: { method: "none" },
        headers: [
          { key: "Content-Type", value: "application/x-amz-json-1.1" },
          { key: "X-Amz-Target", value: "AWSCognitoIdentityProviderService.InitiateAuth" },
        ],
      },
    });
    const client = await scene.settings.readAppClient(clients[0]?.clientId ?? "");
    expect(client?.secret).toBeUndefined();
    expect(JSON.stringify(await scene.flows.read("cognito-direct-cognito"))).toContain(client?.clientId);
    expect(existsSync(join(scene.folder, ".env.c2d-jit"))).toBe(false);
    expect(await scene.setup(...words)).toMatchObject({ written: false });
    expect((await scene.jit("setup", ...words)).stdout).not.toContain("jit check");
  });

  test("refuses a client with a secret", async () => {
    const scene = await startScene();
    const flows = ["ALLOW_USER_PASSWORD_AUTH"];
    const { clientId } = await scene.settings.createAppClient("s", { GenerateSecret: true, ExplicitAuthFlows: flows });
    const words = ["--direct", "--sign-up-action", "password-sign-up", "--client", clientId];
    const { code, stdout } = await scene.jit("setup", ...words);
    expect(code).toBe(4);
    expect(stdout).toContain("docs/findings/jit-secret-unusable.md");
  });
});

describe("jit setup --undo", () => {
  test("deletes what was made, and nothing twice", async () => {
    const scene = await startScene();
    const { clients, connectorId, flow } = await scene.setup(...GATEWAY);
    const dry = await scene.jit("setup", "--undo", "--dry-run");
    expect(dry.stdout.match(/^delete the (flow|connector|app client)/gm)).toHaveLength(3);
    expect((await scene.jit("setup", "--undo")).code).toBe(0);
    expect(await scene.flows.read(flow.id)).toBeUndefined();
    expect(await scene.connectors.read(connectorId ?? "")).toBeUndefined();
    expect(await scene.settings.readAppClient(clients[0]?.clientId ?? "")).toBeUndefined();
    const writes = scene.writes();
    expect((await scene.jit("setup", "--undo")).stdout).toContain("nothing is on record");
    expect(scene.writes()).toBe(writes);
  });

  test("keeps a connector that another flow calls, and a client that an application uses", async () => {
    const scene = await startScene();
    const { clients, connectorId, flow } = await scene.setup(...GATEWAY);
    const document = (await scene.flows.read(flow.id)) as FlowDocument;
    await scene.flows.write({ ...document, flowId: "somebody-elses" });
    const clientId = clients[0]?.clientId ?? "";
    const client = await scene.settings.readAppClient(clientId);
    const urls = { CallbackURLs: ["https://app.example.com/"] };
    await scene.settings.replaceAppClient(clientId, { ...client?.settings, ...urls });
    const { stdout } = await scene.jit("setup", "--undo");
    expect(stdout).toContain("a flow that stays calls it");
    expect(stdout).toContain("somebody changed it since");
    expect(await scene.connectors.read(connectorId ?? "")).toBeDefined();
    expect(await scene.settings.readAppClient(clientId)).toBeDefined();
    expect(await scene.flows.read(flow.id)).toBeUndefined();
  });

  test("finds what it made by name and mark when the record is lost", async () => {
    const scene = await startScene();
    const { clients, connectorId } = await scene.setup(...GATEWAY);
    rmSync(join(scene.folder, ".c2d"), { recursive: true });
    expect((await scene.jit("setup", "--undo")).code).toBe(0);
    expect(await scene.connectors.read(connectorId ?? "")).toBeUndefined();
    expect(await scene.settings.readAppClient(clients[0]?.clientId ?? "")).toBeUndefined();
  });
});

describe("jit setup meets what is in its way", () => {
  test.each([
    [[], "it is not said who checks passwords"],
    [["--gateway", "http://jit.example.com"], "must be reached by https"],
    [["--gateway", "jit.example.com"], "needs an address such as"],
    [["--gateway", "https://user:pw@jit.example.com"], "needs an address such as"],
    [["--gateway", "https://jit.example.com/?a=b"], "needs an address such as"],
    [["--gateway", "https://jit.example.com", "--direct"], "cannot be used with"],
    [[...GATEWAY, "--user-pool-id", "us-east-1_Nowhere00"], "has no user pool of this ID"],
    [[...GATEWAY, "--client", "0123456789abcdefghijklmnop"], "has no app client of this ID"],
    [[...GATEWAY, "--client-name", "a/b"], "the name of an app client has"],
    [[...GATEWAY, "--connector-id", "CI2nothing"], "there is no connector with this ID"],
    [[...GATEWAY, "--template", "nothing"], "--template names\n  it has none"],
    [[...GATEWAY, "--flow-id", "no spaces please"], "the flow ID must be"],
    [["--direct", "--auth", "admin"], "--auth admin needs the gateway"],
    [["--direct"], 'the action ID of the step "Sign Up / Password" is not known'],
  ])("%j: one clear error, and nothing is written", async (words, message) => {
    const scene = await startScene();
    const { code, stderr } = await scene.jit("setup", ...words);
    expect(stderr).toContain(message);
    expect([code, scene.writes()]).toEqual([2, 0]);
  });

  test("a flow, a connector or a client of the name that is somebody else's is left alone", async () => {
    const scene = await startScene();
    await scene.setup(...GATEWAY);
    const document = (await scene.flows.read("cognito-jit-password")) as FlowDocument;
    const metadata = { ...document.metadata, description: "Designed with love" };
    await scene.flows.write({ ...document, flowId: "taken", metadata });
    await scene.connectors.create({ name: "taken", type: "http", configuration: { baseUrl: "https://a.example" } });
    await scene.settings.createAppClient("taken", {
      AllowedOAuthFlowsUserPoolClient: true,
      CallbackURLs: ["https://app.example.com/"],
    });
    const writes = scene.writes();
    for (const [option, message] of [
      ["--flow-id", "a flow of this ID exists that c2d did not make"],
      ["--connector-name", "a connector of this name exists that c2d did not make"],
    ] as const) {
      const { code, stderr } = await scene.jit("setup", ...GATEWAY, option, "taken", "--replace-flow");
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    rmSync(join(scene.folder, ".c2d"), { recursive: true });
    const { code, stderr } = await scene.jit("setup", ...GATEWAY, "--client-name", "taken");
    expect([code, stderr]).toEqual([2, expect.stringContaining("an app client of this name exists")]);
    expect(scene.writes()).toBe(writes);
  });

  test("a flow of its own that somebody worked on is left as it is, unless it is told otherwise", async () => {
    const scene = await startScene();
    await scene.setup(...GATEWAY);
    const document = (await scene.flows.read("cognito-jit-password")) as FlowDocument;
    const { start, ...tasks } = document.contents.tasks;
    const [id = ""] = Object.keys(tasks);
    const renamed = { ...tasks, [id]: { ...tasks[id], name: "Renamed in the console" } };
    await scene.flows.write({ ...document, contents: { ...document.contents, tasks: { start, ...renamed } as never } });
    const kept = await scene.setup(...GATEWAY);
    expect(kept).toMatchObject({ written: false, flow: { operation: "keep" } });
    expect(kept.findings.map(({ rule }) => rule)).toContain("jit-flow-kept");
    expect(await scene.setup(...GATEWAY, "--replace-flow")).toMatchObject({ flow: { operation: "replace" } });
    expect((await scene.flows.read("cognito-jit-password"))?.contents.tasks[id]?.name).not.toContain("Renamed");
  });

  test("missing permissions are named, and what was made before them is on record", async () => {
    const scene = await startScene({ cognito: { permissions: { deny: ["CreateUserPoolClient"] } } });
    const { code, stderr } = await scene.jit("setup", ...GATEWAY);
    expect([code, stderr]).toEqual([2, expect.stringContaining("cognito-idp:CreateUserPoolClient")]);
    const other = await startScene({ cognito: { permissions: { deny: ["ListUserPoolClients"] } } });
    expect((await other.jit("setup", ...GATEWAY)).stderr).toContain("cognito-idp:ListUserPoolClients");
    expect(other.writes()).toBe(0);
  });

  test.each([
    ["CreateUserPoolClient", "answer-lost"],
    ["POST /v1/mgmt/connector", "answer-lost"],
    ["POST /v2/mgmt/flow/import", "answer-lost"],
    ["CreateUserPoolClient", "throttle"],
    ["POST /v1/mgmt/connector", "throttle"],
  ] as const)("%s that meets %s makes one of each all the same", async (operation, kind) => {
    const scene = await startScene();
    scene.sandbox.faults.add([
      { operation, nth: 1, fault: kind === "throttle" ? { kind, retryAfterMs: 20 } : { kind } },
    ]);
    expect(await scene.setup(...GATEWAY)).toMatchObject({ code: 0, written: true, byHand: [] });
    scene.sandbox.faults.assertAllHappened();
    expect((await scene.settings.listAppClients()).filter(({ name }) => name === OWN)).toHaveLength(1);
    expect(await scene.connectors.list()).toHaveLength(1);
    expect(await scene.setup(...GATEWAY)).toMatchObject({ written: false });
  });

  test("a set-up that broke off goes on where it stopped", async () => {
    const scene = await startScene();
    scene.sandbox.faults.add([
      { operation: "POST /v2/mgmt/flow/import", nth: 1, fault: { kind: "status", status: 400 } },
    ]);
    const broken = await scene.jit("setup", ...GATEWAY);
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining("ERR_TARGET_REFUSED")]);
    const next = await scene.setup(...GATEWAY);
    expect(next).toMatchObject({
      clients: [{ operation: "none" }],
      connector: { operation: "none" },
      flow: { operation: "create" },
    });
  });

  test("passwords that the project would refuse are named rule by rule", async () => {
    const scene = await startScene();
    const { findings } = await scene.setup(...GATEWAY, "--dry-run");
    const stricter = findings.find(({ rule }) => rule === "jit-password-policy-stricter");
    const { passwordPolicy } = await scene.settings.readSignIn();
    expect(stricter === undefined).toBe(passwordPolicy.requireSymbols && passwordPolicy.minimumLength >= 8);
  });
});

// Those that do not take connectors over their API have tests of their own.
const others = variants().filter(({ variants: choice }) => choice.connectorApi === "available");

test.each(others.map(({ name, variants: choice }) => [name, choice] as const))(
  "jit setup is idempotent, and taken back whole, with a project with %s",
  async (_name, choice) => {
    const scene = await startScene({ variants: choice });
    expect(await scene.setup(...GATEWAY)).toMatchObject({ code: 0, written: true });
    expect(await scene.setup(...GATEWAY)).toMatchObject({ written: false });
    expect((await scene.jit("setup", "--undo")).code).toBe(0);
    expect(await scene.flows.list()).toEqual([]);
    expect((await scene.settings.listAppClients()).map(({ name }) => name)).not.toContain(OWN);
  },
);
