import { foldLoginId } from "../mapping/fold-login-id.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch, UserTenant } from "../project/project-user.ts";

/** The fields of a user that are plain text. */
export const TEXT_FIELDS = ["email", "phone", "name", "givenName", "middleName", "familyName", "picture"] as const;

type TextField = (typeof TEXT_FIELDS)[number];
type Patch = { -readonly [K in keyof ProjectUserPatch]: ProjectUserPatch[K] };

/**
 * The changes that give an existing user what is planned, or undefined when there are none.
 *
 * By itself a patch adds and corrects; it takes nothing away that the project gave: no role, no tenant, no login ID, no
 * verified flag, and it enables nobody.
 *
 * @param settled - What an earlier run planned for the user and wrote. Then only what the pool changed since is changed, and what
 * it took away is taken away where the project still has it as it was written; what somebody changed in the project stays.
 */
export function patchFor(
  planned: NewProjectUser,
  existing: ProjectUser,
  settled?: NewProjectUser,
): ProjectUserPatch | undefined {
  const patch: Patch = { loginId: existing.loginIds[0] ?? planned.loginId };
  for (const field of TEXT_FIELDS) patchText(patch, field, planned[field], existing[field], settled?.[field]);
  patchContact(patch, "email", "verifiedEmail", { planned, existing, settled });
  patchContact(patch, "phone", "verifiedPhone", { planned, existing, settled });
  const status = statusFor(planned, existing, settled);
  if (status !== undefined) patch.status = status;
  patchAttributes(patch, planned, existing, settled);
  patchLoginIds(patch, planned, existing, settled);
  patchTenants(patch, planned, existing, settled);
  patchRoles(patch, planned, existing, settled);
  return Object.keys(patch).length > 1 ? patch : undefined;
}

function patchText(
  patch: Patch,
  field: TextField,
  planned: string | undefined,
  existing: string,
  settled: string | undefined,
): void {
  if (planned !== undefined) {
    if (planned !== settled && !isSameText(field, planned, existing)) patch[field] = planned;
  } else if (settled !== undefined && settled !== "" && isSameText(field, settled, existing)) {
    patch[field] = "";
  }
}

interface Sides {
  readonly planned: NewProjectUser;
  readonly existing: ProjectUser;
  readonly settled: NewProjectUser | undefined;
}

/** A changed address or number is as verified as the pool says; an unchanged one keeps what the project knows. */
function patchContact(
  patch: Patch,
  field: "email" | "phone",
  flag: "verifiedEmail" | "verifiedPhone",
  { planned, existing, settled }: Sides,
): void {
  const verified = planned[flag];
  const changed = patch[field] !== undefined;
  const gained = verified && !existing[flag] && !(settled?.[flag] === true && settled[field] === planned[field]);
  const lost = !verified && existing[flag] && settled?.[flag] === true && planned[field] !== undefined;
  if (!changed && !gained && !lost) return;
  patch[flag] = verified;
  if (planned[field] !== undefined) patch[field] = planned[field];
}

/** The status to set. Whoever is disabled in the project is enabled only where an earlier run disabled it for the pool. */
function statusFor(
  planned: NewProjectUser,
  existing: ProjectUser,
  settled: NewProjectUser | undefined,
): NewProjectUser["status"] | undefined {
  if (planned.status === settled?.status) return undefined;
  if (planned.status === "disabled") return existing.status === "disabled" ? undefined : "disabled";
  return settled !== undefined && existing.status === settled.status ? planned.status : undefined;
}

function patchAttributes(
  patch: Patch,
  planned: NewProjectUser,
  existing: ProjectUser,
  settled: NewProjectUser | undefined,
): void {
  const changes: [string, NonNullable<Patch["customAttributes"]>[string]][] = [];
  for (const [name, value] of Object.entries(planned.customAttributes)) {
    if (name === OWN_ATTRIBUTES.freshlyMigrated || isSameValue(value, existing.customAttributes[name])) continue;
    if (settled !== undefined && isSameValue(value, settled.customAttributes[name])) continue;
    changes.push([name, value]);
  }
  for (const [name, value] of Object.entries(settled?.customAttributes ?? {})) {
    if (Object.hasOwn(planned.customAttributes, name) || name === OWN_ATTRIBUTES.freshlyMigrated) continue;
    if (isSameValue(value, existing.customAttributes[name])) changes.push([name, null]);
  }
  if (changes.length > 0) patch.customAttributes = Object.fromEntries(changes);
}

function patchLoginIds(
  patch: Patch,
  planned: NewProjectUser,
  existing: ProjectUser,
  settled: NewProjectUser | undefined,
): void {
  const wanted = [planned.loginId, ...planned.additionalLoginIds];
  const wantedIds = new Set(wanted.map(foldLoginId));
  const taken = new Set(
    settled === undefined
      ? []
      : [settled.loginId, ...settled.additionalLoginIds].map(foldLoginId).filter((id) => !wantedIds.has(id)),
  );
  const kept = existing.loginIds.filter((id) => !taken.has(foldLoginId(id)));
  const known = new Set(existing.loginIds.map(foldLoginId));
  const before = new Set(
    settled === undefined ? [] : [settled.loginId, ...settled.additionalLoginIds].map(foldLoginId),
  );
  // One that an earlier run wrote and that is not there any more was taken off in the project.
  const missing = wanted.filter((id) => !known.has(foldLoginId(id)) && !before.has(foldLoginId(id)));
  if (missing.length === 0 && kept.length === existing.loginIds.length) return;
  // The whole list, so that it means the same whether the project adds to its list or replaces it.
  const after = [...kept, ...missing];
  if (after.length === 0) return;
  const [first] = kept;
  if (first !== undefined) {
    patch.loginId = first;
    patch.additionalLoginIds = after.slice(1);
  } else {
    patch.additionalLoginIds = after;
    patch.dropsLoginId = true;
  }
}

function patchRoles(
  patch: Patch,
  planned: NewProjectUser,
  existing: ProjectUser,
  settled: NewProjectUser | undefined,
): void {
  // The management API takes roles or tenants, not both.
  if (planned.userTenants.length > 0 && (settled?.roleNames.length ?? 0) === 0) return;
  const roles = changedRoles(planned.roleNames, existing.roleNames, settled?.roleNames);
  if (roles !== undefined) patch.roleNames = roles;
}

function patchTenants(
  patch: Patch,
  planned: NewProjectUser,
  existing: ProjectUser,
  settled: NewProjectUser | undefined,
): void {
  const before = rolesByTenant(settled?.userTenants ?? []);
  const after = new Map(existing.userTenants.map(({ tenantId, roleNames }) => [tenantId, roleNames]));
  let changed = false;
  const wanted = rolesByTenant(planned.userTenants);
  for (const [tenantId, roleNames] of wanted) {
    const held = after.get(tenantId);
    // A tenant that an earlier run put the user in, and that somebody took it out of, stays so.
    if (held === undefined && before.has(tenantId)) continue;
    const roles = changedRoles(roleNames, held ?? [], before.get(tenantId));
    if (held !== undefined && roles === undefined) continue;
    after.set(tenantId, roles ?? [...roleNames].sort());
    changed = true;
  }
  for (const tenantId of before.keys()) if (!wanted.has(tenantId)) changed = after.delete(tenantId) || changed;
  if (changed) patch.userTenants = [...after].map(([tenantId, roleNames]) => ({ tenantId, roleNames }));
}

function rolesByTenant(tenants: readonly UserTenant[]): ReadonlyMap<string, readonly string[]> {
  return new Map(tenants.map(({ tenantId, roleNames }) => [tenantId, roleNames]));
}

/** The roles held afterwards, sorted, or undefined when they are those held now. */
function changedRoles(
  planned: readonly string[],
  held: readonly string[],
  settled: readonly string[] = [],
): readonly string[] | undefined {
  const lost = new Set(settled.filter((role) => !planned.includes(role)));
  const kept = held.filter((role) => !lost.has(role));
  const gained = planned.filter((role) => !held.includes(role) && !settled.includes(role));
  return gained.length === 0 && kept.length === held.length ? undefined : [...kept, ...gained].sort();
}

/** Whether two texts of a field are equal. Whether a project keeps the case of an address is documented nowhere. */
export function isSameText(field: TextField, a: string, b: string): boolean {
  return a === b || (field === "email" && foldLoginId(a) === foldLoginId(b));
}

/** Whether two attribute values are equal; lists by their members in order. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b));
}
