import type { PlanItem, PlanOperation, UserKind } from "../plan/plan.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { ChainHead, RunEvent, RunRecord } from "../record/event-chain.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { ProjectUser } from "../project/project-user.ts";
import type { Discrepancy, FailureClass, Outcome, OutcomeCounts, Run } from "../run/run.ts";
import type { ControlChange, Heartbeat, RunControl } from "../run/run-control.ts";
import type { RunSample } from "../traffic/run-sample.ts";
import type { PlanSearch, PlanSearchPage, SearchIndexState } from "./plan-search.ts";
import type { SsoLedger } from "./sso-ledger.ts";
import type { ListingToken } from "./user-pool-source.ts";

/** A listing that is being read page by page: the users of a source, the members of a group, the users of the target. */
export interface ListingState {
  /** Where the next page begins; absent before the first page and after the last. */
  readonly next?: ListingToken;
  readonly complete: boolean;
  /** Epoch milliseconds of the last page. */
  readonly at: number;
  /** How many users its pages held so far, where that is counted. */
  readonly users?: number;
}

/** A user of a source, with its groups. */
export interface SourceUser {
  readonly seq: number;
  readonly source: number;
  readonly user: PoolUser;
  /** Names of its groups, sorted. */
  readonly groups: readonly string[];
}

/** What is asked of the target scan about one source user. */
export interface TargetQuery {
  readonly sub: string;
  /** Login IDs as {@link foldLoginId} makes them. */
  readonly loginIds: readonly string[];
}

/** A plan item with the login IDs it wants, as {@link foldLoginId} makes them. */
export interface PlannedItem {
  readonly item: PlanItem;
  readonly loginIds: readonly string[];
}

/** A login ID that several plan items want. */
export interface SharedLoginId {
  readonly loginId: string;
  readonly seqs: readonly number[];
}

/** A batch that was about to be sent, or was sent, when the process ended. */
export interface OpenBatch {
  readonly id: number;
  readonly seqs: readonly number[];
}

/** Which scan of the target: the one a plan was made on, or the one a reconcile reads back. */
export type TargetScan = "plan" | "reconcile";

/** A plan item with what became of it. */
export interface AppliedItem {
  readonly item: PlanItem;
  readonly outcome?: Outcome;
}

/** What a project was last brought to for one source user: the plan item that settled it, and what became of it. */
export interface SettledUser extends AppliedItem {
  /** Absent when the user is gone from the pool, or its outcome was taken back; `undecided` for items that say so. */
  readonly contentHash?: string;
}

/** A source user, named by its pool's place in a run. */
export interface SourceKey {
  readonly source: number;
  readonly sub: string;
}

/** A user who did something in its pool that a reading may not know of yet. */
export interface TouchedUser {
  readonly userPoolId: string;
  readonly sub: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A user whose password the project has since it signed in. */
export interface CapturedUser {
  readonly userPoolId: string;
  readonly sub: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How many users of a pool the project got the passwords of, for the first time, on one day. */
export interface CapturedDay {
  readonly userPoolId: string;
  /** Days since the epoch, in UTC. */
  readonly day: number;
  readonly users: number;
}

/** How many password checks of one pool ended alike on one day. */
export interface VerdictCount {
  /** `-` where no pool was asked. */
  readonly userPoolId: string;
  /** Days since the epoch, in UTC. */
  readonly day: number;
  readonly verdict: string;
  readonly reason: string;
  readonly count: number;
}

/** What became of one user, with its `sub`. */
export interface UserOutcome extends Outcome {
  readonly sub: string;
}

/** An event with its number: later events of a run have higher ones. */
export interface NumberedEvent {
  readonly no: number;
  readonly event: RunEvent;
}

/** Which events of a run are wanted: those after a number, the oldest of them first, or those before one. */
export type EventRange = { readonly after: number } | { readonly before: number };

/** A discrepancy with its number in the run, from 1. */
export interface NumberedDiscrepancy {
  readonly no: number;
  readonly discrepancy: Discrepancy;
}

/** Which failed users are meant; what is left out leaves nobody out. */
export interface FailureFilter {
  readonly classes?: readonly FailureClass[] | undefined;
  /** Numbers of users in the run. */
  readonly seqs?: readonly number[] | undefined;
}

/**
 * Where runs, plans, checkpoints and outcomes live.
 *
 * Every method is one transaction: after a crash its effect is there in whole or not at all. What a resolved promise
 * stands for survives a crash of the process. Lists are given in pages so that memory stays flat.
 *
 * Faults are thrown as {@link MigrationError}s: `ERR_STORE_FULL`, `ERR_STORE_READ_ONLY`, `ERR_STORE_LOCKED`,
 * `ERR_STORE_CORRUPT`, `ERR_STORE_NEWER`, `ERR_STORE_UNREADABLE`.
 */
export interface StateStore extends SsoLedger, AsyncDisposable {
  /** @param event - What goes on record of it, in the same transaction. */
  createRun(run: Run, event?: RunEvent): Promise<void>;
  readRun(id: string): Promise<Run | undefined>;
  /** Newest first, by the order in which they were created: the clock may have been set back meanwhile. */
  listRuns(): Promise<readonly Run[]>;
  /** @param event - What goes on record of it, in the same transaction. */
  updateRun(id: string, change: Partial<Omit<Run, "id">>, event?: RunEvent): Promise<void>;
  /**
   * Removes what earlier runs read (source users, memberships, target users); their plans and outcomes stay, and so does by what
   * users whom a plan leaves out are found. That is written down before, and makes no difference if the rest does not follow.
   */
  forgetScans(exceptRunId: string): Promise<void>;

  putPool(runId: string, source: number, pool: PoolSnapshot): Promise<void>;
  /** The pools of a run, in the order of its sources. */
  readPools(runId: string): Promise<readonly PoolSnapshot[]>;

  /** State of one listing of a run: `users:0`, `members:0:admins`, `target:plan`. */
  readListing(runId: string, listing: string): Promise<ListingState | undefined>;
  /** Appends a page of source users and the listing's new state. A user that is read again replaces what was read before. */
  appendSourceUsers(
    runId: string,
    source: number,
    users: readonly PoolUser[],
    listing: string,
    state: ListingState,
  ): Promise<void>;
  /** Appends a page of a group's members and the listing's new state. The same member may come twice. */
  appendMembers(
    runId: string,
    source: number,
    group: string,
    subs: readonly string[],
    listing: string,
    state: ListingState,
  ): Promise<void>;
  /** Forgets what a listing of source users or members has read, so that it starts again. */
  resetListing(runId: string, source: number, listing: string, group?: string): Promise<void>;
  /** Makes what was read ready for questions: indexes, and one row per `sub`. Call once all listings are complete. */
  finishReading(runId: string): Promise<void>;
  countSourceUsers(runId: string): Promise<number>;
  /** Source users with their groups, by ascending `seq`. */
  readSourceUsers(runId: string, afterSeq: number, limit: number): Promise<readonly SourceUser[]>;
  readSourceUsersBySeq(runId: string, seqs: readonly number[]): Promise<readonly SourceUser[]>;
  readSourceUserBySub(runId: string, sub: string): Promise<SourceUser | undefined>;

  /** Starts a scan of the target afresh. */
  beginTargetScan(runId: string, scan: TargetScan): Promise<void>;
  /** Appends a page of the target's users. `subAttribute` names the custom attribute that holds the Cognito `sub`. */
  appendTargetUsers(
    runId: string,
    scan: TargetScan,
    users: readonly ProjectUser[],
    subAttribute: string,
  ): Promise<void>;
  /** Makes the scan ready for questions. */
  finishTargetScan(runId: string, scan: TargetScan): Promise<void>;
  /** How many different users the scan holds. */
  countTargetUsers(runId: string, scan: TargetScan): Promise<number>;
  /** For each query, the target users with that `sub` or any of those login IDs, each once. */
  matchTargetUsers(
    runId: string,
    scan: TargetScan,
    queries: readonly TargetQuery[],
  ): Promise<readonly (readonly ProjectUser[])[]>;

  /** Forgets a plan that is being made. */
  resetPlan(runId: string): Promise<void>;
  appendPlanItems(runId: string, items: readonly PlannedItem[]): Promise<void>;
  /** Replaces items by `seq`. */
  replacePlanItems(runId: string, items: readonly PlannedItem[]): Promise<void>;
  /** Login IDs that more than one item wants, in ascending order after `after`. */
  readSharedLoginIds(runId: string, after: string, limit: number): Promise<readonly SharedLoginId[]>;
  readPlanItems(
    runId: string,
    afterSeq: number,
    limit: number,
    operations?: readonly PlanOperation[],
  ): Promise<readonly PlanItem[]>;
  readPlanItemsBySeq(runId: string, seqs: readonly number[]): Promise<readonly PlanItem[]>;
  /** Plan items that have no outcome and are in no open batch, by ascending `seq`. */
  readPendingItems(runId: string, afterSeq: number, limit: number): Promise<readonly PlanItem[]>;
  /** Plan items with their outcomes, by ascending `seq`. */
  readAppliedItems(runId: string, afterSeq: number, limit: number): Promise<readonly AppliedItem[]>;
  /** Outcomes with the `sub` of their users, by ascending `seq`. */
  readOutcomes(runId: string, afterSeq: number, limit: number): Promise<readonly UserOutcome[]>;
  /** Items of one kind whose users are in the target, by ascending `seq`. */
  readAppliedItemsOfKind(runId: string, kind: UserKind, limit: number): Promise<readonly AppliedItem[]>;

  /**
   * Takes the next part of a run's items into the index that searches go by: some thousands, so that nobody else waits long. Call
   * until it is complete. Nothing is indexed before the run has a plan.
   *
   * Several processes may do so at a time. Items that are replaced later are found all the same.
   */
  indexPlan(runId: string): Promise<SearchIndexState>;
  /** How far the index of a run has come. */
  readSearchIndex(runId: string): Promise<SearchIndexState>;
  /**
   * Plan items that fit a search, with their outcomes, by ascending `seq` after a `seq`. Without any condition every item fits; that
   * needs no index.
   *
   * @param limit - Items that are given at most, at least 1.
   */
  searchPlanItems(runId: string, search: PlanSearch, after: number, limit: number): Promise<PlanSearchPage>;

  /** Writes down that a batch is about to be sent. Returns its id. */
  openBatch(runId: string, seqs: readonly number[]): Promise<number>;
  /** Closes a batch with the outcomes of its users. A user of the batch without an outcome is pending again. */
  closeBatch(runId: string, batchId: number, outcomes: readonly Outcome[]): Promise<void>;
  readOpenBatches(runId: string): Promise<readonly OpenBatch[]>;
  recordOutcomes(runId: string, outcomes: readonly Outcome[]): Promise<void>;
  countOutcomes(runId: string): Promise<OutcomeCounts>;
  /** Failed users by class, with how many. */
  countFailures(runId: string): Promise<Readonly<Record<string, number>>>;

  /** Failed users, of one class or of all, by ascending `seq`. Takes no longer where millions of others did not fail. */
  readFailedItems(
    runId: string,
    afterSeq: number,
    limit: number,
    failure?: FailureClass,
  ): Promise<readonly AppliedItem[]>;
  /** Makes failed users pending again. Returns how many. */
  reopenFailures(runId: string, filter?: FailureFilter): Promise<number>;
  /** Removes a run with everything that it read, planned and did. */
  removeRun(runId: string): Promise<void>;

  // The baseline: what the runs of a project settled, user by user. A failed user keeps what it had before, and so does one that a rollback skips. Questions are
  // asked for the project and the pools of a run.

  /** Takes what all runs of the run's project settled into the baseline. Call before the questions below. */
  foldBaseline(runId: string): Promise<void>;
  /** How many users of a source the baseline has, without those that are gone. */
  countBaseline(runId: string, source: number): Promise<number>;
  /** For each `sub`, the hash of what it was last settled with; undefined for users that never were, and for those that are gone. */
  readBaselineHashes(runId: string, source: number, subs: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** For each `sub`, how it was last settled. */
  readBaselineUsers(
    runId: string,
    source: number,
    subs: readonly string[],
  ): Promise<readonly (SettledUser | undefined)[]>;
  /** The users of a source in the baseline, those that are gone as well, in an order of its own, after a `sub` of it. */
  readBaseline(
    runId: string,
    source: number,
    after: string | undefined,
    limit: number,
  ): Promise<readonly SettledUser[]>;
  /** Users of a source that the baseline has and the run has not read, in an order of its own, after a `sub` of it. */
  readGoneUsers(
    runId: string,
    source: number,
    after: string | undefined,
    limit: number,
  ): Promise<readonly SettledUser[]>;
  /** Users of the run's pools that wanted any of these login IDs, folded, when they were last settled. */
  readBaselineClaimants(runId: string, loginIds: readonly string[]): Promise<readonly SourceKey[]>;
  /** For each item of a run, how its user was settled by the runs before; undefined when none of them did. */
  readSettledBefore(runId: string, seqs: readonly number[]): Promise<readonly (SettledUser | undefined)[]>;
  /** The numbers of source users in the run; undefined for those that it has not read. */
  findSourceUsers(runId: string, keys: readonly SourceKey[]): Promise<readonly (number | undefined)[]>;

  /** Notes that a user of a pool did something. Of a user that is noted already, the later time counts. */
  touchUser(projectId: string, userPoolId: string, sub: string, at: number): Promise<void>;
  /** Users that were noted for a project, those noted longest ago first. */
  readTouchedUsers(projectId: string, limit: number): Promise<readonly TouchedUser[]>;
  /** Forgets users that were looked at; those that did something after the given time stay. */
  clearTouchedUsers(projectId: string, users: readonly TouchedUser[]): Promise<void>;

  /**
   * Notes users whose passwords were captured, and adds to the counts of verdicts. Of a user that is noted already, the earlier time
   * counts.
   */
  recordCaptures(projectId: string, users: readonly CapturedUser[], verdicts: readonly VerdictCount[]): Promise<void>;
  /** Captured users by day and pool, in that order. */
  countCaptured(projectId: string): Promise<readonly CapturedDay[]>;
  /** Verdicts by day, pool, verdict and reason, in that order. */
  countVerdicts(projectId: string): Promise<readonly VerdictCount[]>;
  /** For each `sub` of a pool, when its password was captured; undefined for those that were not. */
  findCaptured(
    projectId: string,
    userPoolId: string,
    subs: readonly string[],
  ): Promise<readonly (number | undefined)[]>;

  resetDiscrepancies(runId: string): Promise<void>;
  appendDiscrepancies(runId: string, discrepancies: readonly Discrepancy[]): Promise<void>;
  /** Discrepancies in the order they were found, from the `offset`-th on. */
  readDiscrepancies(runId: string, offset: number, limit: number): Promise<readonly Discrepancy[]>;
  /** Discrepancies with a number above `after`, in one field or in all, in the order they were found. */
  findDiscrepancies(
    runId: string,
    after: number,
    limit: number,
    field?: string,
  ): Promise<readonly NumberedDiscrepancy[]>;

  /** Puts an event at the end of the run's chain, whoever else appends at the same time. Gives the new end. */
  appendEvent(runId: string, event: RunEvent): Promise<ChainHead>;
  /** All events of a run, in the order in which they were appended. */
  readEvents(runId: string): Promise<readonly RunEvent[]>;
  /** The same with their places in the chain, and the end of the chain as it is kept beside them. */
  readRecord(runId: string): Promise<RunRecord>;
  /** The events of a range that are nearest to its number, the oldest of them first. */
  readEventRange(runId: string, range: EventRange, limit: number): Promise<readonly NumberedEvent[]>;

  /** What the operator wants of a run; {@link NO_CONTROL} where nothing was ever said. */
  readControl(runId: string): Promise<RunControl>;
  /** Changes what the operator wants, as {@link changeControl} does it, and gives the result. */
  changeControl(runId: string, change: ControlChange): Promise<RunControl>;
  /** Keeps the newest sign of life of a process, by its `worker`. */
  putHeartbeat(runId: string, heartbeat: Heartbeat): Promise<void>;
  /** The newest sign of life of every process that worked on a run, the newest of them first. */
  readHeartbeats(runId: string): Promise<readonly Heartbeat[]>;
  /**
   * Adds a sample to those of a run. One of a stretch that there is a sample of is merged into it; beyond
   * {@link MAX_SAMPLES} all are thinned.
   */
  addSample(runId: string, sample: RunSample): Promise<void>;
  /** The samples of a run of which the stretch begins at a time or later, the oldest first. */
  readSamples(runId: string, from: number): Promise<readonly RunSample[]>;

  /** Removes everything of every run, and gives the space back. */
  purge(): Promise<void>;
}
