import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environmentOf, readStats, resetStats, runC2d, startSandboxCommand, temporaryFolder } from "./run-c2d.ts";

interface MigrateDocument {
  readonly dryRun: boolean;
  readonly users: Readonly<Record<"read" | "created" | "updated" | "unchanged" | "skipped" | "failed", number>>;
  readonly reconcile?: { readonly checked: number; readonly discrepancies: number };
}

test("a rehearsal with the official tool's variables alone: dry run, migrate, migrate again, reconcile", async () => {
  using folder = temporaryFolder();
  await using sandbox = await startSandboxCommand(["--users", "2000", "--seed", "rehearsal"], folder.path);
  const variables = Object.entries(environmentOf(sandbox.line)).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(folder.path, ".env"), variables.join("\n"), { mode: 0o600 });
  const run = async (...commandArguments: string[]): Promise<MigrateDocument> => {
    const { code, stdout, stderr } = await runC2d([...commandArguments, "--json"], { cwd: folder.path });
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout) as MigrateDocument;
  };

  await resetStats(sandbox.line);
  const dryRun = await run("migrate", "--dry-run");
  expect(dryRun.dryRun).toBe(true);
  expect((await readStats(sandbox.line)).writes).toBe(0);

  const { users, reconcile } = await run("migrate");
  expect(users.read).toBe(2000);
  expect(users.failed).toBe(0);
  expect(users.created + users.updated + users.unchanged + users.skipped + users.failed).toBe(users.read);
  expect(users).toEqual(dryRun.users);
  expect(reconcile).toMatchObject({ checked: users.created, discrepancies: 0 });

  await resetStats(sandbox.line);
  const again = await run("migrate");
  expect(again.users).toEqual({ ...users, created: 0, unchanged: users.created });
  expect((await readStats(sandbox.line)).writes).toBe(0);

  const reconciled = await runC2d(["reconcile", "--sign-in", "12"], { cwd: folder.path });
  expect(reconciled.code, reconciled.stderr).toBe(0);
  expect(reconciled.stdout).toContain("0 discrepancies");
}, 120_000);
