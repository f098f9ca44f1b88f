import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { foldLoginId } from "../../src/mapping/fold-login-id.ts";
import { plannedLoginIds } from "../../src/mapping/map-user.ts";
import { decide, withoutLoginIds } from "../../src/plan/decide.ts";
import { patchFor } from "../../src/plan/patch-for.ts";
import type { NewProjectUser, ProjectUser } from "../../src/project/project-user.ts";
import { compareUser } from "../../src/reconcile/compare-user.ts";
import { newUser, projectUser, SUB } from "../samples.ts";
import { applyPatch, create } from "./apply-patch.ts";
import { existingUser, plannedUser } from "./arbitraries.ts";

const verified = { existing: "patch-verified" } as const;
const ours = { cognitoSub: SUB, cognitoUsername: "ada", freshlyMigrated: false };
const someoneElse = { cognitoSub: "another-sub" };

function rulesOf(decision: { readonly findings: readonly { readonly rule: string }[] }): readonly string[] {
  return decision.findings.map(({ rule }) => rule);
}

describe("decide", () => {
  it("creates a user that nobody in the project matches", () => {
    const planned = newUser();
    expect(decide(planned, [], verified)).toEqual({
      operation: "create",
      reason: "not in the project",
      planned,
      findings: [],
    });
  });

  describe("a user that was migrated before", () => {
    it("needs nothing when all is there", () => {
      const existing = projectUser({ customAttributes: ours });
      expect(decide(newUser(), [existing], verified)).toMatchObject({ operation: "none", existing, findings: [] });
    });

    it("is patched with what differs, and with nothing else", () => {
      const existing = projectUser({ customAttributes: ours, roleNames: ["admin"], name: "Old" });
      const planned = newUser({ name: "Ada", roleNames: ["editor"], additionalLoginIds: ["ada"] });
      expect(decide(planned, [existing], verified)).toMatchObject({
        operation: "patch",
        reason: "in the project, differs in name, additionalLoginIds, roleNames",
        patch: {
          loginId: "ada@example.com",
          name: "Ada",
          roleNames: ["admin", "editor"],
          additionalLoginIds: ["ada"],
        },
      });
    });

    it("is shut when Cognito shut it", () => {
      const existing = projectUser({ customAttributes: ours });
      expect(decide(newUser({ status: "disabled" }), [existing], verified).patch).toEqual({
        loginId: "ada@example.com",
        status: "disabled",
      });
    });

    it("is not opened again when the project shut it", () => {
      const existing = projectUser({ customAttributes: ours, status: "disabled" });
      const decision = decide(newUser(), [existing], verified);
      expect(decision.operation).toBe("none");
      expect(rulesOf(decision)).toEqual(["user-enabled-only-in-cognito"]);
    });

    it("keeps the answer that its first credential gave: freshlyMigrated stays false", () => {
      const existing = projectUser({ customAttributes: ours });
      expect(patchFor(newUser(), existing)).toBeUndefined();
    });

    it("leaves login IDs with the user who has them meanwhile", () => {
      const existing = projectUser({ loginIds: ["ada"], customAttributes: ours });
      const other = projectUser({ userId: "U2bob", customAttributes: someoneElse });
      const decision = decide(newUser(), [other, existing], verified);
      expect(decision).toMatchObject({ operation: "none", existing: { userId: "U2ada" } });
      expect(decision.planned && plannedLoginIds(decision.planned)).toEqual(["ada"]);
      expect(rulesOf(decision)).toEqual(["login-id-taken"]);
    });

    it("is found by its sub, also when a stranger has all of its login IDs", () => {
      const existing = projectUser({ loginIds: ["old@example.com"], email: "old@example.com", customAttributes: ours });
      const stranger = projectUser({ userId: "U2other" });
      expect(decide(newUser(), [stranger, existing], verified)).toMatchObject({
        operation: "patch",
        existing: { userId: "U2ada" },
        patch: { loginId: "old@example.com" },
      });
    });
  });

  describe("a stranger with one of the login IDs", () => {
    it("is patched when both sides verified the same address", () => {
      const decision = decide(newUser(), [projectUser()], verified);
      expect(decision).toMatchObject({
        operation: "patch",
        patch: { loginId: "ada@example.com", customAttributes: { cognitoSub: SUB, cognitoUsername: "ada" } },
      });
      expect(decision.patch?.customAttributes).not.toHaveProperty("freshlyMigrated");
      expect(rulesOf(decision)).toEqual(["user-exists"]);
    });

    it("is patched when both sides verified the same number", () => {
      const planned = newUser({ phone: "+14155550100", verifiedPhone: true, verifiedEmail: false });
      const existing = projectUser({ phone: "+14155550100", verifiedPhone: true, verifiedEmail: false });
      expect(decide(planned, [existing], verified).operation).toBe("patch");
    });

    it.for<[string, Partial<NewProjectUser>, Partial<ProjectUser>]>([
      ["the pool did not verify it", { verifiedEmail: false }, {}],
      ["the project did not verify it", {}, { verifiedEmail: false }],
      ["it is only a username", { loginId: "ada" }, { loginIds: ["ada"], email: "eve@example.com" }],
      ["the project has another address", {}, { email: "eve@example.com" }],
    ])("is left alone when %s", ([, plan, exists]) => {
      const decision = decide(newUser(plan), [projectUser(exists)], verified);
      expect(decision.operation).toBe("skip");
      expect(decision.patch).toBeUndefined();
      expect(rulesOf(decision)).toEqual(["user-exists-unproven"]);
    });

    it("is patched or left alone without a proof where the rules say so", () => {
      const existing = projectUser({ verifiedEmail: false });
      expect(decide(newUser(), [existing], { existing: "patch" }).operation).toBe("patch");
      expect(decide(newUser(), [projectUser()], { existing: "skip" }).operation).toBe("skip");
    });
  });

  describe("other migrated users, or several people", () => {
    it("keep their login IDs, and the user is created with what is left", () => {
      const planned = newUser({ additionalLoginIds: ["ada"] });
      const decision = decide(planned, [projectUser({ customAttributes: someoneElse })], verified);
      expect(decision).toMatchObject({ operation: "create", planned: { loginId: "ada", additionalLoginIds: [] } });
      expect(rulesOf(decision)).toEqual(["login-id-taken"]);
    });

    it("leave a user out that has no login ID left", () => {
      const decision = decide(newUser(), [projectUser({ customAttributes: someoneElse })], verified);
      expect(decision.operation).toBe("skip");
      expect(rulesOf(decision)).toEqual(["login-id-taken"]);
    });

    it("do not change what is decided about a stranger", () => {
      const planned = newUser({ additionalLoginIds: ["ada", "+14155550100"] });
      const stranger = projectUser({ userId: "U2stranger", loginIds: ["ada"], email: "" });
      expect(decide(planned, [stranger], verified).operation).toBe("skip");
      const other = projectUser({ loginIds: ["+14155550100"], customAttributes: someoneElse });
      const both = decide(planned, [stranger, other], verified);
      expect(both.operation).toBe("skip");
      expect(rulesOf(both)).toEqual(["login-id-taken", "user-exists-unproven"]);
    });

    it("are never patched, also under the boldest rule", () => {
      const planned = newUser({ additionalLoginIds: ["ada"] });
      const matches = [projectUser(), projectUser({ userId: "U2second", loginIds: ["ADA"], email: "" })];
      expect(decide(planned, matches, { existing: "patch" }).operation).toBe("skip");
    });
  });

  it("does not take a user without a sub for a user without a sub", () => {
    const planned = newUser({ customAttributes: {} });
    const decision = decide(planned, [projectUser({ verifiedEmail: false })], verified);
    expect(decision.operation).toBe("skip");
  });

  const matches = fc.uniqueArray(existingUser, { maxLength: 3, selector: ({ userId }) => userId });
  const policy = fc.constantFrom("patch-verified", "patch", "skip" as const).map((existing) => ({ existing }));

  test.prop([plannedUser, matches, policy], { numRuns: 500 })(
    "never plans a login ID that another user of the project has",
    (planned, found, rules) => {
      const decision = decide(planned, found, rules);
      if (decision.operation === "skip" || decision.planned === undefined) return;
      const others = found.filter(({ userId }) => userId !== decision.existing?.userId);
      const taken = new Set(others.flatMap(({ loginIds }) => loginIds.map(foldLoginId)));
      const own = new Set(decision.existing?.loginIds.map(foldLoginId));
      for (const id of plannedLoginIds(decision.planned)) expect(taken.has(id) && !own.has(id)).toBe(false);
    },
  );

  test.prop([plannedUser, matches, policy], { numRuns: 500 })(
    "gives what was planned, and then has nothing more to do",
    (planned, found, rules) => {
      const decision = decide(planned, found, rules);
      if (decision.operation === "skip" || decision.planned === undefined) return;
      const after =
        decision.operation === "create"
          ? create(decision.planned, "U9")
          : decision.patch === undefined
            ? decision.existing
            : decision.existing && applyPatch(decision.existing, decision.patch);
      expect(after).toBeDefined();
      if (after === undefined) return;
      expect(compareUser(decision.planned, after, decision.operation === "create").differences).toEqual([]);
      const others = found.filter(({ userId }) => userId !== after.userId);
      expect(decide(planned, [after, ...others], rules)).toMatchObject({ operation: "none" });
    },
  );
});

describe("a user of the project that stands for several", () => {
  const subs = JSON.stringify(["sub-a", "sub-b"]);
  const existing = projectUser({
    loginIds: ["ada@example.com", "countess"],
    customAttributes: { cognitoSub: "sub-a", cognitoUsername: "ada", cognitoSubs: subs, freshlyMigrated: true },
  });
  const rules = { existing: "skip" } as const;
  const ofPool = (sub: string, change: Readonly<Record<string, string>> = {}): NewProjectUser =>
    newUser({ customAttributes: { cognitoSub: sub, cognitoUsername: "countess", freshlyMigrated: true, ...change } });

  it("is recognised by each of their subs, and keeps its own", () => {
    const decision = decide(ofPool("sub-b"), [existing], rules);
    expect(decision.operation).toBe("none");
    expect(decision.planned?.customAttributes).toMatchObject({ cognitoSub: "sub-a", cognitoUsername: "ada" });
  });

  it("loses no sub when some of them are planned anew", () => {
    const planned = ofPool("sub-b", { cognitoSubs: JSON.stringify(["sub-b", "sub-c"]) });
    const { patch } = decide(planned, [existing], rules);
    expect(patch?.customAttributes).toEqual({ cognitoSubs: JSON.stringify(["sub-a", "sub-b", "sub-c"]) });
  });

  it("is somebody else to a sub that it does not name, and to text that is no list", () => {
    expect(decide(ofPool("sub-d"), [existing], rules).operation).toBe("skip");
    for (const text of ["sub-b", "{", '{"a":"sub-b"}', "[1]"]) {
      const other = projectUser({ customAttributes: { cognitoSub: "sub-a", cognitoSubs: text } });
      expect(decide(ofPool("sub-b"), [other], rules).operation).toBe("skip");
    }
  });
});

describe("patchFor", () => {
  test.prop([plannedUser, existingUser], { numRuns: 1000 })(
    "takes nothing away and opens nobody",
    (planned, existing) => {
      const patch = patchFor(planned, existing);
      if (patch === undefined) return;
      const after = applyPatch(existing, patch);
      expect(after.roleNames).toEqual(expect.arrayContaining([...existing.roleNames]));
      for (const { tenantId, roleNames } of existing.userTenants) {
        const kept = after.userTenants.find((tenant) => tenant.tenantId === tenantId);
        expect(kept?.roleNames).toEqual(expect.arrayContaining([...roleNames]));
      }
      expect(after.loginIds.map(foldLoginId)).toEqual(expect.arrayContaining(existing.loginIds.map(foldLoginId)));
      expect(new Set(after.loginIds.map(foldLoginId)).size).toBe(after.loginIds.length);
      expect(Object.keys(after.customAttributes)).toEqual(
        expect.arrayContaining(Object.keys(existing.customAttributes)),
      );
      for (const field of ["email", "phone", "name", "givenName", "middleName", "familyName", "picture"] as const) {
        if (existing[field] !== "") expect(after[field]).not.toBe("");
      }
      if (existing.status === "disabled") expect(after.status).toBe("disabled");
      if (planned.status === "disabled") expect(after.status).toBe("disabled");
      else expect(after.status).toBe(existing.status);
      if (existing.verifiedEmail && after.email === existing.email) expect(after.verifiedEmail).toBe(true);
      if (existing.verifiedPhone && after.phone === existing.phone) expect(after.verifiedPhone).toBe(true);
      expect(after.createdTime).toBe(existing.createdTime);
      expect(after.customAttributes["freshlyMigrated"]).toBe(existing.customAttributes["freshlyMigrated"]);
      expect(patchFor(planned, after)).toBeUndefined();
    },
  );

  it("never calls a new address verified that the pool did not verify", () => {
    const existing = projectUser({ customAttributes: ours });
    const patch = patchFor(newUser({ email: "new@example.com", verifiedEmail: false }), existing);
    expect(patch).toMatchObject({ email: "new@example.com", verifiedEmail: false });
  });

  it("takes an address for the same that the project stores in lower case", () => {
    const existing = projectUser({ customAttributes: ours });
    expect(patchFor(newUser({ email: "Ada@Example.com" }), existing)).toBeUndefined();
  });
});

describe("withoutLoginIds", () => {
  test.prop([plannedUser, fc.array(existingUser, { maxLength: 3 })])(
    "leaves exactly the login IDs that are free",
    (planned, owners) => {
      const taken = new Set(owners.flatMap(({ loginIds }) => loginIds.map(foldLoginId)));
      const free = plannedLoginIds(planned).filter((id) => !taken.has(id));
      const left = withoutLoginIds(planned, owners);
      expect(left === undefined ? [] : plannedLoginIds(left)).toEqual(free);
      if (left !== undefined)
        expect({ ...left, loginId: "", additionalLoginIds: [] }).toEqual({
          ...planned,
          loginId: "",
          additionalLoginIds: [],
        });
    },
  );
});
