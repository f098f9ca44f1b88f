import { foldLoginId } from "../mapping/fold-login-id.ts";
import { isTrue } from "../mapping/contact.ts";
import { type MappingRules, OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { UserFinding } from "../findings/finding.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";
import type { UserKind } from "./plan.ts";
import { withoutLoginIds } from "./decide.ts";
import { mergeUsers } from "./merge-users.ts";

/** A user that wants what others want too. */
export interface Claimant {
  readonly seq: number;
  /** Index into the sources of the run. */
  readonly source: number;
  readonly kind: UserKind;
  readonly user: PoolUser;
  readonly planned: NewProjectUser;
  /** The user is left out whatever it gets here: somebody in the project is in its way. */
  readonly leftOut?: boolean;
  /** The user of the project that this one would change. */
  readonly existing?: ProjectUser | undefined;
}

/** What becomes of a claimant. Whoever is not in the answer is as before. */
export type ClaimResult = { readonly seq: number; readonly findings: readonly UserFinding[] } & (
  | { readonly planned: NewProjectUser }
  | { readonly leftOut: string }
  | { readonly mergedInto: Claimant; readonly reason: string }
);

/**
 * Decides who gets a login ID that several users want.
 *
 * The one with the strongest claim keeps it: a verified address or number before a username, that before what nobody
 * verified; who is imported before who is left out; who can sign in before who is locked; who has it in the project; native before federated; the pool that is listed first; then the older one. The others are
 * merged into it, keep their other login IDs, or are left out, by policy.
 */
export function shareLoginId(
  loginId: string,
  claimants: readonly Claimant[],
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
      merged = mergeUsers(merged, loser.planned);
      results.push({
        seq: loser.seq,
        mergedInto: winner,
        reason: "merged into another user with the same verified contact",
        findings: [{ rule: "user-merged", subject: loser.kind }],
      });
      continue;
    }
    const findings: readonly UserFinding[] = [{ rule: "login-id-shared", subject: loser.kind }];
    const left = policy === "skip" ? undefined : withoutLoginIds(loser.planned, [{ loginIds: [loginId] }]);
    results.push(
      left === undefined
        ? { seq: loser.seq, leftOut: `${othersOf(winner, loser)} has the login ID`, findings }
        : { seq: loser.seq, planned: left, findings },
    );
  }
  if (merged !== winner.planned) {
    results.push({
      seq: winner.seq,
      planned: merged,
      findings: [{ rule: "login-id-shared", subject: "kept" }],
    });
  }
  return results;
}

function othersOf(winner: Claimant, loser: Claimant): string {
  return winner.source === loser.source ? "another user of the pool" : "a user of another pool";
}

/** Whose claim to a login ID is stronger: negative when it is `a`'s. */
export function compareClaims(loginId: string, a: Claimant, b: Claimant): number {
  return (
    proofOf(loginId, b) - proofOf(loginId, a) ||
    Number(a.leftOut ?? false) - Number(b.leftOut ?? false) ||
    Number(isLocked(a)) - Number(isLocked(b)) ||
    Number(holds(loginId, b)) - Number(holds(loginId, a)) ||
    Number(a.kind === "federated") - Number(b.kind === "federated") ||
    // The age of users says something within a pool only.
    a.source - b.source ||
    a.user.createdAt - b.user.createdAt ||
    (a.user.sub < b.user.sub ? -1 : 1)
  );
}

/** How well the login ID is proven to be the user's: 2 verified by Cognito, 1 its own username, 0 not at all. */
function proofOf(loginId: string, { planned, user }: Claimant): 0 | 1 | 2 {
  if (planned.email !== undefined && foldLoginId(planned.email) === loginId) {
    return isTrue(user.attributes["email_verified"]) ? 2 : 0;
  }
  if (planned.phone !== undefined && foldLoginId(planned.phone) === loginId) {
    return isTrue(user.attributes["phone_number_verified"]) ? 2 : 0;
  }
  return foldLoginId(user.username) === loginId ? 1 : 0;
}

/** Whether the user was migrated before, to an account of its own. */
function hasAccount({ existing, user }: Claimant): boolean {
  return existing?.customAttributes[OWN_ATTRIBUTES.sub] === user.sub;
}

/** Whether the user has the login ID in the project already. */
function holds(loginId: string, claimant: Claimant): boolean {
  return hasAccount(claimant) && (claimant.existing?.loginIds.some((id) => foldLoginId(id) === loginId) ?? false);
}

/** Whether the user cannot sign in, in Cognito or as it is planned. */
export function isLocked({ planned, user }: Claimant): boolean {
  return !user.enabled || planned.status === "disabled";
}

/**
 * Only within a pool, only into who is imported, only what both verified, only across a federated and another user, and never
 * across a lock. Whoever has an account is not merged away: nothing merges two accounts of a project.
 */
function canMerge(loginId: string, winner: Claimant, loser: Claimant): boolean {
  return (
    loser.source === winner.source &&
    (loser.kind === "federated" || (winner.kind === "federated" && hasAccount(winner))) &&
    !hasAccount(loser) &&
    winner.leftOut !== true &&
    [winner, loser].every((claimant) => proofOf(loginId, claimant) === 2 && !isLocked(claimant))
  );
}
