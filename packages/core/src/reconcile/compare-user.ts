import { foldLoginId } from "../mapping/fold-login-id.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import { isSameText, isSameValue } from "../plan/patch-for.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";

/** One field that is not as planned. */
export interface FieldDifference {
  readonly field: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What a comparison of one user found. */
export interface UserComparison {
  /** How many fields were compared. */
  readonly fields: number;
  readonly differences: readonly FieldDifference[];
}

/**
 * Compares every planned field of a user with what the target has.
 *
 * @param exact - Whether the run created the user: then it must have exactly the planned roles, tenants, login IDs and
 * status. A user that was in the project before may have more.
 */
export function compareUser(planned: NewProjectUser, actual: ProjectUser, exact: boolean): UserComparison {
  const differences: FieldDifference[] = [];
  let fields = 0;
  const expect = (field: string, expected: unknown, found: unknown, same: boolean): void => {
    fields += 1;
    if (!same) differences.push({ field, expected, actual: found });
  };

  for (const field of ["email", "phone", "name", "givenName", "middleName", "familyName", "picture"] as const) {
    const value = planned[field];
    if (value !== undefined) expect(field, value, actual[field], isSameText(field, value, actual[field]));
    else if (exact) expect(field, "", actual[field], actual[field] === "");
  }
  for (const field of ["verifiedEmail", "verifiedPhone"] as const) {
    expect(field, planned[field], actual[field], planned[field] === actual[field] || (!exact && actual[field]));
  }
  expect("status", planned.status, actual.status, isExpectedStatus(planned.status, actual.status, exact));
  if (exact && planned.createdTime !== undefined) {
    expect("createdTime", planned.createdTime, actual.createdTime, planned.createdTime === actual.createdTime);
  }

  const loginIds = [planned.loginId, ...planned.additionalLoginIds];
  expect(
    "loginIds",
    loginIds,
    actual.loginIds,
    isSameSet(loginIds.map(foldLoginId), actual.loginIds.map(foldLoginId), exact),
  );
  for (const [name, value] of Object.entries(planned.customAttributes)) {
    const found = actual.customAttributes[name];
    // The flow that captures the user's first credential sets this to false: that is its purpose.
    const captured = name === OWN_ATTRIBUTES.freshlyMigrated && found === false;
    expect(
      `customAttributes.${name}`,
      value,
      found,
      captured || (!exact && name === OWN_ATTRIBUTES.freshlyMigrated) || isSameValue(value, found),
    );
  }

  if (exact || planned.userTenants.length === 0) {
    expect("roleNames", planned.roleNames, actual.roleNames, isSameSet(planned.roleNames, actual.roleNames, exact));
  }
  const tenants = new Map(actual.userTenants.map(({ tenantId, roleNames }) => [tenantId, roleNames]));
  for (const { tenantId, roleNames } of planned.userTenants) {
    const found = tenants.get(tenantId);
    expect(`userTenants.${tenantId}`, roleNames, found, found !== undefined && isSameSet(roleNames, found, exact));
  }
  if (exact) {
    const unplanned = [...tenants.keys()].filter((id) => !planned.userTenants.some(({ tenantId }) => tenantId === id));
    expect("userTenants", [], unplanned, unplanned.length === 0);
  }
  return { fields, differences };
}

/** An invited user is enabled by its first sign-in. */
function isExpectedStatus(planned: string, actual: string, exact: boolean): boolean {
  if (planned === actual) return true;
  if (planned === "invited" && actual === "enabled") return true;
  // A user of the project before the run keeps its status, unless it must be shut.
  return !exact && planned !== "disabled";
}

function isSameSet(expected: readonly string[], actual: readonly string[], exact: boolean): boolean {
  const found = new Set(actual);
  return expected.every((one) => found.has(one)) && (!exact || found.size === new Set(expected).size);
}
