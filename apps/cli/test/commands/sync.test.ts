import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStateStore } from "@cognito-to-descope/store";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { startSandbox } from "@cognito-to-descope/sandbox";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type CommandResult, runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { cognito, migratedUser, projectUsers } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

interface SyncDocument {
  readonly run: string;
  readonly dryRun: boolean;
  readonly users: Readonly<Record<"read" | "created" | "updated" | "skipped" | "failed" | "deleted", number>>;
  readonly sync: { readonly changed: number; readonly gone: number };
}

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  sandbox = await startSandbox({ users: 120, groups: 2, cognito: { requireSignature: false } });
  folder = temporaryFolder();
  writeFastConfig(folder.path);
  await c2d("migrate", "--yes", "--quiet");
});
afterEach(async () => {
  folder[Symbol.dispose]();
  await sandbox.stop();
});

function c2d(...commandArguments: readonly string[]): Promise<CommandResult> {
  return runC2d(commandArguments, { cwd: folder.path, env: environmentFor(sandbox) });
}

async function usersOfPool(): Promise<readonly { readonly username: string; readonly sub: string }[]> {
  const { Users } = await cognito(sandbox, "ListUsers", { UserPoolId: sandbox.userPoolId });
  const users = Users as readonly {
    readonly Username: string;
    readonly UserStatus: string;
    readonly Attributes: readonly { readonly Name: string; readonly Value: string }[];
  }[];
  return users
    .filter(({ UserStatus }) => UserStatus === "CONFIRMED")
    .map(({ Username, Attributes }) => ({
      username: Username,
      sub: Attributes.find(({ Name }) => Name === "sub")?.Value ?? "",
    }));
}

async function remove(count: number): Promise<readonly string[]> {
  const users = (await usersOfPool())
    .filter(({ sub }) => migratedUser(sandbox, sub)?.status === "enabled")
    .slice(0, count);
  for (const { username } of users) {
    await cognito(sandbox, "AdminDeleteUser", { UserPoolId: sandbox.userPoolId, Username: username });
  }
  return users.map(({ sub }) => sub);
}

const writes = (): number => sandbox.requests.count({ service: "descope", write: true });

describe("sync", () => {
  test("of an unchanged pool writes nothing and leaves no run behind", async () => {
    const before = writes();
    const [status, { stdout, code }] = [await c2d("status"), await c2d("sync", "--yes")];
    expect(code).toBe(0);
    expect(stdout).toBe("nothing changed: 120 users read\n");
    expect(writes()).toBe(before);
    expect((await c2d("status")).stdout).toBe(status.stdout);
  });

  test("shows in a dry run what it then does, which apply does as well", async () => {
    const [sub = ""] = await remove(1);
    const dryRun = await c2d("sync", "--dry-run", "--json");
    expect(dryRun.code).toBe(0);
    const document = JSON.parse(dryRun.stdout) as SyncDocument;
    expect(document).toMatchObject({ dryRun: true, users: { read: 119, updated: 1, deleted: 0 }, sync: { gone: 1 } });
    expect(migratedUser(sandbox, sub)?.status).toBe("enabled");
    expect((await c2d("apply", "--yes")).code).toBe(0);
    expect(migratedUser(sandbox, sub)?.status).toBe("disabled");
    expect((await c2d("reconcile")).stdout).toContain("0 discrepancies");
    expect((await c2d("sync", "--yes")).stdout).toContain("nothing changed");
  });

  test("does nothing about users that are gone when more are than allowed, until their number is confirmed", async () => {
    const subs = await remove(6);
    const refused = await c2d("sync", "--yes");
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("source-shrank");
    expect(refused.stderr).toContain("6 of 120 users are missing");
    expect(subs.map((sub) => migratedUser(sandbox, sub)?.status)).toEqual(subs.map(() => "enabled"));
    expect((await c2d("sync", "--yes", "--confirm-gone", "5")).code).toBe(4);
    expect((await c2d("sync", "--yes", "--confirm-gone", "6")).code).toBe(0);
    expect(subs.map((sub) => migratedUser(sandbox, sub)?.status)).toEqual(subs.map(() => "disabled"));
  });

  test("leaves users that are gone alone where that is said", async () => {
    const [sub = ""] = await remove(1);
    const kept = await c2d("sync", "--yes", "--gone", "keep", "--json");
    expect(JSON.parse(kept.stdout)).toMatchObject({ users: { updated: 0, skipped: 1 }, sync: { gone: 1 } });
    expect(migratedUser(sandbox, sub)?.status).toBe("enabled");
    expect((await c2d("sync", "--yes")).stdout).toContain("nothing changed");
  });

  test("watches pass after pass, and ends with 0 between two of them", async () => {
    const users = projectUsers(sandbox).length;
    const { code, stdout, stderr } = await runC2d(["sync", "--watch", "--every", "1", "--yes", "--json"], {
      cwd: folder.path,
      env: environmentFor(sandbox),
      onStart: (child) => {
        void (async () => {
          const passes = (): number => sandbox.requests.count({ service: "cognito", operation: "DescribeUserPool" });
          const first = passes();
          while (passes() === first) await sleep(50);
          await remove(1);
          while (passes() < first + 4) await sleep(50);
          await sleep(500);
          child.kill("SIGINT");
        })();
      },
    });
    expect(stderr).not.toContain("defect");
    expect([0, 130]).toContain(code);
    // A pass that the signal came into ends with a document of its own, which says that.
    const passes = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Partial<SyncDocument>)
      .flatMap((document) => ("error" in document ? [] : [document as SyncDocument]));
    expect(passes.length).toBeGreaterThanOrEqual(2);
    expect(passes.reduce((sum, { sync }) => sum + sync.gone, 0)).toBe(1);
    expect(projectUsers(sandbox)).toHaveLength(users);
  });

  test("looks at a user that the feed tells of, long before the next pass", async () => {
    const [user] = await usersOfPool();
    const { username = "", sub = "" } = user ?? {};
    const { code, stdout } = await runC2d(["sync", "--watch", "--every", "600", "--yes", "--json"], {
      cwd: folder.path,
      env: environmentFor(sandbox),
      onStart: (child) => {
        let printed = "";
        child.stdout?.on("data", (text: string) => {
          printed += text;
          if (printed.split("\n").length === 2) void touch();
          if (printed.split("\n").length === 3) child.kill("SIGINT");
        });
      },
    });
    expect(code).toBe(0);
    const passes = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as SyncDocument);
    expect(passes.map(({ users }) => users.updated)).toEqual([0, 1]);
    expect(passes[1]?.sync).toEqual({ changed: 1, gone: 0 });
    expect(migratedUser(sandbox, sub)?.name).toBe("Told");

    async function touch(): Promise<void> {
      await cognito(sandbox, "AdminUpdateUserAttributes", {
        UserPoolId: sandbox.userPoolId,
        Username: username,
        UserAttributes: [{ Name: "name", Value: "Told" }],
      });
      await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
      await store.touchUser(sandbox.projectId, sandbox.userPoolId, sub, Date.now());
    }
  });

  test("refuses what does not go together, and what is no policy", async () => {
    expect(await c2d("sync", "--watch", "--dry-run")).toMatchObject({ code: 2 });
    expect((await c2d("sync", "--gone", "forget")).stderr).toContain("disable, delete, keep");
    expect((await c2d("sync", "--confirm-gone", "-1")).code).toBe(2);
  });
});
