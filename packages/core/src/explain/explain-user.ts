import { createFindings } from "../findings/findings.ts";
import type { UserFinding } from "../findings/finding.ts";
import { OWN_ATTRIBUTES, type MappingRules } from "../mapping/rules.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import { mapGroups, nameRoles } from "../mapping/group-mapping.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { ProjectUser } from "../project/project-user.ts";
import type { SourceUser, StateStore, TargetScan } from "../ports/state-store.ts";
import type { RunEvent } from "../record/event-chain.ts";
import type { Outcome, Run } from "../run/run.ts";
import { comparedFields, type ComparedField } from "./compared-fields.ts";

/** What a group of a user's pool gives it. */
export interface GroupOfUser {
  readonly name: string;
  readonly role?: string;
  readonly tenant?: string;
}

/** Another user of the run, by its `sub`, and its number where it is known. */
export interface OtherUser {
  readonly sub: string;
  readonly seq?: number;
}

/** A user of the project that holds a login ID which the user wants. */
export interface UserInTheWay {
  readonly userId: string;
  /** The login IDs that both want. */
  readonly loginIds: readonly string[];
  /** Of the user that it was migrated from, where it was. */
  readonly sub?: string;
}

/** What another run planned and did about the same user. */
export interface UserInRun {
  readonly run: string;
  readonly runKind: Run["kind"];
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly seq: number;
  readonly operation: PlanItem["operation"];
  readonly reason: string;
  readonly outcome?: Outcome;
}

/** Everything that is known of one user of a run. It is full of personal data. */
export interface UserExplanation {
  readonly run: Pick<Run, "id" | "kind" | "state" | "startedAt" | "projectId">;
  readonly userPoolId: string;
  readonly item: PlanItem;
  readonly outcome?: Outcome;
  /** The user as the pool had it; absent when it is gone, or what was read is forgotten. */
  readonly source?: PoolUser;
  readonly groups: readonly GroupOfUser[];
  /** The user as the project has it. */
  readonly target?: ProjectUser;
  /** When the project was asked: for the plan, by a reconcile, or now. */
  readonly targetAsOf?: TargetScan | "now";
  readonly fields: readonly ComparedField[];
  readonly findings: readonly UserFinding[];
  readonly mergedInto?: OtherUser;
  readonly merged: readonly OtherUser[];
  readonly inTheWay: readonly UserInTheWay[];
  /** Epoch milliseconds; absent when the project did not get the user's password at a first sign-in. */
  readonly passwordCapturedAt?: number;
  /** Other runs of the same project, newest first. */
  readonly history: readonly UserInRun[];
  /** Runs whose plans are not indexed, so that the user may be in them. */
  readonly unsearchedRuns: readonly string[];
  /** Events of the run that are about the user. */
  readonly events: readonly RunEvent[];
}

/** What a user is explained with. */
export interface ExplainOptions {
  /** The rules that the plan was made with, for what each group gives; left out when they have changed since. */
  readonly rules?: MappingRules | undefined;
  /** The tenants of the sources, in their order. */
  readonly tenants?: readonly (string | undefined)[] | undefined;
  /** Asks the project itself for its user. @defaultValue what was read for the plan or by a reconcile */
  readonly askTarget?: ((item: PlanItem, outcome: Outcome | undefined) => Promise<ProjectUser | undefined>) | undefined;
}

const MOST_RUNS = 50;
const MOST_OTHERS = 20;

/**
 * Tells one user's whole story: what the pool has, what the rules made of it and why, what the project has, and what became
 * of it in every run.
 *
 * @returns undefined when the run's plan has no such user.
 */
export async function explainUser(
  store: StateStore,
  run: Run,
  seq: number,
  { rules, tenants = [], askTarget }: ExplainOptions = {},
): Promise<UserExplanation | undefined> {
  const [item] = await store.readPlanItemsBySeq(run.id, [seq]);
  if (item === undefined) return undefined;
  const outcome = await outcomeOf(store, run.id, seq);
  const source = await sourceUserOf(store, run.id, item);
  const asked = askTarget === undefined ? undefined : { asOf: "now" as const, user: await askTarget(item, outcome) };
  const target = asked ?? (await scannedUser(store, run, item));
  const { userPoolIds } = run;
  const userPoolId = userPoolIds[item.source] ?? "";
  const [capturedAt] = await store.findCaptured(run.projectId, userPoolId, [item.sub]);
  const { history, unsearchedRuns } = await historyOf(store, run, item);
  const others = async (subs: readonly string[]): Promise<readonly OtherUser[]> =>
    Promise.all(subs.slice(0, MOST_OTHERS).map((sub) => otherUser(store, run.id, sub)));
  const [mergedInto] = item.mergedInto === undefined ? [] : await others([item.mergedInto]);
  return {
    run: pick(run),
    userPoolId,
    item,
    ...(outcome === undefined ? {} : { outcome }),
    ...(source === undefined ? {} : { source: source.user }),
    groups: await groupsOf(store, run, source, { rules, tenants }),
    ...(target.user === undefined ? {} : { target: target.user }),
    ...(target.asOf === undefined ? {} : { targetAsOf: target.asOf }),
    fields: comparedFields(item, source?.user, target.user),
    findings: item.findings,
    ...(mergedInto === undefined ? {} : { mergedInto }),
    merged: await others(item.mergedSubs ?? []),
    inTheWay: await usersInTheWay(store, run.id, item),
    ...(capturedAt === undefined ? {} : { passwordCapturedAt: capturedAt }),
    history,
    unsearchedRuns,
    events: (await store.readEvents(run.id)).filter(({ data }) => data["seq"] === seq),
  };
}

function pick({ id, kind, state, startedAt, projectId }: Run): UserExplanation["run"] {
  return { id, kind, state, startedAt, projectId };
}

async function outcomeOf(store: StateStore, runId: string, seq: number): Promise<Outcome | undefined> {
  const [applied] = await store.readAppliedItems(runId, seq - 1, 1);
  return applied?.item.seq === seq ? applied.outcome : undefined;
}

async function sourceUserOf(store: StateStore, runId: string, item: PlanItem): Promise<SourceUser | undefined> {
  const users = await unlessForgotten(() => store.readSourceUsersBySeq(runId, [item.seq]));
  return users?.find(({ user }) => user.sub === item.sub);
}

/** What the store gives, or nothing: it refuses to answer about what was never read to its end, or is forgotten. */
async function unlessForgotten<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface FoundTarget {
  readonly asOf?: TargetScan;
  readonly user?: ProjectUser | undefined;
}

async function scannedUser(store: StateStore, run: Run, item: PlanItem): Promise<FoundTarget> {
  if (run.reconcile !== undefined) {
    const [matches] = (await matchesOf(store, run.id, "reconcile", item)) ?? [];
    const user = matches?.find(({ customAttributes }) => customAttributes[OWN_ATTRIBUTES.sub] === item.sub);
    if (user !== undefined) return { asOf: "reconcile", user };
  }
  return item.existing === undefined ? {} : { asOf: "plan", user: item.existing };
}

function matchesOf(
  store: StateStore,
  runId: string,
  scan: TargetScan,
  item: PlanItem,
): Promise<readonly (readonly ProjectUser[])[] | undefined> {
  const loginIds = (item.wantedLoginIds ?? loginIdsOf(item)).map(foldLoginId);
  return unlessForgotten(() => store.matchTargetUsers(runId, scan, [{ sub: item.sub, loginIds }]));
}

function loginIdsOf({ planned }: PlanItem): readonly string[] {
  return planned === undefined ? [] : [planned.loginId, ...planned.additionalLoginIds];
}

async function usersInTheWay(store: StateStore, runId: string, item: PlanItem): Promise<readonly UserInTheWay[]> {
  const [matches = []] = (await matchesOf(store, runId, "plan", item)) ?? [];
  const wanted = new Set((item.wantedLoginIds ?? loginIdsOf(item)).map(foldLoginId));
  return matches
    .filter(({ userId }) => userId !== item.existing?.userId)
    .slice(0, MOST_OTHERS)
    .flatMap(({ userId, loginIds, customAttributes }) => {
      const shared = loginIds.filter((loginId) => wanted.has(foldLoginId(loginId)));
      const sub = customAttributes[OWN_ATTRIBUTES.sub];
      if (shared.length === 0 || sub === item.sub) return [];
      return [{ userId, loginIds: shared, ...(typeof sub === "string" ? { sub } : {}) }];
    });
}

async function groupsOf(
  store: StateStore,
  run: Run,
  source: SourceUser | undefined,
  { rules, tenants = [] }: Pick<ExplainOptions, "rules" | "tenants">,
): Promise<readonly GroupOfUser[]> {
  if (source === undefined || source.groups.length === 0) return [];
  if (rules === undefined) return source.groups.map((name) => ({ name }));
  const pools = await store.readPools(run.id);
  const pool = pools[source.source];
  if (pool === undefined) return source.groups.map((name) => ({ name }));
  const { effects } = mapGroups(pool, rules, createFindings(), {
    names: nameRoles(pools, rules),
    tenant: tenants[source.source],
  });
  return source.groups.map((name) => ({ name, ...effects.get(name) }));
}

async function otherUser(store: StateStore, runId: string, sub: string): Promise<OtherUser> {
  const item = await itemOfSub(store, runId, sub);
  return item === undefined ? { sub } : { sub, seq: item.item.seq };
}

async function itemOfSub(
  store: StateStore,
  runId: string,
  sub: string,
): Promise<{ readonly item: PlanItem; readonly outcome?: Outcome } | undefined> {
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: Awaited<ReturnType<StateStore["searchPlanItems"]>> = await store.searchPlanItems(
      runId,
      { text: sub, match: "exact" },
      after,
      MOST_OTHERS,
    );
    const found = page.items.find(({ item }) => item.sub === sub);
    if (found !== undefined || page.waits) return found;
    after = page.next;
  }
  return undefined;
}

async function historyOf(
  store: StateStore,
  run: Run,
  { sub, source }: PlanItem,
): Promise<Pick<UserExplanation, "history" | "unsearchedRuns">> {
  const pool = run.userPoolIds[source] ?? "";
  const runs = (await store.listRuns()).filter(
    ({ id, projectId, userPoolIds, plan }) =>
      id !== run.id && projectId === run.projectId && userPoolIds.includes(pool) && plan !== undefined,
  );
  const history: UserInRun[] = [];
  const unsearchedRuns: string[] = [];
  for (const other of runs.slice(0, MOST_RUNS)) {
    if (!(await store.readSearchIndex(other.id)).complete) {
      unsearchedRuns.push(other.id);
      continue;
    }
    const found = await itemOfSub(store, other.id, sub);
    if (found === undefined) continue;
    const { seq, operation, reason } = found.item;
    history.push({
      run: other.id,
      runKind: other.kind,
      startedAt: other.startedAt,
      seq,
      operation,
      reason,
      ...(found.outcome === undefined ? {} : { outcome: found.outcome }),
    });
  }
  return { history, unsearchedRuns: [...unsearchedRuns, ...runs.slice(MOST_RUNS).map(({ id }) => id)] };
}
