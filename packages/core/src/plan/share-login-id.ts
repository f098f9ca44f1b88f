import { foldLoginId } from "../mapping/fold-login-id.ts";
import { isTrue } from "../mapping/contact.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { type MappingRules, OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { UserFinding } from "../findings/finding.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { NewProjectUser, UserTenant } from "../project/project-user.ts";
import type { UserKind } from "./plan.ts";
import { withoutLoginIds } from "./decide.ts";

/** A user that wants a login ID which others want too. */
export interface LoginIdClaimant {
  readonly seq: number;
  readonly kind: UserKind;
  readonly user: PoolUser;
  readonly planned: NewProjectUser;
  /** The user is left out whatever it gets here: somebody in the project is in its way. */
  readonly leftOut?: boolean;
}

/** What becomes of a claimant. Whoever is not in the answer is as before. */
export type ClaimResult =
  | { readonly seq: number; readonly planned: NewProjectUser; readonly finding: UserFinding }
  | { readonly seq: number; readonly leftOut: string; readonly finding: UserFinding }
  | { readonly seq: number; readonly mergedInto: LoginIdClaimant; readonly finding: UserFinding };

/**
 * Decides who gets a login ID that several users want.
 *
 * The one with the strongest claim keeps it: a verified address or number before a username, that before what nobody
 * verified; who is imported before who is left out; who can sign in before who is locked; native before federated; then the older one. The others are merged
 * into it, keep their other login IDs, or are left out, by policy.
 */
export function shareLoginId(
  loginId: string,
  claimants: readonly LoginIdClaimant[],
  policy: MappingRules["duplicates"],
): readonly ClaimResult[] {
  const [winner, ...losers] = [...claimants].sort((a, b) => compareClaims(loginId, a, b));
  if (winner === undefined || losers.length === 0) return [];
  let merged = winner.planned;
  const results: ClaimResult[] = [];
  for (const loser of losers) {
    // Who is left out as it is gains nothing by losing: without the login ID it would be decided about anew.
    if (winner.leftOut === true && loser.leftOut === true) continue;
    if (policy === "merge" && canMerge(loginId, winner, loser)) {
      merged = mergeInto(merged, loser.planned);
      results.push({
        seq: loser.seq,
        mergedInto: winner,
        finding: { rule: "user-merged", subject: loser.kind },
      });
      continue;
    }
    const finding: UserFinding = { rule: "login-id-shared", subject: loser.kind };
    const left = policy === "skip" ? undefined : withoutLoginIds(loser.planned, [{ loginIds: [loginId] }]);
    results.push(
      left === undefined
        ? { seq: loser.seq, leftOut: "another user of the pool has the login ID", finding }
        : { seq: loser.seq, planned: left, finding },
    );
  }
  if (merged !== winner.planned) {
    results.push({
      seq: winner.seq,
      planned: merged,
      finding: { rule: "login-id-shared", subject: "kept" },
    });
  }
  return results;
}

function compareClaims(loginId: string, a: LoginIdClaimant, b: LoginIdClaimant): number {
  return (
    proofOf(loginId, b) - proofOf(loginId, a) ||
    Number(a.leftOut ?? false) - Number(b.leftOut ?? false) ||
    Number(isLocked(a)) - Number(isLocked(b)) ||
    Number(a.kind === "federated") - Number(b.kind === "federated") ||
    a.user.createdAt - b.user.createdAt ||
    (a.user.sub < b.user.sub ? -1 : 1)
  );
}

/** How well the login ID is proven to be the user's: 2 verified by Cognito, 1 its own username, 0 not at all. */
function proofOf(loginId: string, { planned, user }: LoginIdClaimant): 0 | 1 | 2 {
  if (planned.email !== undefined && foldLoginId(planned.email) === loginId) {
    return isTrue(user.attributes["email_verified"]) ? 2 : 0;
  }
  if (planned.phone !== undefined && foldLoginId(planned.phone) === loginId) {
    return isTrue(user.attributes["phone_number_verified"]) ? 2 : 0;
  }
  return foldLoginId(user.username) === loginId ? 1 : 0;
}

function isLocked({ planned, user }: LoginIdClaimant): boolean {
  return !user.enabled || planned.status === "disabled";
}

/** Only into who is imported, only what both verified, only across a federated and another user, and never across a lock. */
function canMerge(loginId: string, winner: LoginIdClaimant, loser: LoginIdClaimant): boolean {
  return (
    loser.kind === "federated" &&
    winner.leftOut !== true &&
    [winner, loser].every((claimant) => proofOf(loginId, claimant) === 2 && !isLocked(claimant))
  );
}

/** One user with the rights and login IDs of both; where both say something, the first is right. */
function mergeInto(planned: NewProjectUser, other: NewProjectUser): NewProjectUser {
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
    userTenants: [...tenants].map(([tenantId, roles]) => ({
      tenantId,
      roleNames: [...new Set([...everywhere, ...roles])].sort(),
    })),
  };
}

function joinLists(a: string, b: string): string {
  try {
    return JSON.stringify([...(JSON.parse(a) as readonly unknown[]), ...(JSON.parse(b) as readonly unknown[])]);
  } catch {
    return a;
  }
}
