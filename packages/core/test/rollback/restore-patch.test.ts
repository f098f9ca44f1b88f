import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { changedFields } from "../../src/plan/changed-fields.ts";
import { patchFor } from "../../src/plan/patch-for.ts";
import { createdDifferences } from "../../src/rollback/created-differences.ts";
import { restorePatch, userFromImage } from "../../src/rollback/restore-patch.ts";
import { applyPatch, create } from "../plan/apply-patch.ts";
import { existingUser, plannedUser } from "../plan/arbitraries.ts";
import { newUser, projectUser } from "../samples.ts";

describe("restorePatch", () => {
  test.prop([plannedUser, existingUser])("takes back what a patch did, whatever it named", (planned, user) => {
    const patch = patchFor(planned, user);
    fc.pre(patch !== undefined);
    const patched = applyPatch(user, patch);
    const restored = applyPatch(patched, restorePatch(patch, user, patched));
    expect(changedFields(user, restored)).toEqual([]);
  });

  test.prop([plannedUser, existingUser, plannedUser])(
    "takes back what a sync took away, also all login IDs",
    (planned, user, settled) => {
      const patch = patchFor(planned, user, settled);
      fc.pre(patch !== undefined);
      const patched = applyPatch(user, patch);
      const restored = applyPatch(patched, restorePatch(patch, user, patched));
      expect(changedFields(user, restored)).toEqual([]);
    },
  );

  it("names the user by a login ID that it still has", () => {
    const before = projectUser({ loginIds: ["old"] });
    const patch = { loginId: "old", name: "Ada" };
    expect(restorePatch(patch, before, projectUser({ loginIds: ["new"] })).loginId).toBe("new");
    expect(restorePatch(patch, before, projectUser({ loginIds: ["new", "OLD"] })).loginId).toBe("OLD");
  });

  it("brings back whether an address was verified together with the address", () => {
    const before = projectUser({ email: "old@example.com", verifiedEmail: true });
    const patch = { loginId: "ada@example.com", email: "ada@example.com", verifiedEmail: false };
    expect(restorePatch(patch, before, projectUser())).toEqual({
      loginId: "ada@example.com",
      email: "old@example.com",
      verifiedEmail: true,
    });
  });
});

describe("userFromImage", () => {
  test.prop([existingUser])("makes the user that it was, but for roles of the project beside tenants", (user) => {
    fc.pre(user.status !== "expired" && user.createdTime > 0);
    const again = create(userFromImage(user), user.userId);
    const lost = user.userTenants.length > 0 && user.roleNames.length > 0;
    expect(changedFields(user, again)).toEqual(lost ? ["roleNames"] : []);
  });

  it("shuts a user that had expired", () => {
    expect(userFromImage(projectUser({ status: "expired" })).status).toBe("disabled");
  });
});

describe("createdDifferences", () => {
  test.prop([plannedUser])("finds nothing in a user that is as it was created", (planned) => {
    expect(createdDifferences(planned, create(planned, "U1"))).toEqual([]);
  });

  it.each([
    ["status", { status: "enabled" }],
    [
      "customAttributes.freshlyMigrated",
      { customAttributes: { ...newUser().customAttributes, freshlyMigrated: false } },
    ],
    ["customAttributes.tier", { customAttributes: { ...newUser().customAttributes, tier: "gold" } }],
    ["credentials", { credentials: ["password"] }],
    ["loginIds", { loginIds: ["ada@example.com", "ada"] }],
    ["roleNames", { roleNames: ["admin"] }],
    ["userTenants", { userTenants: [{ tenantId: "acme", roleNames: [] }] }],
    ["verifiedEmail", { verifiedEmail: false }],
  ])("takes a user for changed whose %s is another, also by its own sign-in", (field, change) => {
    const planned = newUser({ status: "invited" });
    expect(createdDifferences(planned, { ...create(planned, "U1"), ...change })).toEqual([field]);
  });
});
