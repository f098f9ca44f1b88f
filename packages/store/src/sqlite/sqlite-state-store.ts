import type {
  AppliedItem,
  CapturedDay,
  CapturedUser,
  ChainHead,
  ControlChange,
  Discrepancy,
  EventRange,
  FailureClass,
  FailureFilter,
  Heartbeat,
  ListingState,
  NumberedDiscrepancy,
  NumberedEvent,
  OpenBatch,
  Outcome,
  OutcomeCounts,
  PlanItem,
  PlannedItem,
  PlanSearch,
  PlanSearchPage,
  PlanOperation,
  PoolSnapshot,
  PoolUser,
  ProjectUser,
  Run,
  RunControl,
  RunEvent,
  RunRecord,
  RunSample,
  SettledUser,
  SearchIndexState,
  SharedLoginId,
  SourceKey,
  SourceUser,
  SsoPlan,
  SsoRecord,
  StateStore,
  TargetQuery,
  TargetScan,
  TouchedUser,
  UserKind,
  UserOutcome,
  VerdictCount,
} from "@cognito-to-descope/core";
import * as baseline from "./baseline.ts";
import { foldBaseline } from "./baseline-folding.ts";
import * as batches from "./batches.ts";
import * as capturedUsers from "./captured-users.ts";
import { indexNextBlock, readIndexState } from "../search/index-plan.ts";
import { keepValues } from "../search/keep-values.ts";
import { searchOrList } from "../search/search-plan.ts";
import type { Database } from "./database.ts";
import * as events from "./events.ts";
import { assertReadingFinished, finishReading, reopenReading } from "./finish-reading.ts";
import * as forget from "./forget.ts";
import { GroupNames } from "./group-names.ts";
import * as listings from "./listings.ts";
import * as members from "./members.ts";
import * as outcomes from "./outcomes.ts";
import * as planItems from "./plan-items.ts";
import { forgetIndex, searchTables } from "./plan-search.ts";
import * as records from "./records.ts";
import * as runControl from "./run-control.ts";
import * as runs from "./runs.ts";
import * as samples from "./samples.ts";
import * as sourceUsers from "./source-users.ts";
import * as ssoRecords from "./sso-records.ts";
import * as targetUsers from "./target-users.ts";
import * as touchedUsers from "./touched-users.ts";
import * as wantedLoginIds from "./wanted-login-ids.ts";

/**
 * The port on SQLite: each method is one transaction around what the tables' own modules do.
 *
 * SQLite works in the calling thread, so a promise is settled when it is returned. Three calls take long on a large run:
 * `finishReading`, `finishTargetScan`, and the first `readSharedLoginIds` of a plan. `bench/store.ts` measures them.
 *
 * Everything outlives a crash of the process. A batch that is opened outlives a loss of power too, with all that was
 * written before it; so do runs, events and what operators want. The rest can be read, computed or looked up again: a batch whose closing is
 * lost is still open, and its users are looked up. Unknown runs, batches and items are a `RangeError`.
 */
export class SqliteStateStore implements StateStore {
  readonly #database: Database;
  readonly #groupNames = new GroupNames();

  constructor(database: Database) {
    this.#database = database;
  }

  async createRun(run: Run, event?: RunEvent): Promise<void> {
    this.#record((database) => {
      runs.createRun(database, run);
      if (event !== undefined) events.appendEvent(database, run.id, runs.findRun(database, run.id).no, event);
    });
  }

  async readRun(id: string): Promise<Run | undefined> {
    return this.#database.read(() => runs.readRun(this.#database, id));
  }

  async listRuns(): Promise<readonly Run[]> {
    return this.#database.read(() => runs.listRuns(this.#database));
  }

  async updateRun(id: string, change: Partial<Omit<Run, "id">>, event?: RunEvent): Promise<void> {
    this.#record((database) => {
      runs.updateRun(database, id, change);
      if (event !== undefined) events.appendEvent(database, id, runs.findRun(database, id).no, event);
    });
  }

  async forgetScans(exceptRunId: string): Promise<void> {
    for (const { id, plan } of await this.listRuns()) {
      if (id !== exceptRunId && (plan?.counts.skip ?? 0) > 0) await keepValues(searchTables(this.#database, id));
    }
    this.#load(exceptRunId, (database, run) => forget.forgetScans(database, run.no));
  }

  async putPool(runId: string, source: number, pool: PoolSnapshot): Promise<void> {
    this.#load(runId, (database, run) => runs.putPool(database, run.no, source, pool));
  }

  async readPools(runId: string): Promise<readonly PoolSnapshot[]> {
    return this.#ask(runId, (database, run) => runs.readPools(database, run.no));
  }

  async readListing(runId: string, listing: string): Promise<ListingState | undefined> {
    return this.#ask(runId, (database, run) => listings.readListing(database, run.no, listing));
  }

  async appendSourceUsers(
    runId: string,
    source: number,
    users: readonly PoolUser[],
    listing: string,
    state: ListingState,
  ): Promise<void> {
    this.#load(runId, (database, run) => {
      reopenReading(database, run);
      sourceUsers.appendSourceUsers(database, run.no, source, users, listing, state);
    });
  }

  async appendMembers(
    runId: string,
    source: number,
    group: string,
    subs: readonly string[],
    listing: string,
    state: ListingState,
  ): Promise<void> {
    this.#load(runId, (database, run) => {
      reopenReading(database, run);
      members.appendMembers(database, run.no, source, group, subs, listing, state);
    });
  }

  async resetListing(runId: string, _source: number, listing: string, _group?: string): Promise<void> {
    this.#load(runId, (database, run) => {
      reopenReading(database, run);
      listings.resetListing(database, run.no, listing);
    });
  }

  async finishReading(runId: string): Promise<void> {
    this.#load(runId, finishReading);
  }

  async countSourceUsers(runId: string): Promise<number> {
    return this.#ask(runId, (database, run) => sourceUsers.countSourceUsers(database, run.no));
  }

  async readSourceUsers(runId: string, afterSeq: number, limit: number): Promise<readonly SourceUser[]> {
    return this.#askSource(runId, (database, no) =>
      sourceUsers.readSourceUsers(database, this.#groupNames, no, afterSeq, limit),
    );
  }

  async readSourceUsersBySeq(runId: string, seqs: readonly number[]): Promise<readonly SourceUser[]> {
    return this.#askSource(runId, (database, no) =>
      sourceUsers.readSourceUsersBySeq(database, this.#groupNames, no, seqs),
    );
  }

  async readSourceUserBySub(runId: string, sub: string): Promise<SourceUser | undefined> {
    return this.#askSource(runId, (database, no) =>
      sourceUsers.readSourceUserBySub(database, this.#groupNames, no, sub),
    );
  }

  async beginTargetScan(runId: string, scan: TargetScan): Promise<void> {
    this.#load(runId, (database, run) => targetUsers.beginTargetScan(database, run.no, scan));
  }

  async appendTargetUsers(
    runId: string,
    scan: TargetScan,
    users: readonly ProjectUser[],
    subAttribute: string,
  ): Promise<void> {
    this.#load(runId, (database, run) => targetUsers.appendTargetUsers(database, run.no, scan, users, subAttribute));
  }

  async finishTargetScan(runId: string, scan: TargetScan): Promise<void> {
    this.#load(runId, (database, run) => targetUsers.finishTargetScan(database, run.no, scan));
  }

  async countTargetUsers(runId: string, scan: TargetScan): Promise<number> {
    return this.#ask(runId, (database, run) => targetUsers.countTargetUsers(database, run.no, scan));
  }

  async matchTargetUsers(
    runId: string,
    scan: TargetScan,
    queries: readonly TargetQuery[],
  ): Promise<readonly (readonly ProjectUser[])[]> {
    return this.#ask(runId, (database, run) => targetUsers.matchTargetUsers(database, run.no, scan, queries));
  }

  async resetPlan(runId: string): Promise<void> {
    this.#load(runId, (database, run) => {
      forgetIndex(database, run.no);
      planItems.resetPlan(database, run.no);
    });
  }

  async appendPlanItems(runId: string, items: readonly PlannedItem[]): Promise<void> {
    this.#load(runId, (database, run) => {
      wantedLoginIds.unsortLoginIds(database, run);
      planItems.appendPlanItems(database, run.no, items);
    });
  }

  async replacePlanItems(runId: string, items: readonly PlannedItem[]): Promise<void> {
    this.#load(runId, (database, run) => wantedLoginIds.replacePlanItems(database, run, items));
  }

  async readSharedLoginIds(runId: string, after: string, limit: number): Promise<readonly SharedLoginId[]> {
    const sorted = this.#ask(runId, (_, run) => run.loginIdsSorted);
    if (!sorted) this.#load(runId, wantedLoginIds.sortLoginIds);
    return this.#ask(runId, (database, run) => wantedLoginIds.readSharedLoginIds(database, run.no, after, limit));
  }

  async readPlanItems(
    runId: string,
    afterSeq: number,
    limit: number,
    operations?: readonly PlanOperation[],
  ): Promise<readonly PlanItem[]> {
    return this.#ask(runId, (database, run) => planItems.readPlanItems(database, run.no, afterSeq, limit, operations));
  }

  async readPlanItemsBySeq(runId: string, seqs: readonly number[]): Promise<readonly PlanItem[]> {
    return this.#ask(runId, (database, run) => planItems.readPlanItemsBySeq(database, run.no, seqs));
  }

  async readPendingItems(runId: string, afterSeq: number, limit: number): Promise<readonly PlanItem[]> {
    return this.#ask(runId, (database, run) => planItems.readPendingItems(database, run.no, afterSeq, limit));
  }

  async readAppliedItems(runId: string, afterSeq: number, limit: number): Promise<readonly AppliedItem[]> {
    return this.#ask(runId, (database, run) => planItems.readAppliedItems(database, run.no, afterSeq, limit));
  }

  async readOutcomes(runId: string, afterSeq: number, limit: number): Promise<readonly UserOutcome[]> {
    return this.#ask(runId, (database, run) => outcomes.readOutcomes(database, run.no, afterSeq, limit));
  }

  async readAppliedItemsOfKind(runId: string, kind: UserKind, limit: number): Promise<readonly AppliedItem[]> {
    return this.#ask(runId, (database, run) => planItems.readAppliedItemsOfKind(database, run.no, kind, limit));
  }

  indexPlan(runId: string): Promise<SearchIndexState> {
    return indexNextBlock(searchTables(this.#database, runId));
  }

  readSearchIndex(runId: string): Promise<SearchIndexState> {
    return readIndexState(searchTables(this.#database, runId));
  }

  searchPlanItems(runId: string, search: PlanSearch, after: number, limit: number): Promise<PlanSearchPage> {
    return searchOrList(this, searchTables(this.#database, runId), { runId, search, after, limit });
  }

  async openBatch(runId: string, seqs: readonly number[]): Promise<number> {
    return this.#record((database) => batches.openBatch(database, runs.findRun(database, runId).no, seqs));
  }

  async closeBatch(runId: string, batchId: number, results: readonly Outcome[]): Promise<void> {
    this.#load(runId, (database, run) => batches.closeBatch(database, run.no, batchId, results));
  }

  async readOpenBatches(runId: string): Promise<readonly OpenBatch[]> {
    return this.#ask(runId, (database, run) => batches.readOpenBatches(database, run.no));
  }

  async recordOutcomes(runId: string, results: readonly Outcome[]): Promise<void> {
    this.#load(runId, (database, run) => outcomes.recordOutcomes(database, run.no, results));
  }

  async countOutcomes(runId: string): Promise<OutcomeCounts> {
    return this.#ask(runId, (database, run) => outcomes.countOutcomes(database, run.no));
  }

  async countFailures(runId: string): Promise<Readonly<Record<string, number>>> {
    return this.#ask(runId, (database, run) => outcomes.countFailures(database, run.no));
  }

  async readFailedItems(
    runId: string,
    afterSeq: number,
    limit: number,
    failure?: FailureClass,
  ): Promise<readonly AppliedItem[]> {
    return this.#ask(runId, (database, run) => planItems.readFailedItems(database, run.no, afterSeq, limit, failure));
  }

  async reopenFailures(runId: string, filter: FailureFilter = {}): Promise<number> {
    return this.#record((database) => outcomes.reopenFailures(database, runs.findRun(database, runId).no, filter));
  }

  async removeRun(runId: string): Promise<void> {
    this.#record((database) => forget.removeRun(database, runs.findRun(database, runId).no));
  }

  async foldBaseline(runId: string): Promise<void> {
    this.#load(runId, (database, run) => foldBaseline(database, run.no));
  }

  async countBaseline(runId: string, source: number): Promise<number> {
    return this.#ask(runId, (database, run) => baseline.countBaseline(database, run.no, source));
  }

  async readBaselineHashes(
    runId: string,
    source: number,
    subs: readonly string[],
  ): Promise<readonly (string | undefined)[]> {
    return this.#ask(runId, (database, run) => baseline.readBaselineHashes(database, run.no, source, subs));
  }

  async readBaselineUsers(
    runId: string,
    source: number,
    subs: readonly string[],
  ): Promise<readonly (SettledUser | undefined)[]> {
    return this.#ask(runId, (database, run) => baseline.readBaselineUsers(database, run.no, source, subs));
  }

  async readBaseline(
    runId: string,
    source: number,
    after: string | undefined,
    limit: number,
  ): Promise<readonly SettledUser[]> {
    return this.#ask(runId, (database, run) => baseline.readBaseline(database, run.no, source, after, limit));
  }

  async readGoneUsers(
    runId: string,
    source: number,
    after: string | undefined,
    limit: number,
  ): Promise<readonly SettledUser[]> {
    return this.#askSource(runId, (database, no) => baseline.readGoneUsers(database, no, source, after, limit));
  }

  async readBaselineClaimants(runId: string, loginIds: readonly string[]): Promise<readonly SourceKey[]> {
    return this.#ask(runId, (database, run) => baseline.readBaselineClaimants(database, run.no, loginIds));
  }

  async readSettledBefore(runId: string, seqs: readonly number[]): Promise<readonly (SettledUser | undefined)[]> {
    return this.#ask(runId, (database, run) => baseline.readSettledBefore(database, run.no, seqs));
  }

  async findSourceUsers(runId: string, keys: readonly SourceKey[]): Promise<readonly (number | undefined)[]> {
    return this.#askSource(runId, (database, no) => baseline.findSourceUsers(database, no, keys));
  }

  async touchUser(projectId: string, userPoolId: string, sub: string, at: number): Promise<void> {
    this.#database.write("process", () => touchedUsers.touchUser(this.#database, projectId, userPoolId, sub, at));
  }

  async readTouchedUsers(projectId: string, limit: number): Promise<readonly TouchedUser[]> {
    return this.#database.read(() => touchedUsers.readTouchedUsers(this.#database, projectId, limit));
  }

  async clearTouchedUsers(projectId: string, users: readonly TouchedUser[]): Promise<void> {
    this.#database.write("process", () => touchedUsers.clearTouchedUsers(this.#database, projectId, users));
  }

  async recordCaptures(
    projectId: string,
    users: readonly CapturedUser[],
    verdicts: readonly VerdictCount[],
  ): Promise<void> {
    this.#database.write("process", () => capturedUsers.recordCaptures(this.#database, projectId, users, verdicts));
  }

  async countCaptured(projectId: string): Promise<readonly CapturedDay[]> {
    return this.#database.read(() => capturedUsers.countCaptured(this.#database, projectId));
  }

  async countVerdicts(projectId: string): Promise<readonly VerdictCount[]> {
    return this.#database.read(() => capturedUsers.countVerdicts(this.#database, projectId));
  }

  async findCaptured(
    projectId: string,
    userPoolId: string,
    subs: readonly string[],
  ): Promise<readonly (number | undefined)[]> {
    return this.#database.read(() => capturedUsers.findCaptured(this.#database, projectId, userPoolId, subs));
  }

  async resetDiscrepancies(runId: string): Promise<void> {
    this.#load(runId, (database, run) => records.resetDiscrepancies(database, run.no));
  }

  async appendDiscrepancies(runId: string, discrepancies: readonly Discrepancy[]): Promise<void> {
    this.#load(runId, (database, run) => records.appendDiscrepancies(database, run.no, discrepancies));
  }

  async readDiscrepancies(runId: string, offset: number, limit: number): Promise<readonly Discrepancy[]> {
    return this.#ask(runId, (database, run) => records.readDiscrepancies(database, run.no, offset, limit));
  }

  async findDiscrepancies(
    runId: string,
    after: number,
    limit: number,
    field?: string,
  ): Promise<readonly NumberedDiscrepancy[]> {
    return this.#ask(runId, (database, run) => records.findDiscrepancies(database, run.no, after, limit, field));
  }

  async appendEvent(runId: string, event: RunEvent): Promise<ChainHead> {
    return this.#record((database) => events.appendEvent(database, runId, runs.findRun(database, runId).no, event));
  }

  async readEvents(runId: string): Promise<readonly RunEvent[]> {
    return this.#ask(runId, (database, run) => events.readEvents(database, run.no));
  }

  async readRecord(runId: string): Promise<RunRecord> {
    return this.#ask(runId, (database, run) => events.readRecord(database, run.no));
  }

  async readEventRange(runId: string, range: EventRange, limit: number): Promise<readonly NumberedEvent[]> {
    return this.#ask(runId, (database, run) => events.readEventRange(database, run.no, range, limit));
  }

  async readControl(runId: string): Promise<RunControl> {
    return this.#ask(runId, (database, run) => runControl.readControl(database, run.no));
  }

  async changeControl(runId: string, change: ControlChange): Promise<RunControl> {
    return this.#record((database) => runControl.applyChange(database, runs.findRun(database, runId).no, change));
  }

  async putHeartbeat(runId: string, heartbeat: Heartbeat): Promise<void> {
    this.#load(runId, (database, run) => runControl.putHeartbeat(database, run.no, heartbeat));
  }

  async readHeartbeats(runId: string): Promise<readonly Heartbeat[]> {
    return this.#ask(runId, (database, run) => runControl.readHeartbeats(database, run.no));
  }

  async addSample(runId: string, sample: RunSample): Promise<void> {
    this.#load(runId, (database, run) => samples.addSample(database, run.no, sample));
  }

  async readSamples(runId: string, from: number): Promise<readonly RunSample[]> {
    return this.#ask(runId, (database, run) => samples.readSamples(database, run.no, from));
  }

  async readSsoRecords(projectId: string): Promise<readonly SsoRecord[]> {
    return this.#database.read(() => ssoRecords.readSsoRecords(this.#database, projectId));
  }

  async putSsoRecord(projectId: string, record: SsoRecord): Promise<void> {
    this.#record((database) => ssoRecords.putSsoRecord(database, projectId, record));
  }

  async readSsoPlan(projectId: string): Promise<SsoPlan | undefined> {
    return this.#database.read(() => ssoRecords.readSsoPlan(this.#database, projectId));
  }

  async putSsoPlan(projectId: string, plan: SsoPlan | undefined): Promise<void> {
    this.#record((database) => ssoRecords.putSsoPlan(database, projectId, plan));
  }

  async purge(): Promise<void> {
    forget.purge(this.#database);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close();
  }

  #ask<Result>(runId: string, work: (database: Database, run: runs.RunRow) => Result): Result {
    return this.#database.read(() => work(this.#database, runs.findRun(this.#database, runId)));
  }

  #askSource<Result>(runId: string, work: (database: Database, runNo: number) => Result): Result {
    return this.#ask(runId, (database, run) => {
      assertReadingFinished(run);
      return work(database, run.no);
    });
  }

  /** Writes what can be read, computed or looked up again. */
  #load(runId: string, work: (database: Database, run: runs.RunRow) => void): void {
    this.#database.write("process", () => work(this.#database, runs.findRun(this.#database, runId)));
  }

  /** Writes what nobody could tell again. */
  #record<Result>(work: (database: Database) => Result): Result {
    return this.#database.write("power", () => work(this.#database));
  }
}
