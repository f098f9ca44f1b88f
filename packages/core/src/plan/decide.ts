import { subsOf, subsText } from "../mapping/cognito-subs.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { type MappingRules, OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { UserFinding } from "../findings/finding.ts";
import type { FindingRule } from "../findings/rules.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch } from "../project/project-user.ts";
import { patchFor } from "./patch-for.ts";
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

/** What earlier runs know about a user, for a run that follows what changed. */
export interface DecisionHistory {
  /** What the user was last brought to; see {@link patchFor}. */
  readonly settled?: NewProjectUser | undefined;
  /** Whether an earlier run made the user in the target. */
  readonly createdByUs?: boolean;
  /** Whether the user with this `sub` is in the pool no more: then its target user stands for nobody. */
  readonly isGone: (sub: string) => boolean;
  /** What a user that is gone was last brought to. */
  readonly settledOfGone: (sub: string) => NewProjectUser | undefined;
}

const NO_HISTORY: DecisionHistory = { isGone: () => false, settledOfGone: () => undefined };

/**
 * Decides the operation for a planned user.
 *
 * @param matches - Target users with the same `sub` or with any of the planned login IDs.
 */
export function decide(
  planned: NewProjectUser,
  matches: readonly ProjectUser[],
  rules: Pick<MappingRules, "existing">,
  history: DecisionHistory = NO_HISTORY,
): Decision {
  if (matches.length === 0) return { operation: "create", reason: "not in the project", planned, findings: [] };
  const sub = planned.customAttributes[OWN_ATTRIBUTES.sub];
  const ours =
    sub === undefined
      ? undefined
      : (matches.find((user) => user.customAttributes[OWN_ATTRIBUTES.sub] === sub) ??
        // Merged by an earlier run into a user of another pool.
        matches.find((user) => typeof sub === "string" && subsOf(user.customAttributes).includes(sub)));
  if (ours !== undefined) {
    const key = ours.customAttributes[OWN_ATTRIBUTES.sub];
    // Whoever is left of several that were one user has the account for itself, and what the others gave it goes.
    if (key !== sub && typeof key === "string" && history.isGone(key)) {
      return decideOurs(planned, ours, matches, history.settledOfGone(key));
    }
    return decideOurs(withSubsOf(planned, ours), ours, matches, history.settled);
  }

  // Login IDs of other migrated users are never taken over, but the user may have others left.
  const others = matches.filter((user) => {
    const owner = user.customAttributes[OWN_ATTRIBUTES.sub];
    return owner !== undefined && !history.isGone(String(owner));
  });
  const wanted = withoutLoginIds(planned, others);
  if (wanted === undefined) return everyIdTaken();
  const findings: readonly UserFinding[] = wanted === planned ? [] : [{ rule: "login-id-taken" }];
  const known = new Set(plannedLoginIds(wanted));
  const strangers = matches.filter((user) => !others.includes(user) && hasAny(user, known));
  const [stranger] = strangers;
  if (stranger === undefined) return { operation: "create", reason: "not in the project", planned: wanted, findings };
  if (strangers.length === 1) {
    const decision = decideStranger(wanted, stranger, rules.existing, history);
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
function decideOurs(
  planned: NewProjectUser,
  existing: ProjectUser,
  matches: readonly ProjectUser[],
  settled: NewProjectUser | undefined,
): Decision {
  const others = matches.filter((user) => user.userId !== existing.userId);
  const findings: UserFinding[] = [];
  let wanted = planned;
  if (others.length > 0) {
    findings.push({ rule: "login-id-taken" });
    // The user's present login IDs are its own, whatever was planned.
    const [loginId = planned.loginId, ...additionalLoginIds] = existing.loginIds;
    wanted = withoutLoginIds(planned, others) ?? { ...planned, loginId, additionalLoginIds };
  }
  const decided = patchOrNone(wanted, existing, settled);
  if (wanted.status !== "disabled" && existing.status === "disabled" && decided.patch?.status === undefined) {
    findings.push({ rule: "user-enabled-only-in-cognito" });
  }
  return { ...decided, findings };
}

/**
 * A planned user with the identity that the project knows it by: the key of a user that stands for several never changes,
 * and none of its subs is lost.
 */
function withSubsOf(planned: NewProjectUser, { customAttributes: existing }: ProjectUser): NewProjectUser {
  const own = planned.customAttributes;
  const { sub, subs, username } = OWN_ATTRIBUTES;
  const [key, name] = [existing[sub], existing[username]];
  const isOther = key !== undefined && key !== own[sub];
  if (!isOther && own[subs] === undefined) return planned;
  const { [username]: ownName, ...others } = own;
  const shownName = isOther ? name : ownName;
  return {
    ...planned,
    customAttributes: {
      ...others,
      ...(shownName === undefined ? {} : { [username]: shownName }),
      ...(isOther ? { [sub]: key } : {}),
      ...(own[subs] === undefined ? {} : { [subs]: subsText([...subsOf(existing), ...subsOf(own)]) }),
    },
  };
}

/** The target user was not migrated: perhaps the same person who signed up there, perhaps somebody else. */
function decideStranger(
  planned: NewProjectUser,
  existing: ProjectUser,
  policy: MappingRules["existing"],
  history: DecisionHistory,
): Decision {
  if (policy === "skip" || (policy === "patch-verified" && !isProvenSame(planned, existing))) {
    return {
      operation: "skip",
      reason: "a login ID belongs to a project user that is not proven to be the same person",
      findings: [{ rule: "user-exists-unproven" }],
    };
  }
  const owner = existing.customAttributes[OWN_ATTRIBUTES.sub];
  const settled = typeof owner === "string" ? history.settledOfGone(owner) : undefined;
  return { ...patchOrNone(planned, existing, settled), findings: [{ rule: "user-exists" }] };
}

/** A verified address or number that both hold proves that one person owns both. */
export function isProvenSame(planned: NewProjectUser, existing: ProjectUser): boolean {
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
  settled: NewProjectUser | undefined,
): Pick<Decision, "operation" | "reason" | "planned" | "patch" | "existing"> {
  const patch = patchFor(planned, existing, settled);
  if (patch === undefined) {
    return { operation: "none", reason: "in the project, nothing to change", planned, existing };
  }
  const fields = Object.keys(patch).filter((key) => key !== "loginId" && key !== "dropsLoginId");
  return {
    operation: "patch",
    reason: `in the project, differs in ${fields.join(", ")}`,
    planned,
    patch,
    existing,
  };
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
