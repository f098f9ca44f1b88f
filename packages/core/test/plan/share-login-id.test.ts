import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { plannedLoginIds } from "../../src/mapping/map-user.ts";
import { type ClaimResult, type Claimant, shareLoginId } from "../../src/plan/share-login-id.ts";
import type { UserKind } from "../../src/plan/plan.ts";
import type { PoolUser } from "../../src/pool/pool-user.ts";
import type { NewProjectUser } from "../../src/project/project-user.ts";
import { newUser, poolUser } from "../samples.ts";

const EMAIL = "ada@example.com";

interface ClaimantChange {
  readonly kind?: UserKind;
  readonly user?: Partial<PoolUser>;
  readonly planned?: Partial<NewProjectUser>;
  readonly verified?: boolean;
  readonly leftOut?: boolean;
  readonly source?: number;
}

/** A user that wants {@link EMAIL}, which is its verified address unless said otherwise. */
function claimant(
  seq: number,
  { kind = "native", user, planned, verified = true, leftOut = false, source = 0 }: ClaimantChange = {},
): Claimant {
  const attributes = { email: EMAIL, email_verified: String(verified), phone_number_verified: "true" };
  const sub = user?.sub ?? `sub-${seq}`;
  return {
    seq,
    source,
    kind,
    leftOut,
    user: { ...poolUser({ attributes }), sub, username: `name-${seq}`, createdAt: seq, ...user },
    planned: newUser({
      verifiedEmail: verified,
      customAttributes: { cognitoSub: sub, freshlyMigrated: true },
      ...planned,
    }),
  };
}

/** Who has the login ID afterwards. */
function holders(claimants: readonly Claimant[], results: readonly ClaimResult[]): readonly number[] {
  const bySeq = new Map(results.map((result) => [result.seq, result]));
  return claimants
    .filter(({ seq, planned }) => {
      const result = bySeq.get(seq);
      if (result === undefined) return plannedLoginIds(planned).includes(EMAIL);
      return "planned" in result && plannedLoginIds(result.planned).includes(EMAIL);
    })
    .map(({ seq }) => seq);
}

describe("shareLoginId", () => {
  it("does nothing when nobody shares", () => {
    expect(shareLoginId(EMAIL, [], "merge")).toEqual([]);
    expect(shareLoginId(EMAIL, [claimant(1)], "merge")).toEqual([]);
  });

  it.for<[string, ClaimantChange, ClaimantChange]>([
    ["verified before unverified", { verified: false }, { verified: true }],
    ["native before federated", { kind: "federated" }, { kind: "native" }],
    ["enabled before disabled", { kind: "disabled", user: { enabled: false } }, {}],
    [
      "an enabled federated user before a disabled one",
      { kind: "disabled", user: { enabled: false, status: "EXTERNAL_PROVIDER" } },
      { kind: "federated", user: { status: "EXTERNAL_PROVIDER" } },
    ],
    [
      "a verified address before a username that only looks like it",
      { user: { username: EMAIL }, planned: { email: "eve@example.com" } },
      {},
    ],
    [
      "a username before an address that nobody verified",
      { verified: false },
      { user: { username: EMAIL }, planned: { email: "eve@example.com" } },
    ],
    ["who is imported before who is left out", { leftOut: true }, { kind: "federated" }],
    ["a verified address that is left out before one that nobody verified", { verified: false }, { leftOut: true }],
    ["the older one", { user: { createdAt: 9 } }, { user: { createdAt: 3 } }],
  ])("gives the login ID to the stronger claim: %s", ([, weak, strong]) => {
    const claimants = [claimant(1, weak), claimant(2, strong)];
    expect(holders(claimants, shareLoginId(EMAIL, claimants, "first"))).toEqual([2]);
  });

  it.for(["merge", "first", "skip"] as const)(
    "changes nothing between two who are left out anyway, under %s",
    (policy) => {
      const other = { leftOut: true, planned: { additionalLoginIds: ["bob"] } };
      const claimants = [claimant(1, { leftOut: true }), claimant(2, other), claimant(3, { verified: false })];
      expect(shareLoginId(EMAIL, claimants, policy).map(({ seq }) => seq)).toEqual([3]);
    },
  );

  it("leaves the others their other login IDs under first", () => {
    const other = claimant(2, { planned: { additionalLoginIds: ["bob"] } });
    expect(shareLoginId(EMAIL, [claimant(1), other], "first")).toEqual([
      {
        seq: 2,
        planned: { ...other.planned, loginId: "bob", additionalLoginIds: [] },
        findings: [{ rule: "login-id-shared", subject: "native" }],
      },
    ]);
  });

  it("leaves the others out under skip, and under first when they have nothing else", () => {
    const other = claimant(2, { planned: { additionalLoginIds: ["bob"] } });
    expect(shareLoginId(EMAIL, [claimant(1), other], "skip")).toMatchObject([{ seq: 2, leftOut: expect.any(String) }]);
    expect(shareLoginId(EMAIL, [claimant(1), claimant(2)], "first")).toMatchObject([
      { seq: 2, leftOut: expect.any(String) },
    ]);
  });

  describe("merge", () => {
    const federated = (change: ClaimantChange = {}): Claimant => claimant(2, { kind: "federated", ...change });
    const merged = (winner: Claimant, loser: Claimant): NewProjectUser => {
      const result = shareLoginId(EMAIL, [loser, winner], "merge").find(({ seq }) => seq === winner.seq);
      if (result === undefined || !("planned" in result)) throw new Error("not merged");
      return result.planned;
    };

    it("makes a native and a federated user with one verified address one user", () => {
      const native = claimant(1);
      const results = shareLoginId(EMAIL, [federated(), native], "merge");
      expect(results).toMatchObject([
        { seq: 2, mergedInto: native, findings: [{ rule: "user-merged" }] },
        { seq: 1, findings: [{ rule: "login-id-shared", subject: "kept" }] },
      ]);
    });

    it("adds up login IDs, roles, tenants and attributes; where both speak, the first is right", () => {
      const winner = claimant(1, {
        planned: {
          name: "Ada",
          additionalLoginIds: ["ada"],
          roleNames: ["admin"],
          customAttributes: { cognitoSub: "sub-1", plan: "gold", cognitoIdentities: '[{"userId":"1"}]' },
        },
      });
      const loser = federated({
        planned: {
          name: "Countess",
          picture: "p",
          additionalLoginIds: ["ADA", "countess"],
          roleNames: ["admin", "editor"],
          customAttributes: { cognitoSub: "sub-2", plan: "free", seats: 3, cognitoIdentities: '[{"userId":"2"}]' },
        },
      });
      expect(merged(winner, loser)).toMatchObject({
        loginId: EMAIL,
        additionalLoginIds: ["ada", "countess"],
        name: "Ada",
        picture: "p",
        roleNames: ["admin", "editor"],
        customAttributes: {
          cognitoSub: "sub-1",
          plan: "gold",
          seats: 3,
          cognitoIdentities: '[{"userId":"1"},{"userId":"2"}]',
        },
      });
    });

    it("moves roles into the tenants when one of the two has any", () => {
      const winner = claimant(1, { planned: { roleNames: ["admin"] } });
      const loser = federated({ planned: { userTenants: [{ tenantId: "acme", roleNames: ["editor"] }] } });
      expect(merged(winner, loser)).toMatchObject({
        roleNames: [],
        userTenants: [{ tenantId: "acme", roleNames: ["admin", "editor"] }],
      });
    });

    it("keeps a number verified that only the federated user has", () => {
      const result = merged(claimant(1), federated({ planned: { phone: "+14155550100", verifiedPhone: true } }));
      expect(result).toMatchObject({ phone: "+14155550100", verifiedPhone: true, verifiedEmail: true });
    });

    it("does not call a number verified that only the other one's number is", () => {
      const result = merged(
        claimant(1, { planned: { phone: "+14155550101", verifiedPhone: false } }),
        federated({ planned: { phone: "+14155550100", verifiedPhone: true } }),
      );
      expect(result).toMatchObject({ phone: "+14155550101", verifiedPhone: false });
    });

    it.for<[string, ClaimantChange, ClaimantChange]>([
      ["the federated user's address is not verified", {}, { verified: false }],
      ["the native user's address is not verified", { verified: false }, {}],
      ["the native user is disabled", { kind: "disabled", user: { enabled: false } }, {}],
      ["the federated user is disabled", {}, { kind: "disabled", user: { enabled: false } }],
      ["the native user's status is retired", { kind: "retired", planned: { status: "disabled" } }, {}],
      ["both are native", {}, { kind: "native" }],
      [
        "it is the native user's name and not its address",
        { user: { username: EMAIL }, planned: { email: "x@y.zz" } },
        {},
      ],
    ])("never happens when %s", ([, native, other]) => {
      const claimants = [claimant(1, native), federated(other)];
      const results = shareLoginId(EMAIL, claimants, "merge");
      expect(results.filter((result) => "mergedInto" in result)).toEqual([]);
      expect(holders(claimants, results)).toHaveLength(1);
    });
  });

  const anyClaimant = fc
    .record({
      kind: fc.constantFrom("native", "federated", "linked", "disabled", "unconfirmed", "retired" as UserKind),
      verified: fc.boolean(),
      enabled: fc.boolean(),
      createdAt: fc.integer({ min: 0, max: 3 }),
      isUsername: fc.boolean(),
      main: fc.boolean(),
      others: fc.subarray(["ada", "bob", "+14155550100"]),
      status: fc.constantFrom("enabled", "disabled", "invited" as const),
    })
    .map(({ kind, verified, enabled, createdAt, isUsername, main, others, status }) => (seq: number) => {
      const ids = main ? [EMAIL, ...others] : [...others, "Ada@Example.com"];
      return claimant(seq, {
        kind: enabled || kind === "retired" ? kind : "disabled",
        verified,
        user: { enabled, createdAt, ...(isUsername ? { username: EMAIL } : {}) },
        planned: {
          loginId: ids[0] ?? "",
          additionalLoginIds: ids.slice(1),
          email: isUsername ? "other@example.com" : EMAIL,
          status: enabled ? status : "disabled",
        },
      });
    });
  const anyClaimants = fc
    .array(anyClaimant, { minLength: 2, maxLength: 6 })
    .map((makers) => makers.map((make, index) => make(index + 1)));
  const policies = fc.constantFrom("merge", "first", "skip" as const);

  test.prop([anyClaimants, policies], { numRuns: 500 })(
    "leaves the login ID with exactly one user",
    (claimants, policy) => {
      expect(holders(claimants, shareLoginId(EMAIL, claimants, policy))).toHaveLength(1);
    },
  );

  test.prop([anyClaimants, policies], { numRuns: 500 })(
    "says what becomes of every loser, once",
    (claimants, policy) => {
      const results = shareLoginId(EMAIL, claimants, policy);
      const [winner] = holders(claimants, results);
      const losers = claimants.filter(({ seq }) => seq !== winner).map(({ seq }) => seq);
      const told = results.map(({ seq }) => seq).filter((seq) => seq !== winner);
      expect([...told].sort()).toEqual(losers);
      for (const result of results) {
        if ("mergedInto" in result) expect(result.mergedInto.seq).toBe(winner);
        if ("planned" in result && result.seq !== winner) expect(plannedLoginIds(result.planned)).not.toContain(EMAIL);
      }
    },
  );

  test.prop(
    [
      anyClaimants.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      policies,
    ],
    { numRuns: 500 },
  )("does not depend on the order of the claimants", ([claimants, shuffled], policy) => {
    expect(shareLoginId(EMAIL, shuffled, policy)).toEqual(shareLoginId(EMAIL, claimants, policy));
  });

  test.prop([anyClaimants], { numRuns: 500 })("never merges across a lock, nor what is not verified", (claimants) => {
    for (const result of shareLoginId(EMAIL, claimants, "merge")) {
      if (!("mergedInto" in result)) continue;
      const loser = claimants.find(({ seq }) => seq === result.seq);
      for (const one of [loser, result.mergedInto]) {
        expect(one?.user.enabled).toBe(true);
        expect(one?.planned.status).not.toBe("disabled");
        expect(one?.user.attributes["email_verified"]).toBe("true");
        expect(one?.planned.email).toBe(EMAIL);
      }
    }
  });
});
