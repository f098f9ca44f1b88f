import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { changedFields, patchedFields } from "../../src/plan/changed-fields.ts";
import { patchFor } from "../../src/plan/patch-for.ts";
import type { ProjectUser } from "../../src/project/project-user.ts";
import { projectUser } from "../samples.ts";
import { applyPatch } from "./apply-patch.ts";
import { existingUser, plannedUser } from "./arbitraries.ts";

describe("changedFields", () => {
  test.prop([existingUser])("finds nothing in a user that is the same, in whatever order its lists are", (user) => {
    const shuffled: ProjectUser = {
      ...user,
      loginIds: user.loginIds.toReversed(),
      roleNames: user.roleNames.toReversed(),
      userTenants: user.userTenants
        .toReversed()
        .map(({ tenantId, roleNames }) => ({ tenantId, roleNames: roleNames.toReversed() })),
      customAttributes: Object.fromEntries(Object.entries(user.customAttributes).toReversed()),
    };
    expect(changedFields(user, shuffled)).toEqual([]);
  });

  it.each<[string, Partial<ProjectUser>]>([
    ["email", { email: "new@example.com" }],
    ["phone", { phone: "+14155550100" }],
    ["name", { name: "New" }],
    ["givenName", { givenName: "New" }],
    ["picture", { picture: "p" }],
    ["verifiedEmail", { verifiedEmail: false }],
    ["verifiedPhone", { verifiedPhone: true }],
    ["status", { status: "disabled" }],
    ["createdTime", { createdTime: 1 }],
    ["loginIds", { loginIds: ["ada@example.com", "ada"] }],
    ["roleNames", { roleNames: ["admin"] }],
    ["userTenants", { userTenants: [{ tenantId: "acme", roleNames: [] }] }],
    ["customAttributes.tier", { customAttributes: { tier: "gold" } }],
    ["credentials", { credentials: ["password"] }],
  ])("names %s", (field, change) => {
    expect(changedFields(projectUser(), projectUser(change))).toEqual([field]);
    expect(changedFields(projectUser(change), projectUser())).toEqual([field]);
  });

  it("tells roles in a tenant apart from the tenant, and from roles in another", () => {
    const [one, other, bare] = [
      [{ tenantId: "a", roleNames: ["r"] }],
      [{ tenantId: "b", roleNames: ["r"] }],
      [{ tenantId: "a", roleNames: [] }],
    ].map((userTenants) => projectUser({ userTenants }));
    if (one === undefined || other === undefined || bare === undefined) throw new Error("three users");
    expect(changedFields(one, other)).toEqual(["userTenants"]);
    expect(changedFields(one, bare)).toEqual(["userTenants"]);
  });

  it("does not mind the case of an address", () => {
    expect(changedFields(projectUser(), projectUser({ email: "ADA@example.com" }))).toEqual([]);
  });
});

describe("patchedFields", () => {
  test.prop([plannedUser, existingUser])(
    "finds everything patched after a patch, and as before without",
    (planned, user) => {
      const patch = patchFor(planned, user);
      fc.pre(patch !== undefined);
      const before = patchedFields(patch, user, user);
      expect(before.every((field) => field.before && field.between)).toBe(true);
      const after = patchedFields(patch, user, applyPatch(user, patch));
      expect(after.every(({ patched, between }) => patched && between)).toBe(true);
      expect(after.map(({ field }) => field)).toEqual(before.map(({ field }) => field));
    },
  );

  it("calls a list between that has more than the patch left and less than both together", () => {
    const user = projectUser({ roleNames: ["kept", "old"] });
    const patch = { loginId: "ada@example.com", roleNames: ["kept", "new"] };
    const fieldOf = (roleNames: readonly string[]): unknown =>
      patchedFields(patch, user, projectUser({ roleNames }))[0];
    expect(fieldOf(["kept", "old", "new"])).toMatchObject({ patched: false, before: false, between: true });
    expect(fieldOf(["kept"])).toMatchObject({ between: true });
    expect(fieldOf(["old", "new"])).toMatchObject({ between: false });
    expect(fieldOf(["kept", "new", "theirs"])).toMatchObject({ between: false });
  });

  it("takes null for a value that is not there", () => {
    const user = projectUser({ customAttributes: { tier: "gold" } });
    const patch = { loginId: "ada@example.com", customAttributes: { tier: null } };
    expect(patchedFields(patch, user, projectUser())).toEqual([
      { field: "customAttributes.tier", patched: true, before: false, between: true },
    ]);
  });
});
