import { join } from "node:path";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MappingEffect } from "../../src/mapping-effect/reckon-effect.ts";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  sandbox = await startSandbox({ users: 150, groups: 3 });
  folder = temporaryFolder();
  writeFastConfig(folder.path);
});
afterEach(async () => {
  await sandbox.stop();
  folder[Symbol.dispose]();
});

async function c2d(line: readonly string[], stdin = ""): Promise<CommandResult> {
  return await runInProcess(line, { cwd: folder.path, env: environmentFor(sandbox), stdin });
}

/** What the newest plan of the store says in numbers. */
async function newestPlan(): Promise<unknown> {
  await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
  const [run] = await store.listRuns();
  return { hash: run?.plan?.hash, counts: run?.plan?.counts, findings: run?.plan?.findings };
}

test.each([
  [{ federated: "skip", unconfirmed: "skip" }],
  [
    {
      loginIds: ["username"],
      noContact: { placeholderDomain: "users.example.com" },
      attributes: { email: false, name: { field: "givenName" } },
    },
  ],
  [{ duplicates: "skip", groups: [{ group: "group-*", tenant: "acme", role: true }], roleScope: "tenant" }],
])("the effect of rules is the plan that is made with them: %j", async (mapping) => {
  expect((await c2d(["plan"])).code).toBe(0);
  const before = await newestPlan();
  const tried = await c2d(["mapping", "effect", "--mapping", "-", "--json"], JSON.stringify(mapping));
  expect(tried.code).toBe(0);
  const effect = JSON.parse(tried.stdout) as MappingEffect;
  expect(effect.before).toEqual(before);
  expect(await newestPlan()).toEqual(before);
  writeFastConfig(folder.path, { mapping });
  await c2d(["plan"]);
  expect(effect.after).toEqual(await newestPlan());
  // From a run with other rules both sides are made anew, and nothing has changed by that.
  writeFastConfig(folder.path);
  const back = JSON.parse(
    (await c2d(["mapping", "effect", "--mapping", "-", "--json"], JSON.stringify(mapping))).stdout,
  ) as MappingEffect;
  expect({ before: back.before, after: back.after }).toEqual({ before, after: effect.after });
});

test("groups whose members no run has read are named, and the numbers hold all the same", async () => {
  await c2d(["plan"]);
  const mapping = { providerGroups: "role" };
  const { stdout } = await c2d(["mapping", "effect", "--mapping", "-", "--json"], JSON.stringify(mapping));
  const { after, unreadGroups } = JSON.parse(stdout) as MappingEffect;
  expect(unreadGroups.join()).toMatch(/_Google/);
  writeFastConfig(folder.path, { mapping });
  await c2d(["plan"]);
  expect(await newestPlan()).toMatchObject({ counts: after.counts, findings: after.findings });
});

test("says what changes in words, names what is wrong with rules, and needs a run", async () => {
  expect((await c2d(["mapping", "effect"])).stderr).toContain("there is no run yet");
  await c2d(["plan"]);
  const wrong = await c2d(["mapping", "effect", "--mapping", "-"], '{"unconfirmed":"gone","loginIds":["mail"]}');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("mapping.unconfirmed:");
  expect(wrong.stderr).toContain("mapping.loginIds:");
  expect((await c2d(["mapping", "effect", "--mapping", "-"], "{")).stderr).toContain("holds no mapping as JSON");
  const words = await c2d(["mapping", "effect", "--mapping", "-"], '{"federated":"skip"}');
  expect(words.stdout).toMatch(/to create +\d+ → \d+/);
  const lines = (await c2d(["mapping", "effect", "--json", "--watch"])).stdout.trimEnd().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ state: "done" });
});
