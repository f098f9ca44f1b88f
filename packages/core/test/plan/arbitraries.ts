import { fc } from "@fast-check/vitest";
import type { NewProjectUser, ProjectUser, UserTenant } from "../../src/project/project-user.ts";

const word = fc.constantFrom("a", "b", "c");
const text = fc.constantFrom("", "x", "y", "Z");
const email = fc.constantFrom("ada@example.com", "bob@example.com", "Ada@Example.com");
const phone = fc.constantFrom("+14155550100", "+14155550101");
const loginId = fc.constantFrom("ada@example.com", "ADA@example.com", "bob@example.com", "+14155550100", "ada", "bob");
const roles = fc.uniqueArray(word);
const tenants: fc.Arbitrary<readonly UserTenant[]> = fc.uniqueArray(fc.record({ tenantId: word, roleNames: roles }), {
  selector: ({ tenantId }) => tenantId,
});
const attributes = fc.dictionary(word, fc.oneof(text, fc.integer(), fc.boolean(), fc.array(word)), { maxKeys: 3 });

function loginIds(minLength: number): fc.Arbitrary<readonly string[]> {
  return fc.uniqueArray(loginId, { minLength, selector: (id) => id.toLowerCase() });
}

/** Users as a mapping makes them: roles beside tenants never, verified only what is there. */
export const plannedUser: fc.Arbitrary<NewProjectUser> = fc
  .record(
    {
      loginIds: loginIds(1),
      email,
      phone,
      verifiedEmail: fc.boolean(),
      verifiedPhone: fc.boolean(),
      name: fc.constantFrom("x", "y"),
      picture: fc.constantFrom("x", "y"),
      status: fc.constantFrom("enabled", "disabled", "invited" as const),
      roleNames: roles,
      userTenants: tenants,
      customAttributes: attributes,
      freshlyMigrated: fc.boolean(),
    },
    {
      requiredKeys: [
        "loginIds",
        "verifiedEmail",
        "verifiedPhone",
        "status",
        "roleNames",
        "userTenants",
        "customAttributes",
        "freshlyMigrated",
      ],
    },
  )
  .map(({ loginIds: [first = "", ...additionalLoginIds], freshlyMigrated, customAttributes, ...user }) => ({
    ...user,
    loginId: first,
    additionalLoginIds,
    verifiedEmail: user.email !== undefined && user.verifiedEmail,
    verifiedPhone: user.phone !== undefined && user.verifiedPhone,
    roleNames: user.userTenants.length > 0 ? [] : user.roleNames,
    customAttributes: { ...customAttributes, cognitoSub: "sub", freshlyMigrated },
  }));

/** Users as a project may hold them. */
export const existingUser: fc.Arbitrary<ProjectUser> = fc
  .record({
    userId: fc.constantFrom("U1", "U2", "U3"),
    loginIds: loginIds(1),
    email: fc.oneof(email, fc.constant("")),
    phone: fc.oneof(phone, fc.constant("")),
    verifiedEmail: fc.boolean(),
    verifiedPhone: fc.boolean(),
    name: text,
    givenName: text,
    middleName: text,
    familyName: text,
    picture: text,
    status: fc.constantFrom("enabled", "disabled", "invited", "expired"),
    roleNames: roles,
    userTenants: tenants,
    customAttributes: fc
      .tuple(attributes, fc.constantFrom(undefined, "sub", "other"), fc.constantFrom(undefined, true, false))
      .map(([own, cognitoSub, freshlyMigrated]) => ({
        ...own,
        ...(cognitoSub === undefined ? {} : { cognitoSub }),
        ...(freshlyMigrated === undefined ? {} : { freshlyMigrated }),
      })),
    createdTime: fc.nat(),
  })
  .map((user) => ({
    ...user,
    verifiedEmail: user.email !== "" && user.verifiedEmail,
    verifiedPhone: user.phone !== "" && user.verifiedPhone,
  }));
