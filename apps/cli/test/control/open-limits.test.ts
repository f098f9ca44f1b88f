import { createLimiterBoard } from "@cognito-to-descope/core";
import { startSandbox } from "@cognito-to-descope/sandbox";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { openSources } from "../../src/open-sources.ts";
import { openTarget } from "../../src/open-target.ts";
import { environmentFor } from "../commands/fast-world.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

test("limiters have the names that operators use, and a scope where there are several budgets of AWS", async () => {
  using folder = temporaryFolder();
  const sandbox = await startSandbox({ users: 10, groups: 3 });
  try {
    const { userPoolId } = sandbox;
    const sources = [
      { userPoolId, region: "us-east-1" },
      { userPoolId: "eu-west-1_AbCdEf123", region: "eu-west-1" },
    ];
    writeFileSync(join(folder.path, "c2d.config.json"), JSON.stringify({ sources }));
    const { COGNITO_USER_POOL_ID: _one, COGNITO_REGION: _region, ...variables } = environmentFor(sandbox);
    const config = await loadConfig({ cwd: folder.path, variables, needs: { source: true, target: true } });
    const board = createLimiterBoard();
    using opened = openSources(config, undefined, board);
    await opened.sources[0]?.source.readSnapshot();
    await openTarget(config, undefined, board).readSnapshot();
    const names = board.states().map(({ bucket, scope }) => [bucket, scope]);
    expect(names).toEqual(expect.arrayContaining([["UserPoolRead", "us-east-1"]]));
    // One line for all caps of pools, however many operations there are.
    expect(names.filter(([bucket]) => bucket === "perPoolOperation")).toEqual([
      ["perPoolOperation", expect.stringMatching(/^us-east-1(\/\d{12})?$/)],
    ]);
    expect(names.filter(([, scope]) => scope === undefined).map(([bucket]) => bucket)).toEqual([
      "general",
      "user-other",
    ]);
    board.hold();
    const abort = new AbortController();
    const held = opened.sources[0]?.source.readSnapshot({ signal: abort.signal });
    setTimeout(() => abort.abort(new Error("enough")), 200);
    const before = sandbox.requests.count();
    await expect(held).rejects.toThrow("enough");
    expect(sandbox.requests.count()).toBe(before);
    const asked = sandbox.requests.count();
    board.obey({ rates: {} });
    await opened.sources[0]?.source.readSnapshot();
    expect(sandbox.requests.count()).toBeGreaterThan(asked);
  } finally {
    await sandbox.stop();
  }
});
