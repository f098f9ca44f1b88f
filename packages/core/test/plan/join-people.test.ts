import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { joinPeople, keepJoined, type PersonPolicy } from "../../src/plan/join-people.ts";
import type { Claimant, ClaimResult } from "../../src/plan/share-login-id.ts";
import type { PoolUser } from "../../src/pool/pool-user.ts";
import type { NewProjectUser, ProjectUser } from "../../src/project/project-user.ts";
import { newUser, poolUser, projectUser } from "../samples.ts";

const EMAIL = "ada@example.com";
const POOLS = ["eu-west-1_North1", "eu-west-1_South1", "eu-west-1_West11"];
const JOIN: PersonPolicy = { samePerson: "verified-email", duplicates: "merge", pools: POOLS };

interface ClaimantChange extends Partial<Omit<Claimant, "user" | "planned">> {
  readonly user?: Partial<PoolUser>;
  readonly planned?: Partial<NewProjectUser>;
}

/** A user of a pool whose verified address is {@link EMAIL}. */
function claimant(seq: number, source: number, { user, planned, ...change }: ClaimantChange = {}): Claimant {
  const sub = `sub-${seq}`;
  return {
    seq,
    source,
    kind: "native",
    user: { ...poolUser(), sub, username: `name-${seq}`, ...user },
    planned: newUser({
      userTenants: [{ tenantId: `t${source}`, roleNames: [] }],
      customAttributes: { cognitoSub: sub, cognitoUsername: `name-${seq}`, freshlyMigrated: true },
      ...planned,
    }),
    ...change,
  };
}

function known(userId: string, cognitoSub?: string): ProjectUser {
  return projectUser({ userId, customAttributes: cognitoSub === undefined ? {} : { cognitoSub } });
}

function plannedOf(results: readonly ClaimResult[], seq: number): NewProjectUser | undefined {
  const result = results.find((one) => one.seq === seq);
  return result !== undefined && "planned" in result ? result.planned : undefined;
}

/** The numbers of those that are merged, with that of the user they become part of. */
function mergedOf(results: readonly ClaimResult[]): unknown {
  return results.flatMap((result) => ("mergedInto" in result ? [[result.seq, result.mergedInto.seq]] : []));
}

describe("joinPeople", () => {
  it("has nothing to say about users of one pool, and about those who are all left out", () => {
    expect(joinPeople(EMAIL, [claimant(1, 0), claimant(2, 0)], JOIN)).toEqual({ results: [], notes: [] });
    const out = { leftOut: true };
    expect(joinPeople(EMAIL, [claimant(1, 0, out), claimant(2, 1, out)], JOIN)).toEqual({ results: [], notes: [] });
  });

  it("takes the values of the first pool, whoever is the key", () => {
    const first = claimant(1, 0, { planned: { name: "Ada", phone: "+14155550100" } });
    const second = claimant(2, 1, {
      existing: known("U1", "sub-2"),
      planned: { name: "Countess", givenName: "Ada", phone: "+14155550101" },
    });
    const { results } = joinPeople(EMAIL, [first, second], JOIN);
    expect(mergedOf(results)).toEqual([[1, 2]]);
    expect(plannedOf(results, 2)).toMatchObject({
      name: "Ada",
      givenName: "Ada",
      phone: "+14155550100",
      userTenants: [{ tenantId: "t0" }, { tenantId: "t1" }],
      customAttributes: { cognitoSub: "sub-2", cognitoUsername: "name-2" },
    });
    expect(results[0]?.findings).toEqual([
      { rule: "merged-values-differ", subject: "phone" },
      { rule: "merged-values-differ", subject: "name" },
    ]);
  });

  it.for<[string, ClaimantChange, ClaimantChange]>([
    ["the key of the project's user", { existing: known("U1", "sub-2") }, { existing: known("U1", "sub-2") }],
    ["who changes a user of the project", {}, { existing: known("U1") }],
    ["who is imported", { leftOut: true }, {}],
  ])("lets the user keep its sub that is: %s", ([, weak, strong]) => {
    const { results } = joinPeople(EMAIL, [claimant(1, 0, weak), claimant(2, 1, strong)], JOIN);
    expect(mergedOf(results)).toEqual([[1, 2]]);
  });

  it("joins as many of three as go together", () => {
    const { results, notes } = joinPeople(
      EMAIL,
      [
        claimant(1, 0, { existing: known("U1", "sub-1") }),
        claimant(2, 1, { existing: known("U2", "sub-2") }),
        claimant(3, 2),
      ],
      JOIN,
    );
    expect(mergedOf(results)).toEqual([[3, 1]]);
    expect(notes).toEqual([{ rule: "user-kept-apart", subject: "two users in the project already" }]);
  });

  const anyClaimant = fc.record({
    source: fc.integer({ min: 0, max: 2 }),
    kind: fc.constantFrom("native", "federated", "linked" as const),
    enabled: fc.boolean(),
    leftOut: fc.boolean(),
    existing: fc.constantFrom(undefined, undefined, known("U1", "sub-1"), known("U2")),
    roles: fc.constantFrom("tenant", "tenant", "project" as const),
  });
  const claimants = fc.array(anyClaimant, { minLength: 2, maxLength: 6 }).map((list) =>
    list.map(({ source, kind, enabled, leftOut, existing, roles }, index) =>
      claimant(index + 1, source, {
        kind: enabled ? kind : "disabled",
        user: { enabled },
        existing,
        leftOut: existing === undefined && leftOut,
        planned: {
          status: enabled ? "enabled" : "disabled",
          ...(roles === "project" ? { roleNames: ["operator"], userTenants: [] } : {}),
        },
      }),
    ),
  );
  const policy = fc.record({
    samePerson: fc.constantFrom("ask", "verified-email", "verified-email", "never" as const),
    duplicates: fc.constantFrom("merge", "first", "skip" as const),
    pools: fc.constant(POOLS),
  });

  test.prop([claimants, policy], { numRuns: 500 })(
    "never joins what is locked, what the project has apart, or rights that do not go together",
    (all, rules) => {
      const { results } = joinPeople(EMAIL, all, rules);
      if (rules.samePerson !== "verified-email") expect(results).toEqual([]);
      const joined = all.filter(({ seq }) => results.some((result) => result.seq === seq));
      expect(joined.filter(({ user }) => !user.enabled)).toEqual([]);
      expect(new Set(joined.flatMap(({ existing }) => existing?.userId ?? [])).size).toBeLessThanOrEqual(1);
      const winners = results.filter((result) => "planned" in result);
      expect(winners).toHaveLength(results.length === 0 ? 0 : 1);
      for (const winner of winners) {
        if (!("planned" in winner)) continue;
        const { roleNames, userTenants } = winner.planned;
        expect(roleNames.length > 0 && userTenants.length > 0).toBe(false);
        // In the tenants of those who are joined, and in no other.
        const own = new Set(joined.flatMap(({ planned }) => planned.userTenants.map(({ tenantId }) => tenantId)));
        expect(new Set(userTenants.map(({ tenantId }) => tenantId))).toEqual(own);
        expect(all.find(({ seq }) => seq === winner.seq)?.leftOut).not.toBe(true);
      }
    },
  );

  test.prop(
    [
      claimants.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      policy,
    ],
    { numRuns: 500 },
  )("does not depend on the order of the claimants", ([all, shuffled], rules) => {
    const [one, other] = [joinPeople(EMAIL, all, rules), joinPeople(EMAIL, shuffled, rules)];
    expect(other.results).toEqual(one.results);
    expect(other.notes.map(({ subject }) => subject).sort()).toEqual(one.notes.map(({ subject }) => subject).sort());
  });

  test.prop([claimants], { numRuns: 300 })("keeps users together that the project has as one", (all) => {
    const same = all.map((one) => ({ ...one, leftOut: false, existing: known("U1", "sub-1") }));
    const results = keepJoined(same, POOLS);
    expect(results.map(({ seq }) => seq).sort()).toEqual(same.map(({ seq }) => seq));
    expect(results.filter((result) => "planned" in result)).toHaveLength(1);
    const winner = same.find(({ seq }) => plannedOf(results, seq) !== undefined);
    // Shut only when it is shut everywhere.
    expect(winner?.user.enabled).toBe(same.some(({ user }) => user.enabled));
  });
});
