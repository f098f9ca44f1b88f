import { foldLoginId } from "../mapping/fold-login-id.ts";
import type { ProjectUser, ProjectUserPatch, UserTenant } from "../project/project-user.ts";
import { isSameText, isSameValue, TEXT_FIELDS } from "./patch-for.ts";

const PLAIN_FIELDS = ["verifiedEmail", "verifiedPhone", "status", "createdTime"] as const;

/**
 * The names of the fields in which a user of the target differs from an earlier look at it: none when nobody changed the
 * user in between. The order of lists means nothing.
 */
export function changedFields(before: ProjectUser, now: ProjectUser): readonly string[] {
  const changed: string[] = [];
  for (const field of TEXT_FIELDS) if (!isSameText(field, before[field], now[field])) changed.push(field);
  for (const field of PLAIN_FIELDS) if (before[field] !== now[field]) changed.push(field);
  if (!isSameList(before.loginIds, now.loginIds)) changed.push("loginIds");
  if (!isSameList(before.roleNames, now.roleNames)) changed.push("roleNames");
  if (!isSameTenants(before.userTenants, now.userTenants)) changed.push("userTenants");
  const names = new Set([...Object.keys(before.customAttributes), ...Object.keys(now.customAttributes)]);
  for (const name of [...names].sort()) {
    if (!isSameValue(before.customAttributes[name], now.customAttributes[name]))
      changed.push(`customAttributes.${name}`);
  }
  if (!isSameList(before.credentials ?? [], now.credentials ?? [])) changed.push("credentials");
  return changed;
}

/** What a user has of a field that a patch names: what the patch sets, what was there before, or neither. */
export interface PatchedField {
  readonly field: string;
  /** The user has what the patch sets. */
  readonly patched: boolean;
  /** The user has what it had before the patch. */
  readonly before: boolean;
  /** The user has nothing but what it had before or the patch sets: a patch of a list may have been broken off. */
  readonly between: boolean;
}

/** Compares every field that a patch names with what a user has now. */
export function patchedFields(patch: ProjectUserPatch, before: ProjectUser, now: ProjectUser): readonly PatchedField[] {
  const fields: PatchedField[] = [];
  const plain = (field: string, patched: boolean, asBefore: boolean): void => {
    fields.push({ field, patched, before: asBefore, between: patched || asBefore });
  };
  for (const field of TEXT_FIELDS) {
    const value = patch[field];
    if (value === undefined) continue;
    plain(field, isSameText(field, value, now[field]), isSameText(field, before[field], now[field]));
  }
  for (const field of ["verifiedEmail", "verifiedPhone", "status"] as const) {
    if (patch[field] !== undefined) plain(field, patch[field] === now[field], before[field] === now[field]);
  }
  for (const [name, value] of Object.entries(patch.customAttributes ?? {})) {
    const found = now.customAttributes[name];
    plain(
      `customAttributes.${name}`,
      isSameValue(value ?? undefined, found),
      isSameValue(before.customAttributes[name], found),
    );
  }
  const list = (field: string, wanted: readonly string[], had: readonly string[], has: readonly string[]): void => {
    fields.push({
      field,
      patched: isSameList(wanted, has),
      before: isSameList(had, has),
      between: isBetween(wanted, had, has),
    });
  };
  if (patch.additionalLoginIds !== undefined) {
    const folded = (loginIds: readonly string[]): readonly string[] => loginIds.map(foldLoginId);
    const wanted = folded([...(patch.dropsLoginId === true ? [] : [patch.loginId]), ...patch.additionalLoginIds]);
    list("loginIds", wanted, folded(before.loginIds), folded(now.loginIds));
  }
  if (patch.roleNames !== undefined) list("roleNames", patch.roleNames, before.roleNames, now.roleNames);
  if (patch.userTenants !== undefined) {
    const wanted = patch.userTenants;
    list("userTenants", heldIn(wanted), heldIn(before.userTenants), heldIn(now.userTenants));
  }
  return fields;
}

/** Memberships, and the roles in them, as one list. */
function heldIn(tenants: readonly UserTenant[]): readonly string[] {
  return tenants.flatMap(({ tenantId, roleNames }) => [
    JSON.stringify([tenantId]),
    ...roleNames.map((role) => JSON.stringify([tenantId, role])),
  ]);
}

/** Whether a list has everything that both others have, and nothing that neither has. */
function isBetween(wanted: readonly string[], had: readonly string[], has: readonly string[]): boolean {
  const found = new Set(has);
  const either = new Set([...wanted, ...had]);
  return has.every((one) => either.has(one)) && wanted.every((one) => found.has(one) || !had.includes(one));
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  const members = new Set(one);
  return members.size === new Set(other).size && other.every((member) => members.has(member));
}

function isSameTenants(one: readonly UserTenant[], other: readonly UserTenant[]): boolean {
  return isSameList(heldIn(one), heldIn(other));
}
