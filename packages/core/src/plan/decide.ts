import { foldLoginId } from "../mapping/fold-login-id.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { type MappingRules, OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { UserFinding } from "../findings/finding.ts";
import type { FindingRule } from "../findings/rules.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch, UserTenant } from "../project/project-user.ts";
import type { PlanOperation } from "./plan.ts";

/** What is to be done to one user, seen against the users that the target has. */
export interface Decision {
  readonly operation: PlanOperation;
  readonly reason: string;
  /** The planned user, without the login IDs that belong to somebody else. */
  readonly planned?: NewProjectUser;
  readonly patch?: ProjectUserPatch;
  readonly existing?: ProjectUser;
  readonly findings: readonly UserFinding[];
}

/** The rules of the findings that a decision makes: they fall with it when the user is decided about again. */
export const DECISION_RULES: ReadonlySet<FindingRule> = new Set([
  "user-exists",
  "user-exists-unproven",
  "user-enabled-only-in-cognito",
  "login-id-taken",
]);

/**
 * Decides the operation for a planned user.
 *
 * @param matches - Target users with the same `sub` or with any of the planned login IDs.
 */
export function decide(
  planned: NewProjectUser,
  matches: readonly ProjectUser[],
  rules: Pick<MappingRules, "existing">,
): Decision {
  if (matches.length === 0) return { operation: "create", reason: "not in the project", planned, findings: [] };
  const sub = planned.customAttributes[OWN_ATTRIBUTES.sub];
  const ours =
    sub === undefined ? undefined : matches.find((user) => user.customAttributes[OWN_ATTRIBUTES.sub] === sub);
  if (ours !== undefined) return decideOurs(planned, ours, matches);

  // Login IDs of other migrated users are never taken over, but the user may have others left.
  const others = matches.filter((user) => user.customAttributes[OWN_ATTRIBUTES.sub] !== undefined);
  const wanted = withoutLoginIds(planned, others);
  if (wanted === undefined) return everyIdTaken();
  const findings: readonly UserFinding[] = wanted === planned ? [] : [{ rule: "login-id-taken" }];
  const known = new Set(plannedLoginIds(wanted));
  const strangers = matches.filter((user) => !others.includes(user) && hasAny(user, known));
  const [stranger] = strangers;
  if (stranger === undefined) return { operation: "create", reason: "not in the project", planned: wanted, findings };
  if (strangers.length === 1) {
    const decision = decideStranger(wanted, stranger, rules.existing);
    return { ...decision, findings: [...findings, ...decision.findings] };
  }
  // Several people, of whom no more than one can be the same person.
  const left = withoutLoginIds(wanted, strangers);
  return left === undefined
    ? everyIdTaken()
    : { operation: "create", reason: "not in the project", planned: left, findings: [{ rule: "login-id-taken" }] };
}

function everyIdTaken(): Decision {
  return {
    operation: "skip",
    reason: "every login ID belongs to another user of the project",
    findings: [{ rule: "login-id-taken" }],
  };
}

function hasAny(user: ProjectUser, foldedLoginIds: ReadonlySet<string>): boolean {
  return user.loginIds.some((id) => foldedLoginIds.has(foldLoginId(id)));
}

/** The target user carries this user's `sub`: it was migrated before. */
function decideOurs(planned: NewProjectUser, existing: ProjectUser, matches: readonly ProjectUser[]): Decision {
  const others = matches.filter((user) => user.userId !== existing.userId);
  const findings: UserFinding[] = [];
  let wanted = planned;
  if (others.length > 0) {
    findings.push({ rule: "login-id-taken" });
    // The user's present login IDs are its own, whatever was planned.
    const [loginId = planned.loginId, ...additionalLoginIds] = existing.loginIds;
    wanted = withoutLoginIds(planned, others) ?? { ...planned, loginId, additionalLoginIds };
  }
  if (wanted.status !== "disabled" && existing.status === "disabled") {
    findings.push({ rule: "user-enabled-only-in-cognito" });
  }
  return { ...patchOrNone(wanted, existing), findings };
}

/** The target user was not migrated: perhaps the same person who signed up there, perhaps somebody else. */
function decideStranger(planned: NewProjectUser, existing: ProjectUser, policy: MappingRules["existing"]): Decision {
  if (policy === "skip" || (policy === "patch-verified" && !isProvenSame(planned, existing))) {
    return {
      operation: "skip",
      reason: "a login ID belongs to a project user that is not proven to be the same person",
      findings: [{ rule: "user-exists-unproven" }],
    };
  }
  return { ...patchOrNone(planned, existing), findings: [{ rule: "user-exists" }] };
}

/** A verified address or number that both hold proves that one person owns both. */
function isProvenSame(planned: NewProjectUser, existing: ProjectUser): boolean {
  const email =
    planned.email !== undefined &&
    planned.verifiedEmail &&
    existing.verifiedEmail &&
    foldLoginId(planned.email) === foldLoginId(existing.email);
  const phone =
    planned.phone !== undefined && planned.verifiedPhone && existing.verifiedPhone && planned.phone === existing.phone;
  return email || phone;
}

function patchOrNone(
  planned: NewProjectUser,
  existing: ProjectUser,
): Pick<Decision, "operation" | "reason" | "planned" | "patch" | "existing"> {
  const patch = patchFor(planned, existing);
  if (patch === undefined) {
    return { operation: "none", reason: "in the project, nothing to change", planned, existing };
  }
  const fields = Object.keys(patch).filter((key) => key !== "loginId");
  return {
    operation: "patch",
    reason: `in the project, differs in ${fields.join(", ")}`,
    planned,
    patch,
    existing,
  };
}

/** The fields of a user that are plain text. */
export const TEXT_FIELDS = ["email", "phone", "name", "givenName", "middleName", "familyName", "picture"] as const;

/**
 * The changes that give an existing user what is planned, or undefined when there are none.
 *
 * A patch adds and corrects; it takes nothing away that the project gave: no role, no tenant, no login ID, no verified
 * flag, and it enables nobody.
 */
export function patchFor(planned: NewProjectUser, existing: ProjectUser): ProjectUserPatch | undefined {
  const patch: { -readonly [K in keyof ProjectUserPatch]: ProjectUserPatch[K] } = {
    loginId: existing.loginIds[0] ?? planned.loginId,
  };
  for (const field of TEXT_FIELDS) {
    const value = planned[field];
    if (value !== undefined && !isSameText(field, value, existing[field])) patch[field] = value;
  }
  // A changed address is as verified as the pool says; an unchanged one keeps what the project knows.
  if (patch.email !== undefined || (planned.verifiedEmail && !existing.verifiedEmail)) {
    patch.verifiedEmail = planned.verifiedEmail;
    if (planned.email !== undefined) patch.email = planned.email;
  }
  if (patch.phone !== undefined || (planned.verifiedPhone && !existing.verifiedPhone)) {
    patch.verifiedPhone = planned.verifiedPhone;
    if (planned.phone !== undefined) patch.phone = planned.phone;
  }
  if (planned.status === "disabled" && existing.status !== "disabled") patch.status = "disabled";

  const attributes = Object.entries(planned.customAttributes).filter(
    ([name, value]) => name !== OWN_ATTRIBUTES.freshlyMigrated && !isSameValue(value, existing.customAttributes[name]),
  );
  if (attributes.length > 0) patch.customAttributes = Object.fromEntries(attributes);

  const known = new Set(existing.loginIds.map(foldLoginId));
  const missing = [planned.loginId, ...planned.additionalLoginIds].filter((id) => !known.has(foldLoginId(id)));
  // The whole list, so that it means the same whether the project adds to its list or replaces it.
  if (missing.length > 0) patch.additionalLoginIds = [...existing.loginIds.slice(1), ...missing];

  if (planned.userTenants.length > 0) {
    const tenants = unionTenants(existing.userTenants, planned.userTenants);
    if (tenants !== undefined) patch.userTenants = tenants;
  } else {
    const roles = planned.roleNames.filter((role) => !existing.roleNames.includes(role));
    if (roles.length > 0) patch.roleNames = [...existing.roleNames, ...roles].sort();
  }
  return Object.keys(patch).length > 1 ? patch : undefined;
}

/** Whether two texts of a field are equal. Whether a project keeps the case of an address is documented nowhere. */
export function isSameText(field: (typeof TEXT_FIELDS)[number], a: string, b: string): boolean {
  return a === b || (field === "email" && foldLoginId(a) === foldLoginId(b));
}

/** Whether two attribute values are equal; lists by their members in order. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b));
}

/** Both lists in one, or undefined when the first holds everything already. */
function unionTenants(
  existing: readonly UserTenant[],
  planned: readonly UserTenant[],
): readonly UserTenant[] | undefined {
  const tenants = new Map(existing.map(({ tenantId, roleNames }) => [tenantId, new Set(roleNames)]));
  let changed = false;
  for (const { tenantId, roleNames } of planned) {
    let roles = tenants.get(tenantId);
    if (roles === undefined) {
      tenants.set(tenantId, (roles = new Set()));
      changed = true;
    }
    for (const role of roleNames) {
      if (!roles.has(role)) changed = true;
      roles.add(role);
    }
  }
  if (!changed) return undefined;
  return [...tenants].map(([tenantId, roles]) => ({ tenantId, roleNames: [...roles].sort() }));
}

/** The planned user without the login IDs that `owners` have; undefined when none is left. */
export function withoutLoginIds(
  planned: NewProjectUser,
  owners: readonly Pick<ProjectUser, "loginIds">[],
): NewProjectUser | undefined {
  const taken = new Set(owners.flatMap((owner) => owner.loginIds.map(foldLoginId)));
  if (!plannedLoginIds(planned).some((id) => taken.has(id))) return planned;
  const [loginId, ...additionalLoginIds] = [planned.loginId, ...planned.additionalLoginIds].filter(
    (id) => !taken.has(foldLoginId(id)),
  );
  return loginId === undefined ? undefined : { ...planned, loginId, additionalLoginIds };
}
