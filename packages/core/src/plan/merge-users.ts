import { foldLoginId } from "../mapping/fold-login-id.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { NewProjectUser, UserTenant } from "../project/project-user.ts";
import { isSameText, isSameValue, TEXT_FIELDS } from "./patch-for.ts";

/** One user with the rights and login IDs of both; where both say something, the first is right. */
export function mergeUsers(planned: NewProjectUser, other: NewProjectUser): NewProjectUser {
  const known = new Set(plannedLoginIds(planned));
  const additional = [other.loginId, ...other.additionalLoginIds].filter((id) => !known.has(foldLoginId(id)));
  const { roleNames, userTenants } = mergeMemberships(planned, other);
  const identities = planned.customAttributes[OWN_ATTRIBUTES.identities];
  const otherIdentities = other.customAttributes[OWN_ATTRIBUTES.identities];
  return {
    ...other,
    ...planned,
    additionalLoginIds: [...planned.additionalLoginIds, ...additional],
    // An address is as verified as it is for the user that it comes from.
    verifiedEmail: planned.email === undefined ? other.verifiedEmail : planned.verifiedEmail,
    verifiedPhone: planned.phone === undefined ? other.verifiedPhone : planned.verifiedPhone,
    roleNames,
    userTenants,
    customAttributes: {
      ...other.customAttributes,
      ...planned.customAttributes,
      ...(typeof identities === "string" && typeof otherIdentities === "string"
        ? { [OWN_ATTRIBUTES.identities]: joinLists(identities, otherIdentities) }
        : {}),
    },
  };
}

/** Whether one user can have the roles of both: Descope takes roles of the project or of tenants, and not both. */
export function canHaveRolesOfBoth(a: NewProjectUser, b: NewProjectUser): boolean {
  return !(
    (a.roleNames.length > 0 && b.userTenants.length > 0) ||
    (b.roleNames.length > 0 && a.userTenants.length > 0)
  );
}

/** Names of the fields and attributes that both have, with different values. */
export function differingValues(a: NewProjectUser, b: NewProjectUser): readonly string[] {
  const own = new Set<string>(Object.values(OWN_ATTRIBUTES));
  const fields = TEXT_FIELDS.filter((field) => {
    const [one, other] = [a[field], b[field]];
    return one !== undefined && other !== undefined && !isSameText(field, one, other);
  });
  const attributes = Object.keys(a.customAttributes).filter(
    (name) =>
      !own.has(name) &&
      Object.hasOwn(b.customAttributes, name) &&
      !isSameValue(a.customAttributes[name], b.customAttributes[name]),
  );
  return [...fields, ...(a.status === b.status ? [] : ["status"]), ...attributes.sort()];
}

function mergeMemberships(
  a: NewProjectUser,
  b: NewProjectUser,
): { readonly roleNames: readonly string[]; readonly userTenants: readonly UserTenant[] } {
  const everywhere = [...a.roleNames, ...b.roleNames];
  const tenants = new Map<string, Set<string>>();
  for (const { tenantId, roleNames } of [...a.userTenants, ...b.userTenants]) {
    const roles = tenants.get(tenantId) ?? new Set();
    for (const role of roleNames) roles.add(role);
    tenants.set(tenantId, roles);
  }
  if (tenants.size === 0) return { roleNames: [...new Set(everywhere)].sort(), userTenants: [] };
  return {
    roleNames: [],
    userTenants: [...tenants]
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([tenantId, roles]) => ({
        tenantId,
        roleNames: [...new Set([...everywhere, ...roles])].sort(),
      })),
  };
}

function joinLists(a: string, b: string): string {
  if (a === b) return a;
  try {
    return JSON.stringify([...(JSON.parse(a) as readonly unknown[]), ...(JSON.parse(b) as readonly unknown[])]);
  } catch {
    return a;
  }
}
