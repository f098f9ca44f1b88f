import { fc, test } from "@fast-check/vitest";
import type { MappingRules } from "@cognito-to-descope/core";
import { describe, expect } from "vitest";
import { itemsOf, openMigration, total } from "./migration.ts";
import { identitiesOf, projectUsers, startWorld, targetState, writes } from "./world.ts";

/** A user whose address, number and names are drawn from so few that most are somebody else's too. */
const anyUser = fc.record({
  name: fc.constantFrom("ada", "Ada", "bob", "carl", "ada@example.com", "BOB@example.com"),
  email: fc.constantFrom(undefined, "ada@example.com", "ADA@example.com", "bob@example.com", "carl@example.com"),
  emailVerified: fc.boolean(),
  phone: fc.constantFrom(undefined, undefined, "+14155550100", "+14155550101"),
  phoneVerified: fc.boolean(),
  preferred: fc.constantFrom(undefined, undefined, "countess", "ada"),
  identities: fc.constantFrom(undefined, undefined, true, false),
  enabled: fc.boolean(),
  status: fc.constantFrom("CONFIRMED", "CONFIRMED", "CONFIRMED", "UNCONFIRMED", "FORCE_CHANGE_PASSWORD", "ARCHIVED"),
  createdAt: fc.integer({ min: 1, max: 3 }),
});

/** Somebody whom the project has before. */
const anyStranger = fc.record({
  loginId: fc.constantFrom("ada", "ada@example.com", "bob@example.com", "+14155550100", "Carl"),
  verified: fc.boolean(),
  status: fc.constantFrom("enabled", "disabled", "invited"),
});

const anyRules: fc.Arbitrary<Partial<MappingRules>> = fc.record({
  loginIds: fc.oneof(
    fc.constant("auto" as const),
    fc.shuffledSubarray(["email", "phone", "username", "preferred_username"] as const, { minLength: 1 }),
  ),
  duplicates: fc.constantFrom("merge", "merge", "first", "skip" as const),
  existing: fc.constantFrom("patch-verified", "patch-verified", "patch", "skip" as const),
  noContact: fc.constantFrom("skip" as const, { placeholderDomain: "migrated.invalid" }),
});

type Drawn<T> = T extends fc.Arbitrary<infer Value> ? Value : never;

async function worldOf(
  users: readonly (readonly [number, Drawn<typeof anyUser>])[],
  strangers: readonly Drawn<typeof anyStranger>[],
  loginIdCase: "sensitive" | "folded",
): ReturnType<typeof startWorld> {
  const world = await startWorld({ variants: { loginIdCase } }, { AliasAttributes: ["email", "preferred_username"] });
  for (const { loginId, verified, status } of strangers) {
    const contact = loginId.startsWith("+") ? { phone: loginId, verifiedPhone: verified } : {};
    const email = loginId.includes("@") ? loginId : "stranger@example.com";
    world.sandbox.descopeService.addUser({
      loginId,
      email,
      verifiedEmail: verified,
      status,
      name: "Stranger",
      createdTime: 1_650_000_000,
      ...contact,
    });
  }
  for (const [index, user] of users) {
    const attributes = {
      email: user.email,
      email_verified: user.emailVerified ? "true" : "false",
      phone_number: user.phone,
      phone_number_verified: user.phoneVerified ? "true" : "false",
      preferred_username: user.preferred,
      identities: user.identities === undefined ? undefined : identitiesOf("Google", String(index), user.identities),
      "custom:number": String(index),
    };
    const present = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined);
    world.pool.add(`${user.name}-${index}`, Object.fromEntries(present), {
      sub: `sub-${index}`,
      // Usernames are unique in a pool; their case variants are not.
      username: index % 2 === 0 ? `${user.name}${index}` : `${user.name.toUpperCase()}${index - 1}`,
      enabled: user.enabled,
      status: user.identities === true ? "EXTERNAL_PROVIDER" : user.status,
      createdAt: 1_600_000_000_000 + user.createdAt,
    });
  }
  return world;
}

describe("users that collide with each other and with the project", () => {
  const numbered = fc
    .array(anyUser, { minLength: 2, maxLength: 10 })
    .map((users) => users.map((user, index) => [index, user] as const))
    .chain((users) => fc.tuple(fc.constant(users), fc.shuffledSubarray(users, { minLength: users.length })));
  const strangers = fc.uniqueArray(anyStranger, { maxLength: 3, selector: ({ loginId }) => loginId.toLowerCase() });

  test.prop([numbered, strangers, anyRules, fc.constantFrom("sensitive", "folded" as const)], {
    numRuns: 120,
    interruptAfterTimeLimit: 60_000,
    markInterruptAsFailure: false,
  })(
    "are each decided once and in whatever order alike, keep apart, and need nothing more the second time",
    async ([users, shuffled], before, rules, loginIdCase) => {
      await using world = await worldOf(users, before, loginIdCase);
      const { sandbox, pool } = world;
      const own = projectUsers(sandbox).map(({ userId, loginIds }) => ({ userId, loginIds }));

      await using first = await openMigration(sandbox, { pools: [pool], rules, batchSize: 3 });
      const { plan, counts, summary } = await first.migrate();
      expect(total(counts)).toBe(users.length);
      expect(counts).toMatchObject({
        created: plan.counts.create,
        updated: plan.counts.patch,
        skipped: plan.counts.skip,
        failed: 0,
      });
      expect(summary.byField).toEqual({});
      const items = [...(await itemsOf(first)).values()].map(({ item }) => item);
      for (const { operation, mergedInto } of items) {
        if (mergedInto === undefined) continue;
        expect(operation).toBe("skip");
        expect(items.find(({ sub }) => sub === mergedInto)?.operation).not.toBe("skip");
      }
      const ids = projectUsers(sandbox).flatMap(({ loginIds }) => loginIds.map((id) => id.toLowerCase()));
      expect(new Set(ids).size).toBe(ids.length);
      // Whoever was there before still has what it had.
      for (const { userId, loginIds } of own) {
        const now = projectUsers(sandbox).find((user) => user.userId === userId);
        expect(now?.loginIds).toEqual(expect.arrayContaining([...loginIds]));
      }

      {
        await using other = await worldOf(shuffled, before, loginIdCase);
        await using again = await openMigration(other.sandbox, { pools: [other.pool], rules, pageSize: 1 });
        const { counts: shuffledCounts } = await again.migrate();
        expect(shuffledCounts).toEqual(counts);
        expect(targetState(other.sandbox)).toEqual(targetState(sandbox));
      }

      const target = targetState(sandbox);
      const sent = writes(sandbox);
      await using second = await openMigration(sandbox, { pools: [pool], rules });
      const later = await second.migrate();
      expect(later.counts).toMatchObject({ created: 0, updated: 0, failed: 0 });
      expect(writes(sandbox)).toBe(sent);
      expect(targetState(sandbox)).toEqual(target);
    },
    300_000,
  );
});
