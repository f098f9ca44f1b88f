import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { addPool, startWorld } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

const URL = "https://gateway.example.com/v1/sync/events";
const arn = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

let world: Awaited<ReturnType<typeof startWorld>>;
let folder: ReturnType<typeof temporaryFolder>;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await startWorld({}, { LambdaConfig: { PostConfirmation: arn("send-welcome"), PreSignUp: arn("gate") } });
  folder = temporaryFolder();
  writeFastConfig(folder.path);
  env = { ...environmentFor(world.sandbox), COGNITO_USER_POOL_ID: world.pool.userPoolId };
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

const c2d = (...words: readonly string[]): ReturnType<typeof runInProcess> =>
  runInProcess(["aws", "emit", "triggers", ...words], { cwd: folder.path, env });

describe("aws emit triggers", () => {
  test("writes the function and its template twice, and calls the trigger that the pool has", async () => {
    const { code, stdout, stderr } = await c2d("--url", URL, "--output", "out");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`PostConfirmation: calls ${arn("send-welcome")}`);
    expect(stdout).toContain("PostAuthentication: the pool has none");
    const read = (name: string): string => readFileSync(join(folder.path, "out", name), "utf8");
    const template = JSON.parse(read("template.json")) as {
      readonly Resources: { readonly Function: { readonly Properties: Readonly<Record<string, unknown>> } };
    };
    expect(parse(read("template.yaml"))).toEqual(template);
    expect(template.Resources.Function.Properties).toMatchObject({
      Code: { ZipFile: read("index.js") },
      Environment: { Variables: { C2D_EXISTING_POST_CONFIRMATION: arn("send-welcome") } },
    });
    const checked = spawnSync(process.execPath, ["--check", join(folder.path, "out", "index.js")], {
      encoding: "utf8",
    });
    expect(checked.stderr).toBe("");
  });

  test("takes what is said in place of what the pool has", async () => {
    const said = ["--existing", "PostConfirmation=none", "--existing", `PostAuthentication=${arn("audit")}`];
    const { code, stdout } = await c2d("--url", URL, ...said, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ existing: { PostAuthentication: arn("audit") } });
    expect(existsSync(join(folder.path, "c2d-triggers", "template.yaml"))).toBe(true);
  });

  test("reads no pool offline, and needs no credentials", async () => {
    world.sandbox.requests.reset();
    const words = ["aws", "emit", "triggers", "--url", URL, "--offline", "--user-pool-id", "eu-west-1_AbCdEf123"];
    const { code, stdout } = await runInProcess([...words, "--json"], { cwd: folder.path });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ userPoolId: "eu-west-1_AbCdEf123", region: "eu-west-1", existing: {} });
    expect(world.sandbox.requests.count()).toBe(0);
  });

  test("never makes the function call itself", async () => {
    const own = addPool(world.sandbox);
    const name = arn(`c2d-events-${own.userPoolId}`);
    (own.pool.settings as Record<string, unknown>)["LambdaConfig"] = { PostAuthentication: name };
    const words = ["aws", "emit", "triggers", "--url", URL];
    const options = { cwd: folder.path, env: { ...env, COGNITO_USER_POOL_ID: own.userPoolId } };
    const { code, stderr } = await runInProcess(words, options);
    expect(code).toBe(2);
    expect(stderr).toContain("--existing PostAuthentication=");
    expect((await runInProcess([...words, "--existing", "PostAuthentication=none"], options)).code).toBe(0);
  });

  test.each([
    ["no URL", []],
    ["a URL without TLS", ["--url", "http://gateway.example.com/v1/sync/events"]],
    ["another trigger", ["--url", URL, "--existing", `PreSignUp=${arn("x")}`]],
    ["a function that is none", ["--url", URL, "--existing", "PostAuthentication=send-welcome"]],
    ["a pool that the config does not have", ["--url", URL, "--user-pool-id", "us-east-1_Other"]],
  ])("refuses %s", async (_what, words) => {
    const { code, stderr } = await c2d(...words, "--output", "refused");
    expect(code).toBe(2);
    expect(stderr).toContain("ERR_USAGE");
    expect(existsSync(join(folder.path, "refused"))).toBe(false);
  });
});
