import { fc, test } from "@fast-check/vitest";
import type { OutcomeCounts } from "@cognito-to-descope/core";
import type { Fault, FaultRule } from "@cognito-to-descope/sandbox";
import { startSandbox } from "@cognito-to-descope/sandbox";
import { beforeAll, describe, expect, it } from "vitest";
import { openFrontDoor } from "./front-door.ts";
import { itemsOf, openMigration, total } from "./migration.ts";
import { migratedUser, startWorld, targetState, verified } from "./world.ts";

const pool = { users: 100, groups: 2, cognito: { requireSignature: false } } as const;
const CREATE = "POST /v1/mgmt/user/create/batch";

const faults: readonly (readonly [string, Fault])[] = [
  ["a lost answer", { kind: "answer-lost" }],
  ["a connection that breaks before the work", { kind: "reset-before" }],
  ["a throttle", { kind: "throttle", retryAfterMs: 20 }],
  ["a 500 before the work", { kind: "status", status: 500 }],
  ["a 500 after the work", { kind: "status", status: 500, afterWork: true }],
  ["a 503 without a body", { kind: "status", status: 503, body: "" }],
  ["a page of HTML", { kind: "html" }],
  ["a page of HTML after the work", { kind: "html", afterWork: true }],
  ["an answer that breaks off in its JSON", { kind: "truncated", where: "json" }],
  ["an answer whose connection breaks off", { kind: "truncated", where: "connection" }],
  ["an answer that never comes", { kind: "half-open", afterWork: true }],
];

/** What a migration came to, and everything in the project. */
interface Ending {
  readonly counts: OutcomeCounts;
  readonly discrepancies: number;
  readonly target: unknown;
}

/** Migrates; every fault must have happened, unless the caller draws them by chance. */
async function migrateWith(
  rules: readonly FaultRule[],
  { byChance = false }: { readonly byChance?: boolean } = {},
): Promise<Ending> {
  await using sandbox = await startSandbox({ ...pool, faults: rules });
  await using migration = await openMigration(sandbox, { batchSize: 10, requestTimeoutMs: 1000 });
  const { counts, summary } = await migration.migrate();
  if (!byChance) sandbox.faults.assertAllHappened();
  return { counts, discrepancies: summary.discrepancies, target: targetState(sandbox) };
}

describe("a migration with faults", () => {
  /** What a migration without faults comes to. */
  let reference: Ending;

  beforeAll(async () => {
    reference = await migrateWith([]);
  });

  it.for(faults)("loses and doubles nobody by %s while users are created", async ([, fault]) => {
    expect(await migrateWith([{ service: "descope", operation: CREATE, from: 2, to: 4, fault }])).toEqual(reference);
  });

  it("defines everything in spite of more broken connections than tries, as long as it moves on", async () => {
    const rules = [10, 20, 30, 40, 50, 60].map((nth): FaultRule => ({
      service: "descope",
      operation: "POST /v1/mgmt/role/create",
      nth,
      fault: { kind: "reset-before" },
    }));
    expect(await migrateWith(rules)).toEqual(reference);
  }, 60_000);

  it.for(faults)("reads everybody in spite of %s while the pool is read", async ([, fault]) => {
    expect(
      await migrateWith([
        { service: "cognito", operation: "ListUsers", nth: 1, fault },
        { service: "cognito", operation: "ListUsersInGroup", nth: 3, fault },
      ]),
    ).toEqual(reference);
  });

  it.for(faults.filter(([, fault]) => fault.kind !== "half-open"))(
    "finds everybody in spite of %s while the project is read",
    async ([, fault]) => {
      expect(
        await migrateWith([{ service: "descope", operation: "POST /v2/mgmt/user/search", from: 1, to: 3, fault }]),
      ).toEqual(reference);
    },
  );

  it.for(faults)("defines everything once in spite of %s", async ([, fault]) => {
    expect(
      await migrateWith([
        { service: "descope", operation: "POST /v1/mgmt/role/create", nth: 2, fault },
        { service: "descope", operation: "POST /v1/mgmt/user/customattribute/create", nth: 1, fault },
      ]),
    ).toEqual(reference);
  });

  const kind = fc.constantFrom<Fault>(
    { kind: "answer-lost" },
    { kind: "reset-before" },
    { kind: "throttle", retryAfterMs: 10 },
    { kind: "status", status: 500, afterWork: true },
    { kind: "html" },
    { kind: "truncated", where: "json" },
  );
  test.prop([fc.array(fc.tuple(kind, fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 5 }), fc.nat()], {
    numRuns: 12,
  })(
    "ends as one without, whatever happens here and there",
    async (strikes, seed) => {
      expect(
        await migrateWith(
          [
            ...strikes.map(([fault, nth]): FaultRule => ({ service: "descope", operation: "*", nth, fault })),
            { service: "descope", operation: CREATE, probability: 0.2, seed, times: 6, fault: { kind: "answer-lost" } },
            { service: "cognito", operation: "*", probability: 0.02, seed, times: 6, fault: { kind: "throttle" } },
          ],
          { byChance: true },
        ),
      ).toEqual(reference);
    },
    120_000,
  );
});

describe("one user that the project cannot take", () => {
  it("is found out, whoever is in its batch, and the others are created", async () => {
    await using world = await startWorld({ variants: { undefinedAttribute: "refused" } });
    const { sandbox, pool: users } = world;
    const subs = Array.from({ length: 130 }, (_, index) =>
      users.add(`user${index}`, verified(`user${index}@example.com`)),
    );
    const bad = subs[0] ?? "";
    await using migration = await openMigration(sandbox, {
      pools: [users],
      batchSize: 100,
      // An attribute that nobody defined, which this project refuses with the whole batch.
      rules: {
        transform: (planned, user) =>
          user.sub === bad
            ? { ...planned, customAttributes: { ...planned.customAttributes, nobodyDefinedMe: "x" } }
            : planned,
      },
    });
    const { counts, summary } = await migration.migrate();
    expect(counts).toMatchObject({ created: 129, failed: 1 });
    expect((await itemsOf(migration)).get(bad)?.outcome).toMatchObject({ outcome: "failed", failure: "refused" });
    expect(summary).toMatchObject({ checked: 129, notCompared: 1, discrepancies: 0 });
  });

  it.for([0, 57, 129])(
    "is told from a project that is down when every answer about it fails, at place %d",
    { timeout: 60_000 },
    async (place) => {
      await using world = await startWorld();
      const { sandbox, pool: users } = world;
      const subs = Array.from({ length: 130 }, (_, index) =>
        users.add(`user${index}`, verified(`user${index}@example.com`)),
      );
      const bad = subs[place] ?? "";
      await using door = await openFrontDoor(
        sandbox.descope,
        (path, body) => path.endsWith("/batch") && body.includes(bad),
      );
      await using migration = await openMigration(sandbox, { pools: [users], batchSize: 100, descopeUrl: door.url });
      const { counts } = await migration.migrate();
      expect(counts).toMatchObject({ created: 129, failed: 1 });
      expect((await itemsOf(migration)).get(bad)?.outcome).toMatchObject({
        outcome: "failed",
        failure: "target-error",
      });
      expect(migratedUser(sandbox, bad)).toBeUndefined();
    },
  );
});

describe("a project that is down", () => {
  it("stops the run, which keeps its place and goes on later", { timeout: 60_000 }, async () => {
    await using sandbox = await startSandbox({
      ...pool,
      faults: [{ service: "descope", operation: CREATE, from: 3, fault: { kind: "status", status: 503 } }],
    });
    await using migration = await openMigration(sandbox, { batchSize: 10 });
    await expect(migration.migrate()).rejects.toMatchObject({ code: "ERR_TARGET_UNREACHABLE" });
    expect((await migration.run()).state).toBe("applying");
    sandbox.faults.assertAllHappened();
    sandbox.faults.clear();
    await using later = await openMigration(sandbox, { batchSize: 10, store: migration.store });
    const { counts, summary } = await later.migrate();
    expect(total(counts)).toBe(100);
    expect(counts.failed).toBe(0);
    expect(summary.discrepancies).toBe(0);
  });
});

describe("a network that is half open", () => {
  it.for<readonly [string, string, FaultRule]>([
    [
      "Cognito takes requests and answers none",
      "ERR_SOURCE_UNREACHABLE",
      { service: "cognito", operation: "ListUsersInGroup", from: 3, fault: { kind: "half-open" } },
    ],
    [
      "Descope takes requests and answers none",
      "ERR_TARGET_UNREACHABLE",
      { service: "descope", operation: "*", from: 40, fault: { kind: "half-open" } },
    ],
    [
      "Descope does all of the work and answers nothing at all",
      "ERR_TARGET_UNREACHABLE",
      { service: "descope", operation: "*", from: 130, fault: { kind: "half-open", afterWork: true } },
    ],
  ])(
    "stops the run when %s, and the run goes on when the network is back",
    { timeout: 120_000 },
    async ([, code, rule]) => {
      const reference = await migrateWith([]);
      await using sandbox = await startSandbox({ ...pool, faults: [rule] });
      await using migration = await openMigration(sandbox, { batchSize: 10, requestTimeoutMs: 150 });
      await expect(migration.migrate()).rejects.toMatchObject({ code });
      sandbox.faults.assertAllHappened();
      sandbox.faults.clear();
      const { id } = await migration.run();
      await using later = await openMigration(sandbox, { batchSize: 10, store: migration.store });
      const { counts, summary } = await later.migrate();
      expect((await later.run()).id).toBe(id);
      expect({ counts, discrepancies: summary.discrepancies, target: targetState(sandbox) }).toEqual(reference);
    },
  );
});
