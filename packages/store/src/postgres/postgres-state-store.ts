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
import { all, type Database, type Statements } from "./database.ts";
import * as events from "./events.ts";
import { assertReadingFinished, finishReading } from "./finish-reading.ts";
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
 * The port on PostgreSQL: each method is one transaction around what the tables' own modules do; most are one statement.
 *
 * Three calls take long on a large run: `finishReading`, `finishTargetScan`, and the first `readSharedLoginIds` of a plan.
 * `bench/store.ts` measures them.
 *
 * Everything outlives a crash of a process on either side. A batch that is opened outlives a loss of the server's power too,
 * with all that was written before it; so do runs, events and what operators want. The rest can be read, computed or looked up again: a batch
 * whose closing is lost is still open, and its users are looked up. Unknown runs, batches and items are a `RangeError`.
 *
 * A call that loses its connection fails with `ERR_STORE_UNREADABLE`, and nobody can tell whether it was carried out; every
 * call can be made again. The next one connects anew.
 */
export class PostgresStateStore implements StateStore {
  readonly #database: Database;
  readonly #schema: string;
  readonly #groupNames = new GroupNames();

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#schema = schema;
  }

  createRun(run: Run, event?: RunEvent): Promise<void> {
    return this.#database.write("power", async (statements) => {
      await runs.createRun(statements, run);
      if (event !== undefined) await events.appendEvent(statements, run.id, event);
    });
  }

  readRun(id: string): Promise<Run | undefined> {
    return runs.readRun(this.#database, id);
  }

  listRuns(): Promise<readonly Run[]> {
    return runs.listRuns(this.#database);
  }

  updateRun(id: string, change: Partial<Omit<Run, "id">>, event?: RunEvent): Promise<void> {
    return this.#database.write("power", async (statements) => {
      await runs.updateRun(statements, id, change);
      if (event !== undefined) await events.appendEvent(statements, id, event);
    });
  }

  async forgetScans(exceptRunId: string): Promise<void> {
    for (const { id, plan } of await this.listRuns()) {
      if (id !== exceptRunId && (plan?.counts.skip ?? 0) > 0) await keepValues(searchTables(this.#database, id));
    }
    await this.#rewrite(exceptRunId, (statements, run) => forget.forgetScans(statements, run.no));
  }

  putPool(runId: string, source: number, pool: PoolSnapshot): Promise<void> {
    return runs.putPool(this.#database, runId, source, pool);
  }

  readPools(runId: string): Promise<readonly PoolSnapshot[]> {
    return this.#ask(runId, (statements) => runs.readPools(statements, runId));
  }

  readListing(runId: string, listing: string): Promise<ListingState | undefined> {
    return listings.readListing(this.#database, runId, listing);
  }

  appendSourceUsers(
    runId: string,
    source: number,
    users: readonly PoolUser[],
    listing: string,
    state: ListingState,
  ): Promise<void> {
    return sourceUsers.appendSourceUsers(this.#database, runId, source, users, listing, state);
  }

  appendMembers(
    runId: string,
    source: number,
    group: string,
    subs: readonly string[],
    listing: string,
    state: ListingState,
  ): Promise<void> {
    return members.appendMembers(this.#database, runId, source, group, subs, listing, state);
  }

  resetListing(runId: string, _source: number, listing: string, _group?: string): Promise<void> {
    return this.#rewrite(runId, async (statements, run) => {
      await statements.run("UPDATE tallies SET reading_finished = false WHERE run = $1", run.no);
      await listings.resetListing(statements, run.no, listing);
    });
  }

  finishReading(runId: string): Promise<void> {
    return this.#rewrite(runId, finishReading);
  }

  countSourceUsers(runId: string): Promise<number> {
    return sourceUsers.countSourceUsers(this.#database, runId);
  }

  readSourceUsers(runId: string, afterSeq: number, limit: number): Promise<readonly SourceUser[]> {
    return this.#askSource(runId, (statements) =>
      sourceUsers.readSourceUsers(statements, this.#groupNames, runId, afterSeq, limit),
    );
  }

  readSourceUsersBySeq(runId: string, seqs: readonly number[]): Promise<readonly SourceUser[]> {
    return this.#askSource(runId, (statements) =>
      sourceUsers.readSourceUsersBySeq(statements, this.#groupNames, runId, seqs),
    );
  }

  readSourceUserBySub(runId: string, sub: string): Promise<SourceUser | undefined> {
    return this.#askSource(runId, (statements) =>
      sourceUsers.readSourceUserBySub(statements, this.#groupNames, runId, sub),
    );
  }

  beginTargetScan(runId: string, scan: TargetScan): Promise<void> {
    return this.#rewrite(runId, (statements, run) => targetUsers.beginTargetScan(statements, run.no, scan));
  }

  appendTargetUsers(
    runId: string,
    scan: TargetScan,
    users: readonly ProjectUser[],
    subAttribute: string,
  ): Promise<void> {
    return targetUsers.appendTargetUsers(this.#database, runId, scan, users, subAttribute);
  }

  async finishTargetScan(runId: string, scan: TargetScan): Promise<void> {
    await this.#database.write(
      "process",
      async (statements) => {
        await targetUsers.finishTargetScan(statements, await targetUsers.findScan(statements, runId, scan, true));
      },
      { slow: true },
    );
  }

  countTargetUsers(runId: string, scan: TargetScan): Promise<number> {
    return targetUsers.countTargetUsers(this.#database, runId, scan);
  }

  matchTargetUsers(
    runId: string,
    scan: TargetScan,
    queries: readonly TargetQuery[],
  ): Promise<readonly (readonly ProjectUser[])[]> {
    return this.#database.read((statements) => targetUsers.matchTargetUsers(statements, runId, scan, queries));
  }

  resetPlan(runId: string): Promise<void> {
    return this.#rewrite(runId, async (statements, run) => {
      await forgetIndex(statements, run.no);
      await planItems.resetPlan(statements, run.no);
    });
  }

  appendPlanItems(runId: string, items: readonly PlannedItem[]): Promise<void> {
    return planItems.appendPlanItems(this.#database, runId, items);
  }

  async replacePlanItems(runId: string, items: readonly PlannedItem[]): Promise<void> {
    await this.#database.write("process", async (statements) => {
      await wantedLoginIds.replacePlanItems(statements, await runs.findRun(statements, runId, true), items);
    });
  }

  async readSharedLoginIds(runId: string, after: string, limit: number): Promise<readonly SharedLoginId[]> {
    const { loginIdsSorted } = await runs.findRun(this.#database, runId);
    if (!loginIdsSorted) await this.#rewrite(runId, wantedLoginIds.sortLoginIds);
    return wantedLoginIds.readSharedLoginIds(this.#database, runId, after, limit);
  }

  readPlanItems(
    runId: string,
    afterSeq: number,
    limit: number,
    operations?: readonly PlanOperation[],
  ): Promise<readonly PlanItem[]> {
    return this.#ask(runId, (statements) => planItems.readPlanItems(statements, runId, afterSeq, limit, operations));
  }

  readPlanItemsBySeq(runId: string, seqs: readonly number[]): Promise<readonly PlanItem[]> {
    return this.#ask(runId, (statements) => planItems.readPlanItemsBySeq(statements, runId, seqs));
  }

  readPendingItems(runId: string, afterSeq: number, limit: number): Promise<readonly PlanItem[]> {
    return this.#ask(runId, (statements) => planItems.readPendingItems(statements, runId, afterSeq, limit));
  }

  readAppliedItems(runId: string, afterSeq: number, limit: number): Promise<readonly AppliedItem[]> {
    return this.#ask(runId, (statements) => planItems.readAppliedItems(statements, runId, afterSeq, limit));
  }

  readOutcomes(runId: string, afterSeq: number, limit: number): Promise<readonly UserOutcome[]> {
    return this.#ask(runId, (statements) => outcomes.readOutcomes(statements, runId, afterSeq, limit));
  }

  readAppliedItemsOfKind(runId: string, kind: UserKind, limit: number): Promise<readonly AppliedItem[]> {
    return this.#ask(runId, (statements) => planItems.readAppliedItemsOfKind(statements, runId, kind, limit));
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

  openBatch(runId: string, seqs: readonly number[]): Promise<number> {
    return batches.openBatch(this.#database, runId, seqs);
  }

  closeBatch(runId: string, batchId: number, results: readonly Outcome[]): Promise<void> {
    return batches.closeBatch(this.#database, runId, batchId, results);
  }

  readOpenBatches(runId: string): Promise<readonly OpenBatch[]> {
    return this.#ask(runId, (statements) => batches.readOpenBatches(statements, runId));
  }

  recordOutcomes(runId: string, results: readonly Outcome[]): Promise<void> {
    return outcomes.recordOutcomes(this.#database, runId, results);
  }

  countOutcomes(runId: string): Promise<OutcomeCounts> {
    return this.#ask(runId, (statements) => outcomes.countOutcomes(statements, runId));
  }

  countFailures(runId: string): Promise<Readonly<Record<string, number>>> {
    return this.#ask(runId, (statements) => outcomes.countFailures(statements, runId));
  }

  readFailedItems(
    runId: string,
    afterSeq: number,
    limit: number,
    failure?: FailureClass,
  ): Promise<readonly AppliedItem[]> {
    return this.#ask(runId, (statements) => planItems.readFailedItems(statements, runId, afterSeq, limit, failure));
  }

  async reopenFailures(runId: string, filter: FailureFilter = {}): Promise<number> {
    return this.#database.write("power", async (statements) => {
      const { no } = await runs.findRun(statements, runId);
      return outcomes.reopenFailures(statements, no, filter);
    });
  }

  async removeRun(runId: string): Promise<void> {
    await this.#database.write(
      "power",
      async (statements) => forget.removeRun(statements, (await runs.findRun(statements, runId, true)).no),
      { slow: true },
    );
  }

  foldBaseline(runId: string): Promise<void> {
    return this.#rewrite(runId, (statements, run) => foldBaseline(statements, run.no));
  }

  countBaseline(runId: string, source: number): Promise<number> {
    return this.#database.read((statements) => baseline.countBaseline(statements, runId, source));
  }

  readBaselineHashes(runId: string, source: number, subs: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.#database.read((statements) => baseline.readBaselineHashes(statements, runId, source, subs));
  }

  readBaselineUsers(
    runId: string,
    source: number,
    subs: readonly string[],
  ): Promise<readonly (SettledUser | undefined)[]> {
    return this.#database.read((statements) => baseline.readBaselineUsers(statements, runId, source, subs));
  }

  readBaseline(
    runId: string,
    source: number,
    after: string | undefined,
    limit: number,
  ): Promise<readonly SettledUser[]> {
    return this.#database.read((statements) => baseline.readBaseline(statements, runId, source, after, limit));
  }

  async readGoneUsers(
    runId: string,
    source: number,
    after: string | undefined,
    limit: number,
  ): Promise<readonly SettledUser[]> {
    return this.#askSource(runId, (statements) => baseline.readGoneUsers(statements, runId, source, after, limit));
  }

  readBaselineClaimants(runId: string, loginIds: readonly string[]): Promise<readonly SourceKey[]> {
    return this.#ask(runId, (statements) => baseline.readBaselineClaimants(statements, runId, loginIds));
  }

  readSettledBefore(runId: string, seqs: readonly number[]): Promise<readonly (SettledUser | undefined)[]> {
    return this.#ask(runId, (statements) => baseline.readSettledBefore(statements, runId, seqs));
  }

  findSourceUsers(runId: string, keys: readonly SourceKey[]): Promise<readonly (number | undefined)[]> {
    return this.#askSource(runId, (statements) => baseline.findSourceUsers(statements, runId, keys));
  }

  async touchUser(projectId: string, userPoolId: string, sub: string, at: number): Promise<void> {
    await this.#database.write("process", (statements) =>
      touchedUsers.touchUser(statements, projectId, userPoolId, sub, at),
    );
  }

  readTouchedUsers(projectId: string, limit: number): Promise<readonly TouchedUser[]> {
    return touchedUsers.readTouchedUsers(this.#database, projectId, limit);
  }

  clearTouchedUsers(projectId: string, users: readonly TouchedUser[]): Promise<void> {
    return touchedUsers.clearTouchedUsers(this.#database, projectId, users);
  }

  async recordCaptures(
    projectId: string,
    users: readonly CapturedUser[],
    verdicts: readonly VerdictCount[],
  ): Promise<void> {
    await this.#database.write("process", (statements) =>
      capturedUsers.recordCaptures(statements, projectId, users, verdicts),
    );
  }

  countCaptured(projectId: string): Promise<readonly CapturedDay[]> {
    return capturedUsers.countCaptured(this.#database, projectId);
  }

  countVerdicts(projectId: string): Promise<readonly VerdictCount[]> {
    return capturedUsers.countVerdicts(this.#database, projectId);
  }

  findCaptured(
    projectId: string,
    userPoolId: string,
    subs: readonly string[],
  ): Promise<readonly (number | undefined)[]> {
    return capturedUsers.findCaptured(this.#database, projectId, userPoolId, subs);
  }

  resetDiscrepancies(runId: string): Promise<void> {
    return this.#rewrite(runId, (statements, run) => records.resetDiscrepancies(statements, run.no));
  }

  appendDiscrepancies(runId: string, discrepancies: readonly Discrepancy[]): Promise<void> {
    return records.appendDiscrepancies(this.#database, runId, discrepancies);
  }

  readDiscrepancies(runId: string, offset: number, limit: number): Promise<readonly Discrepancy[]> {
    return this.#ask(runId, (statements) => records.readDiscrepancies(statements, runId, offset, limit));
  }

  findDiscrepancies(
    runId: string,
    after: number,
    limit: number,
    field?: string,
  ): Promise<readonly NumberedDiscrepancy[]> {
    return this.#ask(runId, (statements) => records.findDiscrepancies(statements, runId, after, limit, field));
  }

  appendEvent(runId: string, event: RunEvent): Promise<ChainHead> {
    return this.#database.write("power", (statements) => events.appendEvent(statements, runId, event));
  }

  readEvents(runId: string): Promise<readonly RunEvent[]> {
    return this.#ask(runId, (statements) => events.readEvents(statements, runId));
  }

  readRecord(runId: string): Promise<RunRecord> {
    return this.#ask(runId, (statements) => events.readRecord(statements, runId));
  }

  readEventRange(runId: string, range: EventRange, limit: number): Promise<readonly NumberedEvent[]> {
    return this.#ask(runId, (statements) => events.readEventRange(statements, runId, range, limit));
  }

  readControl(runId: string): Promise<RunControl> {
    return this.#ask(runId, (statements) => runControl.readControl(statements, runId));
  }

  changeControl(runId: string, change: ControlChange): Promise<RunControl> {
    return this.#database.write("power", async (statements) => {
      const { no } = await runs.findRun(statements, runId, true);
      return runControl.applyChange(statements, runId, no, change);
    });
  }

  putHeartbeat(runId: string, heartbeat: Heartbeat): Promise<void> {
    return runControl.putHeartbeat(this.#database, runId, heartbeat);
  }

  readHeartbeats(runId: string): Promise<readonly Heartbeat[]> {
    return this.#ask(runId, (statements) => runControl.readHeartbeats(statements, runId));
  }

  addSample(runId: string, sample: RunSample): Promise<void> {
    return this.#database.write("process", async (statements) => {
      const { no } = await runs.findRun(statements, runId, true);
      await samples.addSample(statements, runId, no, sample);
    });
  }

  readSamples(runId: string, from: number): Promise<readonly RunSample[]> {
    return this.#ask(runId, (statements) => samples.readSamples(statements, runId, from));
  }

  readSsoRecords(projectId: string): Promise<readonly SsoRecord[]> {
    return ssoRecords.readSsoRecords(this.#database, projectId);
  }

  putSsoRecord(projectId: string, record: SsoRecord): Promise<void> {
    return this.#database.write("power", (statements) => ssoRecords.putSsoRecord(statements, projectId, record));
  }

  readSsoPlan(projectId: string): Promise<SsoPlan | undefined> {
    return ssoRecords.readSsoPlan(this.#database, projectId);
  }

  putSsoPlan(projectId: string, plan: SsoPlan | undefined): Promise<void> {
    return this.#database.write("power", (statements) => ssoRecords.putSsoPlan(statements, projectId, plan));
  }

  async purge(): Promise<void> {
    await this.#database.write("power", (statements) => forget.purge(statements, this.#schema));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.close();
  }

  /** Asks one thing about a run that must be there: both questions go in one exchange. */
  #ask<Result>(runId: string, work: (statements: Statements) => Promise<Result>): Promise<Result> {
    return this.#database.read(
      async (statements) => (await all([runs.findRun(statements, runId), work(statements)]))[1],
    );
  }

  #askSource<Result>(runId: string, work: (statements: Statements) => Promise<Result>): Promise<Result> {
    return this.#database.read(async (statements) => {
      const [run, result] = await all([runs.findRun(statements, runId), work(statements)]);
      assertReadingFinished(run);
      return result;
    });
  }

  /** Rewrites much of what belongs to a run, which can be read, computed or looked up again. Nobody else does meanwhile. */
  #rewrite(runId: string, work: (statements: Statements, run: runs.RunRow) => Promise<void>): Promise<void> {
    return this.#database.write(
      "process",
      async (statements) => work(statements, await runs.findRun(statements, runId, true)),
      { slow: true },
    );
  }
}
