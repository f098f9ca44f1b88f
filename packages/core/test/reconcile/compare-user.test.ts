import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { compareUser } from "../../src/reconcile/compare-user.ts";
import type { NewProjectUser, ProjectUser } from "../../src/project/project-user.ts";
import { newUser } from "../samples.ts";
import { create } from "../plan/apply-patch.ts";
import { plannedUser } from "../plan/arbitraries.ts";

const planned = newUser({
  additionalLoginIds: ["ada"],
  phone: "+14155550100",
  verifiedPhone: true,
  name: "Ada",
  givenName: "Ada",
  middleName: "King",
  familyName: "Lovelace",
  picture: "https://example.com/ada.png",
  roleNames: ["admin", "editor"],
  customAttributes: { cognitoSub: "s", cognitoUsername: "ada", freshlyMigrated: true, seats: 7, vip: false },
});
const inTenant = newUser({ userTenants: [{ tenantId: "acme", roleNames: ["admin"] }] });

function fieldsOf(plan: NewProjectUser, change: Partial<ProjectUser>, exact: boolean): readonly string[] {
  return compareUser(plan, { ...create(plan, "U1"), ...change }, exact).differences.map(({ field }) => field);
}

describe("compareUser", () => {
  it("finds nothing in a user that is as planned, and says how many fields it compared", () => {
    expect(compareUser(planned, create(planned, "U1"), true)).toEqual({ fields: 19, differences: [] });
    expect(compareUser(inTenant, create(inTenant, "U1"), true).differences).toEqual([]);
  });

  test.prop([plannedUser, fc.boolean()])("finds nothing in any user that was created as planned", (plan, exact) => {
    expect(compareUser(plan, create(plan, "U1"), exact).differences).toEqual([]);
  });

  const attributes = planned.customAttributes;
  const changes: readonly (readonly [string, Partial<ProjectUser>])[] = [
    ["email", { email: "eve@example.com" }],
    ["email", { email: "" }],
    ["phone", { phone: "+14155550199" }],
    ["name", { name: "Eve" }],
    ["givenName", { givenName: "" }],
    ["middleName", { middleName: "" }],
    ["familyName", { familyName: "L" }],
    ["picture", { picture: "" }],
    ["verifiedEmail", { verifiedEmail: false }],
    ["verifiedPhone", { verifiedPhone: false }],
    ["loginIds", { loginIds: ["ada@example.com"] }],
    ["loginIds", { loginIds: [] }],
    ["roleNames", { roleNames: ["admin"] }],
    ["roleNames", { roleNames: [] }],
    ["customAttributes.cognitoSub", { customAttributes: { ...attributes, cognitoSub: "other" } }],
    ["customAttributes.seats", { customAttributes: { ...attributes, seats: "7" } }],
    ["customAttributes.vip", { customAttributes: { ...attributes, vip: true } }],
  ];

  it.for(changes.flatMap(([field, change]) => [true, false].map((exact) => [field, change, exact] as const)))(
    "finds a changed %s: %o, exact: %s",
    ([field, change, exact]) => {
      expect(fieldsOf(planned, change, exact)).toEqual([field]);
    },
  );

  it("finds every attribute that is missing", () => {
    expect(fieldsOf(planned, { customAttributes: { cognitoSub: "s" } }, true)).toEqual([
      "customAttributes.cognitoUsername",
      "customAttributes.freshlyMigrated",
      "customAttributes.seats",
      "customAttributes.vip",
    ]);
  });

  it.for<[string, NewProjectUser, Partial<ProjectUser>]>([
    ["name", newUser(), { name: "Ada" }],
    ["phone", newUser(), { phone: "+14155550100" }],
    ["verifiedPhone", newUser(), { verifiedPhone: true }],
    ["createdTime", planned, { createdTime: 1 }],
    ["status", planned, { status: "invited" }],
    ["status", planned, { status: "disabled" }],
    ["status", planned, { status: "expired" }],
    ["loginIds", planned, { loginIds: ["ada@example.com", "ada", "root"] }],
    ["roleNames", planned, { roleNames: ["admin", "editor", "owner"] }],
    ["roleNames", inTenant, { roleNames: ["owner"] }],
    ["userTenants", planned, { userTenants: [{ tenantId: "acme", roleNames: [] }] }],
    ["userTenants", inTenant, { userTenants: [...inTenant.userTenants, { tenantId: "globex", roleNames: [] }] }],
    ["userTenants.acme", inTenant, { userTenants: [{ tenantId: "acme", roleNames: ["admin", "owner"] }] }],
  ])("finds too much only in a user that the run created: %s", ([field, plan, change]) => {
    expect(fieldsOf(plan, change, true)).toEqual([field]);
    expect(fieldsOf(plan, change, false)).toEqual([]);
  });

  it.for<[string, Partial<ProjectUser>]>([
    ["userTenants.acme", { userTenants: [] }],
    ["userTenants.acme", { userTenants: [{ tenantId: "acme", roleNames: [] }] }],
  ])("finds a missing %s: %o", ([field, change]) => {
    expect(fieldsOf(inTenant, change, true)).toEqual([field]);
    expect(fieldsOf(inTenant, change, false)).toEqual([field]);
  });

  it.for([true, false])("finds a disabled user that is open, exact: %s", (exact) => {
    expect(fieldsOf(newUser({ status: "disabled" }), { status: "enabled" }, exact)).toEqual(["status"]);
    expect(fieldsOf(newUser({ status: "disabled" }), { status: "invited" }, exact)).toEqual(["status"]);
  });

  it("takes an invited user for as planned that has signed in meanwhile", () => {
    expect(fieldsOf(newUser({ status: "invited" }), { status: "enabled" }, true)).toEqual([]);
  });

  it("takes freshlyMigrated for as planned once a credential was captured, and not the other way round", () => {
    const captured = { customAttributes: { ...attributes, freshlyMigrated: false } };
    expect(fieldsOf(planned, captured, true)).toEqual([]);
    const settled = newUser({ customAttributes: { cognitoSub: "s", freshlyMigrated: false } });
    const marked = { customAttributes: { cognitoSub: "s", freshlyMigrated: true } };
    expect(fieldsOf(settled, marked, true)).toEqual(["customAttributes.freshlyMigrated"]);
  });

  it("compares login IDs and addresses without regard to case, and lists without regard to order", () => {
    const change = { email: "ADA@example.com", loginIds: ["ADA", "Ada@Example.com"], roleNames: ["editor", "admin"] };
    expect(fieldsOf(planned, change, true)).toEqual([]);
  });

  it("says what was expected and what is there", () => {
    expect(compareUser(planned, { ...create(planned, "U1"), name: "Eve" }, true).differences).toEqual([
      { field: "name", expected: "Ada", actual: "Eve" },
    ]);
  });
});
