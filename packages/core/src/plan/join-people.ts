import { isTrue } from "../mapping/contact.ts";
import { type MappingRules, OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { UserFinding } from "../findings/finding.ts";
import type { NewProjectUser } from "../project/project-user.ts";
import { verifiedEmailOf } from "./claims.ts";
import { canHaveRolesOfBoth, differingValues, mergeUsers } from "./merge-users.ts";
import { type Claimant, type ClaimResult, compareClaims, isLocked } from "./share-login-id.ts";

/** What becomes of the users of one person. */
export interface PersonDecision {
  readonly results: readonly ClaimResult[];
  /** What to say about users that stay as they are. */
  readonly notes: readonly UserFinding[];
}

/** What decides, beside the users themselves. */
export interface PersonPolicy extends Pick<MappingRules, "samePerson" | "duplicates"> {
  /** `userPoolId`s in the order of the sources. */
  readonly pools: readonly string[];
}

const NOTHING: PersonDecision = { results: [], notes: [] };

/**
 * Decides whether users of different pools with one verified email address become one user.
 *
 * They do by the policy `verified-email` only; then each pool gives one user, which must not be locked. Values are those
 * of the source that comes first; tenants and roles are added up. The user that the project knows already keeps its
 * `sub`, else that of the first source does.
 */
export function joinPeople(email: string, claimants: readonly Claimant[], policy: PersonPolicy): PersonDecision {
  if (new Set(claimants.map(({ source }) => source)).size < 2) return NOTHING;
  // Where nobody is imported there is nothing to decide.
  if (claimants.every(({ leftOut }) => leftOut === true)) return NOTHING;
  const { pools, samePerson, duplicates } = policy;
  if (samePerson === "ask") {
    return {
      results: [],
      notes: claimants.map(({ source }) => ({ rule: "user-in-several-pools", subject: pools[source] ?? "" })),
    };
  }
  const keptApart = (of: readonly Claimant[], why: string): readonly UserFinding[] =>
    of.map(() => ({ rule: "user-kept-apart", subject: why }));
  if (samePerson === "never") return { results: [], notes: keptApart(claimants, "by mapping.samePerson") };

  const open = claimants.filter((claimant) => !isLocked(claimant));
  const notes: UserFinding[] = [...keptApart(claimants.filter(isLocked), "disabled in one of the pools")];
  const ofEachPool: Claimant[] = [];
  const twins = new Map<Claimant, readonly Claimant[]>();
  for (const source of new Set(open.map((claimant) => claimant.source))) {
    const [first, ...others] = open
      .filter((claimant) => claimant.source === source)
      .sort((a, b) => compareClaims(email, a, b));
    // An address that several people of one pool share does not say which of them is meant.
    if (others.length > 0 && (duplicates !== "merge" || others.some(({ kind }) => kind !== "federated"))) {
      return { results: [], notes: [...notes, ...keptApart(open, "several users of one pool have the address")] };
    }
    if (first === undefined) continue;
    ofEachPool.push(first);
    twins.set(first, others);
  }
  const [winner, ...others] = ofEachPool.sort(compareIdentity);
  if (winner === undefined || winner.leftOut === true) return { results: [], notes };
  if (others.length === 0) return { results: [], notes };
  const joined: Claimant[] = [winner];
  for (const other of others.sort(bySource)) {
    const why = whyApart(joined, other);
    if (why === undefined) joined.push(other);
    else notes.push(...keptApart([other], why));
  }
  if (joined.length === 1) return { results: [], notes };
  // Federated twins follow the user of their pool: there is nobody left there whom they could become part of.
  for (const twin of joined.flatMap((claimant) => twins.get(claimant) ?? []).sort(bySource)) {
    if (whyApart(joined, twin) === undefined) joined.push(twin);
  }
  return { results: joinInto(winner, joined, [], pools), notes };
}

/** Users that are one user of the project already stay one, whatever the policy says now. */
export function keepJoined(claimants: readonly Claimant[], pools: readonly string[]): readonly ClaimResult[] {
  const [winner, ...others] = [...claimants].sort(
    (a, b) => Number(isLocked(a)) - Number(isLocked(b)) || compareIdentity(a, b),
  );
  if (winner === undefined || others.length === 0) return [];
  const joined: Claimant[] = [winner];
  const parted: { readonly claimant: Claimant; readonly why: string }[] = [];
  for (const claimant of others.sort(bySource)) {
    const why =
      isLocked(claimant) && !isLocked(winner)
        ? "disabled in one of the pools"
        : sharesProof(winner, claimant)
          ? whyApart(joined, claimant)
          : "no verified address or number in common any more";
    if (why === undefined) joined.push(claimant);
    else parted.push({ claimant, why });
  }
  return joinInto(winner, joined, parted, pools);
}

function joinInto(
  winner: Claimant,
  joined: readonly Claimant[],
  parted: readonly { readonly claimant: Claimant; readonly why: string }[],
  pools: readonly string[],
): readonly ClaimResult[] {
  if (joined.length + parted.length < 2) return [];
  const [first, ...rest] = [...joined].sort(bySource);
  let planned: NewProjectUser = first?.planned ?? winner.planned;
  const differing = new Set<string>();
  for (const { planned: other } of rest) {
    for (const name of differingValues(planned, other)) differing.add(name);
    planned = mergeUsers(planned, other);
  }
  const isIdentity = ([name]: readonly [string, unknown]): boolean =>
    name === OWN_ATTRIBUTES.sub || name === OWN_ATTRIBUTES.username;
  const values = Object.entries(planned.customAttributes).filter((entry) => !isIdentity(entry));
  const identity = Object.entries(winner.planned.customAttributes).filter(isIdentity);
  return [
    {
      seq: winner.seq,
      planned: { ...planned, customAttributes: Object.fromEntries([...identity, ...values]) },
      findings: [...differing].map((name) => ({ rule: "merged-values-differ", subject: name })),
    },
    ...joined
      .filter((claimant) => claimant !== winner)
      .map(({ seq, source }): ClaimResult => ({
        seq,
        mergedInto: winner,
        reason: "one person with a user of another pool: the same verified email address",
        findings: [{ rule: "user-merged", subject: pools[source] ?? "" }],
      })),
    ...parted.map(({ claimant: { seq }, why }): ClaimResult => ({
      seq,
      mergedInto: winner,
      reason: "one user of the project with a user of another pool, which it gives nothing any more",
      findings: [{ rule: "user-of-one-pool-only", subject: why }],
    })),
  ];
}

function whyApart(joined: readonly Claimant[], other: Claimant): string | undefined {
  const users = new Set([...joined, other].flatMap(({ existing }) => existing?.userId ?? []));
  if (users.size > 1) return "two users in the project already";
  if (joined.every(({ planned }) => canHaveRolesOfBoth(planned, other.planned))) return undefined;
  return "roles of the project in one pool, of a tenant in another";
}

/** Whose `sub` is the key: whoever is the key in the project, is in the project, is imported, comes first. */
function compareIdentity(a: Claimant, b: Claimant): number {
  return (
    rankInProject(a) - rankInProject(b) || Number(a.leftOut ?? false) - Number(b.leftOut ?? false) || bySource(a, b)
  );
}

function rankInProject({ existing, user }: Claimant): number {
  if (existing === undefined) return 2;
  return existing.customAttributes[OWN_ATTRIBUTES.sub] === user.sub ? 0 : 1;
}

function bySource(a: Claimant, b: Claimant): number {
  return (
    a.source - b.source ||
    Number(a.kind === "federated") - Number(b.kind === "federated") ||
    (a.user.sub < b.user.sub ? -1 : 1)
  );
}

function sharesProof(a: Claimant, b: Claimant): boolean {
  const [emailA, emailB] = [a, b].map(({ user, planned }) => verifiedEmailOf(user, planned));
  const [phoneA, phoneB] = [a, b].map(({ user, planned }) =>
    planned.verifiedPhone && isTrue(user.attributes["phone_number_verified"]) ? planned.phone : undefined,
  );
  return (emailA !== undefined && emailA === emailB) || (phoneA !== undefined && phoneA === phoneB);
}
