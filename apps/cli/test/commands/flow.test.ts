import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FLOW_KINDS, generateFlow, lintFlow, parseFlow } from "@cognito-to-descope/core";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FLOW_KIND_NAMES } from "../../src/flow/flow-names.ts";
import { PASSWORD_FLOW } from "../../../../packages/core/test/flows/customer-flows.ts";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";
import { descope } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  sandbox = await startSandbox({ only: "descope" });
});
afterAll(() => sandbox.stop());
beforeEach(() => {
  folder = temporaryFolder();
  writeFastConfig(folder.path);
});
afterEach(async () => {
  const { flows } = (await descope(sandbox, "POST /v1/mgmt/flow/list", {})) as { flows: readonly { id: string }[] };
  if (flows.length > 0) await descope(sandbox, "POST /v1/mgmt/flow/delete", { ids: flows.map(({ id }) => id) });
  folder[Symbol.dispose]();
});

async function c2d(line: string, stdin = ""): Promise<CommandResult> {
  const { projectId, managementKey, descope: baseUrl } = sandbox;
  const env = {
    ...environmentFor(sandbox),
    DESCOPE_PROJECT_ID: projectId,
    DESCOPE_MANAGEMENT_KEY: managementKey,
    DESCOPE_BASE_URL: baseUrl,
  };
  return await runInProcess(line.split(" "), { cwd: folder.path, env, stdin });
}

const path = (name: string): string => join(folder.path, name);
const read = (name: string): unknown => JSON.parse(readFileSync(path(name), "utf8"));
const put = (name: string, value: unknown): void => writeFileSync(path(name), JSON.stringify(value));
const document = ({ stdout }: CommandResult): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

const needed: Readonly<Record<string, string>> = { "direct-cognito": " --client-id abc --sign-up-action pwd-sign-up" };

describe("flow emit", () => {
  test("knows every kind of the generator", () => {
    expect(FLOW_KIND_NAMES).toEqual(FLOW_KINDS);
  });

  test.each(FLOW_KINDS)("writes a flow of the kind %s that is read again, and says what it needs", async (kind) => {
    const { code, stdout, stderr } = await c2d(`flow emit ${kind}${needed[kind] ?? ""}`);
    expect(code).toBe(0);
    const parsed = parseFlow(JSON.parse(stdout));
    expect(parsed).toMatchObject({ format: "exported", document: { flowId: `cognito-${kind}` } });
    expect(lintFlow(parsed.document).filter(({ severity }) => severity === "blocker")).toEqual([]);
    expect(stderr).toContain("it needs methods: ");
  });

  test("passes every option on", async () => {
    const options =
      "--connector My-Gateway --connector-id CI2x --endpoint /jit --timeout 7 --user-pool-id eu-west-1_a --unknown-users verify --second-factor always --flow-id mine --name Mine --identifier phone";
    const { stdout } = await c2d(`flow emit combined ${options} --json`);
    const expected = generateFlow({
      kind: "combined",
      connector: { name: "My-Gateway", id: "CI2x" },
      endpoint: "/jit",
      timeoutSeconds: 7,
      userPoolId: "eu-west-1_a",
      unknownUsers: "verify",
      secondFactor: "always",
      flowId: "mine",
      name: "Mine",
      identifier: "phone",
    });
    expect(document({ stdout } as CommandResult)).toEqual({
      kind: "combined",
      flowId: "mine",
      files: [],
      needs: expected.needs,
      findings: [],
      document: expected.document,
    });
  });

  test("puts the steps into a flow of the project, which stays as it is", async () => {
    await descope(sandbox, "POST /v2/mgmt/flow/import", { flow: { ...PASSWORD_FLOW, references: {} } });
    const { code } = await c2d("flow emit reset-password --template project:sign-in --output mine.json");
    expect(code).toBe(0);
    expect(read("mine.json")).toMatchObject({
      flowId: "cognito-reset-password",
      metadata: { ownSetting: { kept: true } },
    });
    const exported = await descope(sandbox, "POST /v2/mgmt/flow/export", { flowId: "sign-in" });
    expect(exported).toEqual({ flow: { ...PASSWORD_FLOW, references: {}, ownRoot: undefined } });
  });

  test.each([
    ["flow emit passwordless --connector x", "--connector has no meaning for a flow of the kind passwordless"],
    ["flow emit reset-password --no-passkeys", "--no-passkeys has no meaning"],
    ["flow emit direct-cognito", "needs an app client"],
    ["flow emit direct-cognito --client-id abc", 'the action ID of the step "Sign Up / Password" is not known'],
    ["flow emit combined --unknown-users sign-up", "--unknown-users sign-up has no meaning"],
    ["flow emit passwordless --method password", "--method password has no meaning"],
    ["flow emit passwordless --flow-id a/b", "the flow ID must be"],
    ["flow emit passwordless --format snapshot", "a snapshot is several files"],
    ["flow emit passwordless --template nowhere.json", "the flow cannot be read from nowhere.json (ENOENT)"],
    ["flow emit passwordless --template project:nothing", "the project has no flow of this ID"],
    ["flow emit something", "invalid"],
    ["flow emit jit-password --timeout 0", "whole number from 1 to 60"],
  ])("refuses %s with one clear error", async (line, message) => {
    const { code, stdout, stderr } = await c2d(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("flow import", () => {
  test("shows what it would do, does it once, and then finds it done", async () => {
    await c2d("flow emit reset-password --output flow.json");
    const dry = await c2d("flow import flow.json --dry-run");
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("create the flow cognito-reset-password") as string,
    });
    expect(dry.stdout).toContain("nothing was written");
    expect((await c2d("flow import flow.json --json")).stdout).toContain('"written": true');
    const again = document(await c2d("flow import - --json", readFileSync(path("flow.json"), "utf8")));
    expect(again).toMatchObject({ operation: "none", written: false, flowId: "cognito-reset-password" });
    expect(await c2d("flow diff flow.json project:cognito-reset-password")).toMatchObject({ code: 0 });
  });

  test("never replaces a flow that c2d did not make, but takes one under a free ID", async () => {
    put("theirs.json", { ...PASSWORD_FLOW, references: {} });
    expect((await c2d("flow import theirs.json")).stderr).toContain("c2d did not make this flow");
    const refused = await c2d("flow import theirs.json --json");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("ERR_FLOW_EXISTS");
    expect(await c2d("flow import theirs.json --flow-id sign-in-2")).toMatchObject({ code: 0 });
  });

  test("is blocked by a flow that cannot work, and told apart from a connector that is not there", async () => {
    put("broken.json", {
      flowId: "x",
      metadata: {},
      contents: { tasks: { "0": { type: "automated", action: "risk" } } },
    });
    const broken = await c2d("flow import broken.json");
    expect(broken.code).toBe(4);
    expect(broken.stderr).toContain("start-missing");
    await c2d("flow emit combined --output flow.json");
    const refused = await c2d("flow import flow.json");
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("ERR_TARGET_REFUSED") as string });
  });
});

describe("flow lint, diff, draw and convert", () => {
  test("lint exits 4 with a blocker, and 0 with a warning", async () => {
    put("flow.json", PASSWORD_FLOW);
    expect(await c2d("flow lint flow.json")).toMatchObject({ code: 0, stdout: "11 tasks, nothing found\n" });
    const tasks = { ...PASSWORD_FLOW.contents.tasks };
    put("flow.json", { ...PASSWORD_FLOW, contents: { tasks: { ...tasks, "1": { ...tasks["1"], next: {} } } } });
    const { code, stdout } = await c2d("flow lint flow.json");
    expect(code).toBe(4);
    expect(stdout).toContain("blocker success-missing task 1");
    const json = document(await c2d("flow lint flow.json --json"));
    expect(json).toMatchObject({
      flowId: "sign-in",
      findings: expect.arrayContaining([
        expect.objectContaining({ rule: "success-missing", severity: "blocker", task: "1" }),
      ]) as unknown,
    });
  });

  test("diff exits 3 when the flows differ", async () => {
    put("a.json", PASSWORD_FLOW);
    put("b.json", { ...PASSWORD_FLOW, metadata: { ...PASSWORD_FLOW.metadata, name: "Other\u{1b}[31m" } });
    expect(await c2d("flow diff a.json a.json")).toMatchObject({ code: 0, stdout: "they do the same\n" });
    const { code, stdout } = await c2d("flow diff a.json b.json");
    expect(code).toBe(3);
    expect(stdout).toContain('    - name: "Sign In"\n    + name: "Other');
    expect(stdout).not.toContain("\u{1b}");
    expect((await c2d("flow diff - -")).code).toBe(2);
  });

  test("draw writes a picture", async () => {
    put("flow.json", PASSWORD_FLOW);
    expect((await c2d("flow draw flow.json")).stdout).toMatch(/^<svg /);
    expect(await c2d("flow draw flow.json --output flow.svg")).toMatchObject({ code: 0 });
    expect(readFileSync(path("flow.svg"), "utf8")).toMatch(/<\/svg>\n$/);
  });

  test("convert goes through every form and back", async () => {
    put("flow.json", PASSWORD_FLOW);
    await c2d("flow convert flow.json --format console --output console.json");
    expect(read("console.json")).toMatchObject({
      flow: { id: "sign-in", dsl: PASSWORD_FLOW.contents },
      screens: [{}, {}, {}, {}],
    });
    await c2d("flow convert console.json --format snapshot --output flows");
    expect(readdirSync(path("flows/sign-in"))).toContain("screen-SC2screen0.json");
    const back = await c2d("flow convert flows/sign-in");
    expect(JSON.parse(back.stdout)).toEqual(PASSWORD_FLOW);
  });

  test.each([
    ["", "it is no JSON"],
    ["null", "it is not a JSON object"],
    ['{"flowId":"x"}', "it has no contents"],
    ['{"flowId":"x","metadata":{},"contents":{"tasks":{"0":{"next":{"rules":[{}]}}}}}', "leads to no taskId"],
  ])("what is no flow is refused with one clear error: %s", async (text, message) => {
    writeFileSync(path("flow.json"), text);
    for (const command of ["lint", "draw", "convert", "import"]) {
      const { code, stdout, stderr } = await c2d(`flow ${command} flow.json`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(message);
      expect(stderr).toContain("ERR_FLOW_INVALID");
    }
  });

  test("a place that cannot be written is said, and nothing is left behind", async () => {
    put("flow.json", PASSWORD_FLOW);
    writeFileSync(path("file"), "");
    const { code, stderr } = await c2d("flow draw flow.json --output file/flow.svg");
    expect(code).toBe(2);
    expect(stderr).toContain("ERR_OUTPUT_UNWRITABLE");
    expect(existsSync(path("flow.svg"))).toBe(false);
    expect(statSync(path("file")).size).toBe(0);
  });
});
