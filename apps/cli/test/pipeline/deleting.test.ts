import { fc, test } from "@fast-check/vitest";
import { applyPlan, type ProjectUser } from "@cognito-to-descope/core";
import { type Fault, type Sandbox, startSandbox, variants } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { type Migration, openMigration } from "./migration.ts";
import { planDeletes } from "./plan-deletes.ts";
import { descope, projectUsers } from "./world.ts";

async function scan(migration: Migration): Promise<readonly ProjectUser[]> {
  const users = new Map<string, ProjectUser>();
  for await (const page of migration.context().target.users())
    for (const user of page.users) users.set(user.userId, user);
  return [...users.values()];
}

async function startMigrated(
  options: Parameters<typeof startSandbox>[0] = {},
): Promise<{ readonly sandbox: Sandbox; readonly migration: Migration } & AsyncDisposable> {
  const sandbox = await startSandbox({ users: 60, groups: 3, cognito: { requireSignature: false }, ...options });
  const migration = await openMigration(sandbox, { batchSize: 10 });
  await migration.migrate();
  await new Promise((resolve) => setTimeout(resolve, options?.variants?.searchLag ?? 0));
  return {
    sandbox,
    migration,
    async [Symbol.asyncDispose]() {
      await migration[Symbol.asyncDispose]();
      await sandbox.stop();
    },
  };
}

const left = (sandbox: Sandbox): string[] => projectUsers(sandbox).map(({ userId }) => userId);

describe.for(variants("users"))("deleting users of a project with $name", ({ variants: choice }) => {
  it("deletes those that nobody changed, and leaves the others", { timeout: 60_000 }, async () => {
    await using world = await startMigrated({ variants: choice });
    const { sandbox, migration } = world;
    const users = await scan(migration);
    const [renamed, enabled, gone, kept] = users;
    const runId = await planDeletes(
      migration,
      users.filter((user) => user !== kept),
    );
    await descope(sandbox, "POST /v1/mgmt/user/update/name", { loginId: renamed?.loginIds[0], displayName: "New" });
    await descope(sandbox, "POST /v1/mgmt/user/update/loginid", {
      loginId: enabled?.loginIds[0],
      newLoginId: "changed@example.com",
    });
    await descope(sandbox, "POST /v1/mgmt/user/delete", { userId: gone?.userId });
    // What was changed a moment ago is not seen by a search that lags.
    await new Promise((resolve) => setTimeout(resolve, choice.searchLag));
    const counts = await applyPlan({ ...migration.context(), runId });
    expect(counts).toMatchObject({ deleted: users.length - 3, failed: 2, skipped: 0 });
    expect(left(sandbox).sort()).toEqual([renamed, enabled, kept].map((user) => user?.userId).sort());
    const applied = await migration.store.readAppliedItems(runId, 0, 1000);
    const failed = applied.filter(({ outcome }) => outcome?.outcome === "failed");
    expect(failed.map(({ outcome }) => [outcome?.failure, outcome?.detail])).toEqual([
      ["changed-since", "somebody changed the user after the plan was made: name"],
      ["changed-since", "somebody changed the user after the plan was made: loginIds"],
    ]);
  });
});

const fault: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
  { kind: "throttle", retryAfterMs: 1 },
  { kind: "status", status: 500 },
  { kind: "status", status: 503, afterWork: true },
  { kind: "html", afterWork: true },
  { kind: "reset-before" },
  { kind: "answer-lost" },
  { kind: "truncated" },
);

describe("deleting users", () => {
  test.prop([fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fault), { maxLength: 6 })], { numRuns: 12 })(
    "deletes each once, whatever happens on the way",
    async (faults) => {
      await using world = await startMigrated();
      const { sandbox, migration } = world;
      const users = await scan(migration);
      const runId = await planDeletes(migration, users);
      sandbox.faults.add(
        faults.map(([nth, one]) => ({ operation: "POST /v1/mgmt/user/delete/batch", nth, fault: one })),
      );
      const counts = await applyPlan({ ...migration.context(), runId });
      expect(counts).toMatchObject({ deleted: users.length, failed: 0 });
      expect(left(sandbox)).toEqual([]);
    },
    60_000,
  );

  test.prop([fc.integer({ min: 1, max: 14 })], { numRuns: 8 })(
    "goes on where it was killed",
    async (requests) => {
      await using world = await startMigrated();
      const { sandbox, migration } = world;
      const users = await scan(migration);
      const runId = await planDeletes(migration, users);
      const abort = new AbortController();
      const before = sandbox.requests.count();
      const poll = setInterval(() => {
        if (sandbox.requests.count() - before >= requests) abort.abort(new Error("interrupted"));
      }, 0);
      await applyPlan({ ...migration.context(), runId, signal: abort.signal }).catch((error: unknown) => {
        if (!abort.signal.aborted) throw error;
      });
      clearInterval(poll);
      expect(await applyPlan({ ...migration.context(), runId })).toMatchObject({ deleted: users.length, failed: 0 });
      expect(left(sandbox)).toEqual([]);
    },
    60_000,
  );

  it("deletes one by one where the project has no batch, and by halves what is refused", async () => {
    await using world = await startMigrated();
    const { sandbox, migration } = world;
    const users = await scan(migration);
    const runId = await planDeletes(migration, users);
    sandbox.faults.add([
      { operation: "POST /v1/mgmt/user/delete/batch", fault: { kind: "html", status: 404 } },
      {
        operation: "POST /v1/mgmt/user/delete",
        nth: 3,
        fault: { kind: "status", status: 400, body: '{"errorCode":"E011003"}' },
      },
    ]);
    const counts = await applyPlan({ ...migration.context(), runId });
    expect(counts).toMatchObject({ deleted: users.length, failed: 0 });
    expect(left(sandbox)).toEqual([]);
  });
});
