import { type MappedUser, mapUser, plannedLoginIds, type SourceMapping } from "../mapping/map-user.ts";
import { claimsOf } from "../plan/claims.ts";
import { decide, type Decision, type DecisionHistory } from "../plan/decide.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { Digest } from "../ports/digest.ts";
import type { PlannedItem, SourceUser } from "../ports/state-store.ts";
import type { ProjectUser } from "../project/project-user.ts";
import type { PlanTally } from "./plan-tally.ts";
import type { PlanHistory } from "./plan-history.ts";
import type { RunContext } from "./run-context.ts";

/** A source user with what it maps to, before anybody else is looked at. */
export interface MappedRow {
  readonly row: SourceUser;
  readonly mapped: MappedUser;
  /** The login IDs that the user wants, folded. */
  readonly loginIds: readonly string[];
  /** The same, and what else only one user can have; see {@link claimsOf}. */
  readonly claims: readonly string[];
  /** Changes when the user or its groups change in a way that matters. */
  readonly contentHash: string;
}

/** Maps users by the mapping of their source. */
export function mapRows(
  mappings: readonly SourceMapping[],
  rows: readonly SourceUser[],
  digest: Digest,
): readonly MappedRow[] {
  return rows.flatMap((row) => {
    const mapping = mappings[row.source];
    if (mapping === undefined) return [];
    const mapped = mapUser(mapping, row.user, row.groups);
    const content = "planned" in mapped ? mapped.planned : mapped.leftOut;
    return [
      {
        row,
        mapped,
        loginIds: "planned" in mapped ? plannedLoginIds(mapped.planned) : [],
        claims: "planned" in mapped ? claimsOf(row.user, mapped.planned, undefined, mappings.length > 1) : [],
        contentHash: digest.sha256(JSON.stringify(content)),
      },
    ];
  });
}

/** Whether somebody in the project is in the way of what a user wants. */
export function isUndecided({ operation, findings }: Decision): boolean {
  return operation === "skip" || findings.some(({ rule }) => rule === "login-id-taken");
}

/** Decides about users, seen against the target as it was scanned, and adds them to the plan. */
export async function planRows(
  context: RunContext,
  rows: readonly MappedRow[],
  history: PlanHistory,
  tally: PlanTally,
): Promise<readonly PlanItem[]> {
  const { runId, store, rules } = context;
  const matches = await store.matchTargetUsers(
    runId,
    "plan",
    rows.map(({ row, loginIds }) => ({ sub: row.user.sub, loginIds })),
  );
  const known = await history.of(
    rows.map(({ row }) => ({ source: row.source, sub: row.user.sub })),
    matches,
  );
  const severalPools = context.sources.length > 1;
  const items = rows.map((row, index) => planRow(row, matches[index] ?? [], rules, known[index], severalPools));
  await store.appendPlanItems(runId, items);
  for (const { item } of items) tally.add(item);
  return items.map(({ item }) => item);
}

/** Decides about one user, seen against the target users that have its `sub` or any of its login IDs, and nobody else. */
export function planRow(
  { row, mapped, contentHash }: MappedRow,
  matches: readonly ProjectUser[],
  rules: Pick<MappingRules, "existing">,
  known: DecisionHistory | undefined,
  severalPools: boolean,
): PlannedItem {
  const base = { seq: row.seq, source: row.source, sub: row.user.sub, kind: mapped.kind };
  if (!("planned" in mapped)) {
    const { leftOut, findings } = mapped;
    return { item: { ...base, operation: "skip", reason: leftOut, findings, contentHash }, loginIds: [] };
  }
  const decision = decide(mapped.planned, matches, rules, known);
  // What the user wants is compared among all users, also what the decision took away.
  const claims = claimsOf(row.user, mapped.planned, decision.existing, severalPools);
  return {
    loginIds: claims,
    item: {
      ...base,
      ...decision,
      planned: decision.planned ?? mapped.planned,
      findings: [...mapped.findings, ...decision.findings],
      contentHash,
      ...(isUndecided(decision) ? { undecided: true } : {}),
      ...(decision.operation === "skip" || decision.planned !== mapped.planned || severalPools
        ? { wantedLoginIds: claims }
        : {}),
      ...(known?.createdByUs === true ? { ours: true } : {}),
    },
  };
}
