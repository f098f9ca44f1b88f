import { expect, test } from "vitest";
import { startSandbox } from "@cognito-to-descope/sandbox";
import type { VerifiedConnection } from "@cognito-to-descope/core";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";

test("the connections of a sandbox can be rehearsed without a provider that answers", { timeout: 60_000 }, async () => {
  await using sandbox = await startSandbox({ users: 1 });
  using folder = temporaryFolder();
  writeFastConfig(folder.path);
  const c2d = (...line: readonly string[]): ReturnType<typeof runInProcess> =>
    runInProcess(line, { cwd: folder.path, env: environmentFor(sandbox) });
  const applied = await c2d("sso", "apply", "--yes");
  // One connection's metadata is at an address that nobody has: how that looks can be rehearsed, too.
  expect(applied.code).toBe(3);
  expect(applied.stdout).toContain("sso-setting-refused");
  expect(applied.stdout).toContain("docs/findings/sso-setting-refused.md");
  const verified = await c2d("sso", "verify", "--json");
  const { connections } = JSON.parse(verified.stdout) as { readonly connections: readonly VerifiedConnection[] };
  const failed = connections.filter(({ checks }) => checks.some(({ result }) => result === "fail"));
  expect(failed.map(({ label }) => label)).toEqual(["EntraID"]);
  expect(connections.map(({ label }) => label)).toEqual(["EntraID", "Google", "Okta", "Partner_OIDC"]);
  expect((await c2d("sso", "bridge", "config")).code).toBe(0);
  for (const name of ["Okta", "Partner_OIDC"]) expect((await c2d("sso", "cutover", name)).code).toBe(0);
});
