import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseFlow } from "@cognito-to-descope/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type RunningGateway, startGateway } from "../commands/running-gateway.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { environmentFor, FAST_LIMITS } from "../commands/fast-world.ts";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";
import { type FlowWorld, openFlowWorld } from "../flows/flow-world.ts";
import { Visitor } from "../flows/visitor.ts";

// A gateway is a process of its own, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const PASSWORD = 'Right-Passw0rd"\\é😀';

interface Way extends AsyncDisposable {
  readonly world: FlowWorld;
  readonly gateway: RunningGateway;
  jit(...words: readonly string[]): Promise<CommandResult>;
}

/** A pool with a user, a project with nothing, and a gateway that has read what a set-up left. */
async function openWay(): Promise<Way> {
  const world = await openFlowWorld();
  await world.addUser("ada@example.com", PASSWORD);
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  writeFileSync(join(folder.path, "c2d.config.json"), JSON.stringify({ limits: FAST_LIMITS }));
  const env = { ...environmentFor(world.sandbox), COGNITO_USER_POOL_ID: world.userPoolId };
  const jit = (...words: readonly string[]): Promise<CommandResult> =>
    runInProcess(["jit", ...words], { cwd: folder.path, env });
  // Its address is not known before it runs, and its secrets have to be there before it does.
  expect(await jit("setup", "--gateway", "http://127.0.0.1:1")).toMatchObject({ code: 0 });
  const gateway = await startGateway(folder.path, env, "--jit");
  expect(await jit("setup", "--gateway", gateway.url)).toMatchObject({ code: 0 });
  return {
    world,
    gateway,
    jit,
    async [Symbol.asyncDispose]() {
      gateway[Symbol.dispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

describe("what c2d jit setup leaves", () => {
  test("lets a user of the pool in through flow, connector and gateway, and into Descope alone from then on", async () => {
    await using way = await openWay();
    const { world } = way;
    const { flow } = await world.manage("/v2/mgmt/flow/export", { flowId: "cognito-jit-password" });
    const { document } = parseFlow(flow);
    const signIn = async (password: string): Promise<Visitor> => {
      const visitor = await Visitor.enter(world, document);
      await visitor.press("submit", { email: "ada@example.com", password });
      return visitor;
    };
    expect((await signIn("Wrong-Passw0rd")).sees).not.toBe("signed in");
    const first = await signIn(PASSWORD);
    expect(first.sees).toBe("signed in");
    expect(first.session.user).toMatchObject({
      loginIds: ["ada@example.com"],
      customAttributes: { cognitoSub: expect.any(String) as string, freshlyMigrated: false },
    });
    const asked = world.askedCognito();
    expect((await signIn(PASSWORD)).sees).toBe("signed in");
    expect(world.askedCognito()).toBe(asked);
  });

  test("is found in order from here and from Descope, without a user, and leaves no flow behind", async () => {
    await using way = await openWay();
    const asked = way.world.askedCognito();
    const { code, stdout } = await way.jit("check", "--gateway", way.gateway.url, "--through-descope", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
    expect(stdout).toContain("the gateway knows it");
    expect(code).toBe(0);
    expect(way.world.askedCognito()).toBe(asked);
    expect(await way.world.manage("/v1/mgmt/flow/list", {})).toMatchObject({ flows: [{ id: "cognito-jit-password" }] });

    // A connector whose token the gateway does not know.
    const folder = temporaryFolder();
    onTestFinished(() => folder[Symbol.dispose]());
    const env = {
      ...environmentFor(way.world.sandbox),
      COGNITO_USER_POOL_ID: way.world.userPoolId,
      C2D_JIT_TOKEN: "a token that the gateway has never heard of",
      C2D_JIT_HMAC_SECRET: "a secret that the gateway has never heard of",
    };
    const c2d = (...words: readonly string[]): Promise<CommandResult> =>
      runInProcess(["jit", ...words], { cwd: folder.path, env });
    await c2d("setup", "--gateway", way.gateway.url);
    const wrong = await c2d("check", "--gateway", way.gateway.url, "--through-descope");
    expect(wrong.code).toBe(3);
    expect(wrong.stdout).toContain("fail  a caller with token and signature: answered with status 401");
    expect(wrong.stdout).toContain("fail  the connector, from Descope: the gateway refuses it");
    expect(wrong.stdout + wrong.stderr).not.toContain("never heard of");
  });
});

test("jit check says that nobody is there, and what it needs", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const check = (env: Record<string, string>): Promise<CommandResult> =>
    runInProcess(["jit", "check", "--gateway", "http://127.0.0.1:1"], { cwd: folder.path, env });
  expect(await check({})).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("token is not known here") as string,
  });
  const nobody = await check({ C2D_JIT_TOKEN: "x".repeat(32) });
  expect(nobody).toMatchObject({
    code: 3,
    stdout: expect.stringContaining("fail  gateway answers: no answer (") as string,
  });
  // Every failure of `fetch` is a TypeError: it would say nothing.
  expect(nobody.stdout).not.toContain("TypeError");
});
