import { isTrue, validEmail } from "../mapping/contact.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";

/**
 * What only one user of the plan can have. `login-id`: a login ID. `person`: a verified email address, where there are
 * several pools. `project-user`: a user of the project that stands for users of several pools.
 */
export type Claim = "project-user" | "person" | "login-id";

// A folded login ID is trimmed, so that nothing with a blank before it is one. In the store's order these come first, and
// users are made one before login IDs are given away.
const PERSON = " ";
const PROJECT_USER = "  ";

/** Everything that a user claims, in the form in which the store compares it. */
export function claimsOf(
  user: PoolUser,
  planned: NewProjectUser,
  existing: ProjectUser | undefined,
  severalPools: boolean,
): readonly string[] {
  const email = severalPools ? verifiedEmailOf(user, planned) : undefined;
  const joined = existing?.customAttributes[OWN_ATTRIBUTES.subs] !== undefined;
  return [
    ...plannedLoginIds(planned),
    ...(email === undefined ? [] : [PERSON + email]),
    ...(joined && existing !== undefined ? [claimOfProjectUser(existing.userId)] : []),
  ];
}

/** The claim to be part of a user of the project. */
export function claimOfProjectUser(userId: string): string {
  return PROJECT_USER + userId;
}

/** What a claim is of. */
export function kindOfClaim(claim: string): Claim {
  if (claim.startsWith(PROJECT_USER)) return "project-user";
  return claim.startsWith(PERSON) ? "person" : "login-id";
}

/** The planned email address, folded, where Cognito has verified this very one. */
export function verifiedEmailOf(user: PoolUser, planned: NewProjectUser): string | undefined {
  const own = validEmail(user.attributes["email"]);
  if (planned.email === undefined || own === undefined || !isTrue(user.attributes["email_verified"])) return undefined;
  const email = foldLoginId(planned.email);
  return planned.verifiedEmail && email === foldLoginId(own) ? email : undefined;
}
