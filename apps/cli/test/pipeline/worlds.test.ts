import { fc, test } from "@fast-check/vitest";
import { type Fault, type FaultRule } from "@cognito-to-descope/sandbox";
import { describe, expect } from "vitest";
import { anyVariants } from "./any-variants.ts";
import { itemsOf, openMigration, total } from "./migration.ts";
import { cognito, type HandmadePool, identitiesOf, migratedUser, projectUsers, startWorld, verified } from "./world.ts";

/** How much faster time passes in the sandbox: searches lag for a tenth of a second, and not for two. */
const SPEED = 20;

const anyFault = fc.constantFrom<Fault>(
  { kind: "answer-lost" },
  { kind: "reset-before" },
  { kind: "throttle", retryAfterMs: 5 },
  { kind: "status", status: 500, afterWork: true },
  { kind: "status", status: 503 },
  { kind: "html", afterWork: true },
  { kind: "truncated", where: "json" },
);
const anyFaults: fc.Arbitrary<readonly FaultRule[]> = fc.array(
  fc
    .tuple(
      anyFault,
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(
        "*",
        "POST /v1/mgmt/user/create/batch",
        "PATCH /v1/mgmt/user/patch/batch",
        "POST /v2/mgmt/user/search",
      ),
    )
    .map(([fault, nth, operation]) => ({ service: "descope" as const, operation, nth, fault })),
  { maxLength: 6 },
);

/** Fifty users of many kinds, with groups, duplicates and a federated twin. */
async function fill(pool: HandmadePool): Promise<readonly string[]> {
  const subs: string[] = [];
  for (let index = 0; index < 40; index += 1) {
    subs.push(
      pool.add(
        `User${index}`,
        verified(`user${index}@example.com`, { name: `User ${index}`, "custom:seats": String(index), locale: "en" }),
        { enabled: index % 9 !== 0 },
      ),
    );
  }
  for (let index = 0; index < 5; index += 1) {
    subs.push(pool.add(`twin${index}`, verified("twin@example.com"), { createdAt: 1_600_000_000_000 + index }));
    subs.push(
      pool.add(
        `Google_${index}`,
        verified(`user${index}@example.com`, { identities: identitiesOf("Google", String(index)) }),
        { status: "EXTERNAL_PROVIDER" },
      ),
    );
  }
  await pool.group("admins", ["User1", "User2", "User3"]);
  await pool.group("acme", ["User3", "User4"]);
  return subs;
}

describe("a migration in any world", () => {
  test.prop([anyVariants(), anyFaults, anyFaults], { numRuns: 40 })(
    "loses nobody and doubles nobody, the first time and after changes",
    async (variants, faults, laterFaults) => {
      // A refusal that breaks off is no JSON with a status of 4xx: that is a wrong base URL as well, and stops the run.
      const truncated = [...faults, ...laterFaults].some(({ fault }) => fault.kind === "truncated");
      fc.pre(variants.searchLimit !== "refuse-above-100" || !truncated);
      const start = Date.now();
      await using world = await startWorld(
        { variants, faults, clock: () => start + (Date.now() - start) * SPEED },
        { Schema: [{ Name: "seats", AttributeDataType: "Number" }], UsernameConfiguration: { CaseSensitive: false } },
      );
      const { sandbox, pool } = world;
      const subs = await fill(pool);
      const options = {
        pools: [pool],
        batchSize: 8,
        requestTimeoutMs: 1000,
        rules: { groups: [{ group: "acme", role: true, tenant: "acme" }] },
      } as const;
      {
        await using migration = await openMigration(sandbox, options);
        const { plan, counts, summary } = await migration.migrate();
        expect(total(counts)).toBe(subs.length);
        expect(counts).toMatchObject({ failed: 0, skipped: plan.counts.skip });
        expect(projectUsers(sandbox)).toHaveLength(plan.counts.create);
        expect(summary.byField).toEqual({});
      }

      sandbox.faults.clear();
      await new Promise((resolve) => setTimeout(resolve, variants.searchLag / SPEED));
      for (const username of ["User1", "User2", "User5", "User7"]) {
        await cognito(sandbox, "AdminUpdateUserAttributes", {
          UserPoolId: pool.userPoolId,
          Username: username,
          UserAttributes: [{ Name: "name", Value: "Changed" }],
        });
      }
      await cognito(sandbox, "AdminDisableUser", { UserPoolId: pool.userPoolId, Username: "User8" });
      const late = pool.add("late", verified("late@example.com"));
      await pool.group("editors", ["User4", "User9", "late"]);
      const before = projectUsers(sandbox).length;
      sandbox.faults.add(laterFaults);
      {
        await using migration = await openMigration(sandbox, options);
        const { counts, summary } = await migration.migrate();
        expect(total(counts)).toBe(subs.length + 1);
        expect(counts).toMatchObject({ created: 1, updated: 7, failed: 0 });
        expect(summary.byField).toEqual({});
        expect(projectUsers(sandbox)).toHaveLength(before + 1);
        expect(migratedUser(sandbox, late)?.roleNames).toEqual(["editors"]);
        const items = [...(await itemsOf(migration)).values()];
        expect(
          items.filter(({ item }) => item.operation === "patch").every(({ outcome }) => outcome?.outcome === "updated"),
        ).toBe(true);
      }
      const byName = new Map(projectUsers(sandbox).map((user) => [user.customAttributes["cognitoUsername"], user]));
      expect(byName.get("User8")?.status).toBe("disabled");
      expect(byName.get("User7")).toMatchObject({ name: "Changed", customAttributes: { seats: 7, locale: "en" } });
      expect(byName.get("User4")?.userTenants).toMatchObject([{ tenantId: "acme" }]);
    },
    300_000,
  );
});
