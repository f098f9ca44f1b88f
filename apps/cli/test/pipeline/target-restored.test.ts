import { fc, test as property } from "@fast-check/vitest";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";
import { descope, projectUsers, targetState } from "./world.ts";

const CREATE = "POST /v1/mgmt/user/create/batch";
const PATCH = "PATCH /v1/mgmt/user/patch/batch";
const BATCH = 20;
const LOST = "the project no longer has what run";

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  await startWith({});
});
afterEach(stop);

async function startWith(options: Parameters<typeof startSandbox>[0]): Promise<void> {
  folder = temporaryFolder();
  writeFastConfig(folder.path, { target: { batchSize: BATCH } });
  sandbox = await startSandbox({ users: 200, groups: 4, cognito: { requireSignature: false }, ...options });
}

async function stop(): Promise<void> {
  await sandbox.stop();
  folder[Symbol.dispose]();
}

function c2d(...commandArguments: readonly string[]): Promise<CommandResult> {
  return runInProcess(commandArguments, { cwd: folder.path, env: environmentFor(sandbox) });
}

/** Runs a command until the project no longer takes the key, at the n-th request of an operation. */
async function c2dUntil(operation: string, nth: number, ...commandArguments: readonly string[]): Promise<void> {
  sandbox.faults.add([{ service: "descope", operation, from: nth, fault: { kind: "status", status: 401 } }]);
  const { code, stderr } = await c2d(...commandArguments);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("ERR_TARGET_UNAUTHORIZED") as string });
  sandbox.faults.assertAllHappened();
  sandbox.faults.clear();
}

/** Migrates until the project no longer takes the key, or to the end if that comes first. */
async function c2dUntilRequest(nth: number): Promise<void> {
  const rule = { service: "descope", operation: "*", from: nth, fault: { kind: "status", status: 401 } } as const;
  sandbox.faults.add([rule]);
  await c2d("migrate");
  sandbox.faults.clear();
}

/** A backup of the project; call it to put the project back. */
function backUp(): () => Promise<void> {
  const lines = [...sandbox.descopeService.save()];
  return () => sandbox.descopeService.restore(lines);
}

interface Migrated {
  readonly run: string;
  readonly users: Readonly<Record<"read" | "created" | "updated" | "unchanged" | "skipped" | "failed", number>>;
  readonly reconcile: { readonly checked: number; readonly discrepancies: number };
}

async function migrated(): Promise<Migrated & { readonly stderr: string }> {
  const { code, stdout, stderr } = await c2d("migrate", "--json");
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return { ...(JSON.parse(stdout) as Migrated), stderr };
}

let known: unknown;

/** What a migration that nothing happened to makes of the same pool. */
async function reference(): Promise<unknown> {
  if (known !== undefined) return known;
  const [mine, mineFolder] = [sandbox, folder];
  try {
    await startWith({});
    await migrated();
    known = targetState(sandbox);
    await stop();
    return known;
  } finally {
    [sandbox, folder] = [mine, mineFolder];
  }
}

describe("a project that is put back while a run is interrupted", () => {
  test.each([
    ["to before the run", 0, 6],
    ["by some batches", 3, 7],
    ["by the last batch", 5, 6],
    ["near the end of the run", 4, 9],
  ])("%s: migrate says so, plans afresh and ends as if nothing had happened", async (_how, backedUp, stopped) => {
    const expected = await reference();
    let putBack = backUp();
    if (backedUp > 0) {
      await c2dUntil(CREATE, backedUp + 1, "migrate");
      putBack = backUp();
    }
    const before = projectUsers(sandbox).length;
    await c2dUntil(CREATE, stopped - backedUp + 1, "migrate");
    expect(projectUsers(sandbox).length).toBeGreaterThan(before);
    const { run: interrupted } = JSON.parse((await c2d("status", "--json")).stdout) as Migrated;
    await putBack();

    const { run, users, reconcile, stderr } = await migrated();
    expect(stderr).toContain(`note: ${LOST} ${interrupted} wrote`);
    expect(stderr).toContain(`run ${interrupted} was not finished; this run takes its place`);
    expect(run).not.toBe(interrupted);
    expect(users).toMatchObject({ unchanged: before, failed: 0, updated: 0 });
    expect(reconcile).toEqual({ checked: projectUsers(sandbox).length, discrepancies: 0 });
    expect(targetState(sandbox)).toEqual(expected);
  });

  test("apply refuses the plan and says what to do, and does it", async () => {
    const expected = await reference();
    expect((await c2d("plan")).code).toBe(0);
    await c2dUntil(CREATE, 3, "apply");
    const putBack = backUp();
    await c2dUntil(CREATE, 3, "apply");
    await putBack();
    sandbox.requests.reset();
    const refused = await c2d("apply");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/code: ERR_PLAN_STALE/);
    expect(refused.stderr).toContain(LOST);
    expect(refused.stderr).toContain("c2d plan");
    expect(sandbox.requests.count({ service: "descope", write: true })).toBe(0);
    expect((await c2d("plan")).code).toBe(0);
    expect((await c2d("apply")).code).toBe(0);
    expect((await c2d("reconcile")).code).toBe(0);
    expect(targetState(sandbox)).toEqual(expected);
  });

  test("patches that are gone are noticed as users are", async () => {
    await migrated();
    const expected = targetState(sandbox);
    for (const { loginIds } of projectUsers(sandbox)) {
      await descope(sandbox, "POST /v1/mgmt/user/update/customAttribute", {
        loginId: loginIds[0],
        attributeKey: "cognitoUsername",
        attributeValue: "somebody changed me",
      });
    }
    const putBack = backUp();
    await c2dUntil(PATCH, 8, "migrate");
    await putBack();
    const { stderr, users } = await migrated();
    expect(stderr).toContain(LOST);
    expect(users).toMatchObject({ updated: projectUsers(sandbox).length, failed: 0 });
    expect(targetState(sandbox)).toEqual(expected);
  });

  test("before anything was written, the run goes on", async () => {
    const putBack = backUp();
    await c2dUntil("POST /v1/mgmt/role/create", 2, "migrate");
    const { run: interrupted } = JSON.parse((await c2d("status", "--json")).stdout) as Migrated;
    await putBack();
    expect((await migrated()).run).toBe(interrupted);
  });
});

describe("a project that is not put back", () => {
  test("is gone on with, at the cost of one search for each hundred users that were recorded last", async () => {
    await c2dUntil(CREATE, 7, "migrate");
    const { run: interrupted } = JSON.parse((await c2d("status", "--json")).stdout) as Migrated;
    expect(projectUsers(sandbox).length).toBeGreaterThan(100);
    sandbox.requests.reset();
    // The third search is one of those that every interrupted run makes.
    await c2dUntil("POST /v2/mgmt/user/search", 3, "migrate");
    expect(sandbox.requests.count({ operation: "GET /v1/mgmt/user" })).toBe(0);
    expect((await migrated()).run).toBe(interrupted);
  });

  test("is gone on with while searches do not know yet what was written", async () => {
    await stop();
    await startWith({ users: 80, variants: { searchLag: 2000 } });
    await c2dUntil(CREATE, 3, "migrate");
    const { run: interrupted } = JSON.parse((await c2d("status", "--json")).stdout) as Migrated;
    sandbox.requests.reset();
    expect((await migrated()).run).toBe(interrupted);
    // Had the search known the users, no one would have been read directly, and nothing would be proven.
    expect(sandbox.requests.count({ operation: "GET /v1/mgmt/user" })).toBeGreaterThan(0);
  });
});

describe("a project that is put back after the end", () => {
  test("is shown by reconcile, and made whole by migrate", async () => {
    await c2dUntil(CREATE, 5, "migrate");
    const putBack = backUp();
    const before = projectUsers(sandbox).length;
    await migrated();
    const expected = targetState(sandbox);
    await putBack();

    const reconciled = await c2d("reconcile", "--json");
    expect(reconciled.code).toBe(3);
    expect(JSON.parse(reconciled.stdout)).toMatchObject({
      discrepancies: (expected as readonly unknown[]).length - before,
    });
    const { users, reconcile } = await migrated();
    expect(users).toMatchObject({ unchanged: before, failed: 0 });
    expect(reconcile.discrepancies).toBe(0);
    expect(targetState(sandbox)).toEqual(expected);
  });

  test("with its roles and attributes too, everything is there again", async () => {
    const putBack = backUp();
    await migrated();
    const [expected, roles] = [targetState(sandbox), await descope(sandbox, "GET /v1/mgmt/role/all")];
    await putBack();
    expect((await c2d("reconcile")).code).toBe(3);
    const { users } = await migrated();
    expect(users.created).toBe((expected as readonly unknown[]).length);
    expect(targetState(sandbox)).toEqual(expected);
    expect(namesOf(await descope(sandbox, "GET /v1/mgmt/role/all"))).toEqual(namesOf(roles));
  });
});

describe("a project that is put back anywhere in the life of a run", () => {
  property.prop([fc.integer({ min: 1, max: 140 }), fc.integer({ min: 0, max: 60 }), fc.boolean()], { numRuns: 12 })(
    "ends as if nothing had happened",
    async (backedUp, later, interruptedAgain) => {
      const expected = await reference();
      // A pool and a project of its own for every try.
      await stop();
      await startWith({});
      await c2dUntilRequest(backedUp);
      const putBack = backUp();
      await c2dUntilRequest(later + 1);
      await putBack();
      if (interruptedAgain) await c2dUntilRequest(later + 5);
      const { code, stdout, stderr } = await c2d("migrate", "--json");
      // What was put back after its run had ended is found by the run that comes next, all the same.
      expect(code, stderr).toBe(0);
      expect((JSON.parse(stdout) as Migrated).reconcile.discrepancies).toBe(0);
      expect(targetState(sandbox)).toEqual(expected);
    },
    180_000,
  );
});

describe("a project that is put back while a run is under way", () => {
  test("is shown by the reconcile at its end, and made whole by the next run", async () => {
    const expected = await reference();
    const putBack = backUp();
    const running = c2d("migrate", "--json");
    // Before the last batches: what was written until then is lost, and what follows is not.
    while (sandbox.requests.count({ operation: CREATE }) < 5) await new Promise((resolve) => setTimeout(resolve, 1));
    await putBack();
    const { code, stdout } = await running;
    expect(code).toBe(3);
    const { users, reconcile } = JSON.parse(stdout) as Migrated;
    expect(users.failed + reconcile.discrepancies).toBeGreaterThan(0);
    expect((await migrated()).reconcile.discrepancies).toBe(0);
    expect(targetState(sandbox)).toEqual(expected);
  });
});

function namesOf(answer: unknown): readonly string[] {
  return (answer as { readonly roles: readonly { readonly name: string }[] }).roles.map(({ name }) => name).sort();
}
