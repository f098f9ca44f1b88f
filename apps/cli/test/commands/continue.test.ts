import { join } from "node:path";
import { openStateStore } from "@cognito-to-descope/store";
import { expect, test, vi } from "vitest";
import { runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { startWorld } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const HOUR_MS = 60 * 60 * 1000;

test.each([
  ["an hour ago is continued", 1, true],
  ["three days ago is not: who came since would be missing", 72, false],
  ["in two hours, before the clock was set back, is continued", -2, true],
  ["in three days, by a clock that was wrong, is not: nobody knows how old it is", -72, false],
])("a plan whose reading began %s", async (_meaning, hours, continued) => {
  using folder = temporaryFolder();
  await using world = await startWorld();
  world.pool.add("anna", { email: "anna@example.com" });
  writeFastConfig(folder.path);
  const env = { ...environmentFor(world.sandbox), COGNITO_USER_POOL_ID: world.pool.userPoolId };
  const options = { cwd: folder.path, env };
  const { run } = JSON.parse((await runC2d(["plan", "--json"], options)).stdout) as { readonly run: string };
  const store = await openStateStore(join(folder.path, ".c2d", "state.db"));
  const startedAt = Date.now() - hours * HOUR_MS;
  const before = await store.readRun(run);
  if (before === undefined) throw new Error("the plan made no run");
  const { plan: _plan, ...unfinished } = before;
  await store.purge();
  await store.createRun({ ...unfinished, state: "reading", startedAt, updatedAt: startedAt });
  await store[Symbol.asyncDispose]();

  const again = await runC2d(["plan", "--json"], options);
  expect(again.code, again.stderr).toBe(0);
  const document = JSON.parse(again.stdout) as { readonly run: string; readonly counts: { readonly read: number } };
  expect(document.run === run).toBe(continued);
  expect(again.stderr.includes(`going on with run ${run}`)).toBe(continued);
  expect(document.counts.read).toBe(1);
});
