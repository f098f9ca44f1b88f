import type { SQLInputValue } from "node:sqlite";
import type {
  AppliedItem,
  FailureClass,
  Outcome,
  PlanItem,
  PlannedItem,
  PlanOperation,
  UserKind,
} from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toOutcome, type OutcomeColumns } from "./outcomes.ts";
import { rowRange } from "./row-range.ts";
import { toStoredText } from "../columns/stored-text.ts";
import { subKey } from "./sub-key.ts";

/** Forgets the items of a run and the login IDs that they want. */
export function resetPlan(database: Database, run: number): void {
  const { base, last } = rowRange(run);
  database.run("DELETE FROM plan_items WHERE id BETWEEN ? AND ?", base, last);
  database.run("DELETE FROM wanted_login_ids WHERE run = ?", run);
  database.run("UPDATE runs SET login_ids_sorted = 0 WHERE no = ?", run);
}

export function appendPlanItems(database: Database, run: number, items: readonly PlannedItem[]): void {
  const { base } = rowRange(run);
  const values: SQLInputValue[] = [];
  for (const { item, loginIds } of items) {
    values.push(base + item.seq, ...itemColumns(item, loginIds));
  }
  const inserted = database.insert(
    "OR IGNORE INTO plan_items (id, operation, kind, source, sub, content_hash, wanted_login_ids, login_ids, data)",
    9,
    values,
  );
  if (inserted < items.length) throw new RangeError("the plan has an item of this number already");
}

/** Replaces one item, and gives the login IDs that it wanted before, as stored. */
export function replacePlanItem(database: Database, run: number, planned: PlannedItem): readonly string[] {
  const { item, loginIds } = planned;
  const id = rowRange(run).base + item.seq;
  const before = database.row<[string]>("SELECT login_ids FROM plan_items WHERE id = ?", id);
  if (before === undefined) throw new RangeError(`the plan has no item ${item.seq}`);
  database.run(
    `UPDATE plan_items SET
       (operation, kind, source, sub, content_hash, wanted_login_ids, login_ids, data) = (?, ?, ?, ?, ?, ?, ?, ?)
     WHERE id = ?`,
    ...itemColumns(item, loginIds),
    id,
  );
  return fromJson<string[]>(before[0]);
}

export function readPlanItems(
  database: Database,
  run: number,
  afterSeq: number,
  limit: number,
  operations?: readonly PlanOperation[],
): readonly PlanItem[] {
  const { base, last } = rowRange(run);
  const range = [base + afterSeq, last];
  const rows =
    operations === undefined
      ? database.rows<[string]>(
          "SELECT data FROM plan_items WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
          ...range,
          limit,
        )
      : database.rows<[string]>(
          `SELECT data FROM plan_items
           WHERE id > ? AND id <= ? AND operation IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?`,
          ...range,
          toJson(operations),
          limit,
        );
  return rows.map(([data]) => fromJson<PlanItem>(data));
}

export function readPlanItemsBySeq(database: Database, run: number, seqs: readonly number[]): readonly PlanItem[] {
  const { base } = rowRange(run);
  const items: PlanItem[] = [];
  for (const seq of seqs) {
    const row = database.row<[string]>("SELECT data FROM plan_items WHERE id = ?", base + seq);
    if (row !== undefined) items.push(fromJson<PlanItem>(row[0]));
  }
  return items;
}

export function readPendingItems(
  database: Database,
  run: number,
  afterSeq: number,
  limit: number,
): readonly PlanItem[] {
  const { base, last } = rowRange(run);
  // The items of open batches are gathered once a call: there are a few hundred of them at most.
  const rows = database.rows<[string]>(
    `SELECT data FROM plan_items p
     WHERE id > ? AND id <= ?
       AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.id = p.id)
       AND id NOT IN (SELECT ? + j.value FROM batches b, json_each(b.seqs) j WHERE b.run = ?)
     ORDER BY id LIMIT ?`,
    base + afterSeq,
    last,
    base,
    run,
    limit,
  );
  return rows.map(([data]) => fromJson<PlanItem>(data));
}

/** A plan item and the columns of its outcome. */
export type AppliedRow = readonly [data: string, ...OutcomeColumns];

export function readAppliedItems(
  database: Database,
  run: number,
  afterSeq: number,
  limit: number,
): readonly AppliedItem[] {
  const { base, last } = rowRange(run);
  const rows = database.rows<AppliedRow>(
    `SELECT p.data, o.id, o.outcome, o.user_id, o.failure, o.detail
     FROM plan_items p LEFT JOIN outcomes o ON o.id = p.id WHERE p.id > ? AND p.id <= ? ORDER BY p.id LIMIT ?`,
    base + afterSeq,
    last,
    limit,
  );
  return rows.map((row) => toAppliedItem(base, row));
}

export function readAppliedItemsOfKind(
  database: Database,
  run: number,
  kind: UserKind,
  limit: number,
): readonly AppliedItem[] {
  const { base, last } = rowRange(run);
  const rows = database.rows<AppliedRow>(
    `SELECT p.data, o.id, o.outcome, o.user_id, o.failure, o.detail
     FROM plan_items p CROSS JOIN outcomes o ON o.id = p.id
     WHERE p.id BETWEEN ? AND ? AND p.kind = ? AND o.outcome IN ('created', 'updated', 'unchanged') ORDER BY p.id LIMIT ?`,
    base,
    last,
    kind,
    limit,
  );
  return rows.map((row) => toAppliedItem(base, row));
}

export function readFailedItems(
  database: Database,
  run: number,
  afterSeq: number,
  limit: number,
  failure: FailureClass | undefined,
): readonly AppliedItem[] {
  const { base, last } = rowRange(run);
  const range = [base + afterSeq, last] as const;
  const columns = "p.data, o.id, o.outcome, o.user_id, o.failure, o.detail";
  // The index is named: its condition has to be found in the query, and no statistics say how few rows it has.
  const rows =
    failure === undefined
      ? database.rows<AppliedRow>(
          `SELECT ${columns} FROM outcomes o INDEXED BY failed_outcomes CROSS JOIN plan_items p ON p.id = o.id
           WHERE o.outcome = 'failed' AND o.id > ? AND o.id <= ? ORDER BY o.id LIMIT ?`,
          ...range,
          limit,
        )
      : database.rows<AppliedRow>(
          `SELECT ${columns} FROM outcomes o INDEXED BY failed_outcomes_by_class CROSS JOIN plan_items p ON p.id = o.id
           WHERE o.outcome = 'failed' AND o.failure = ? AND o.id > ? AND o.id <= ? ORDER BY o.id LIMIT ?`,
          failure,
          ...range,
          limit,
        );
  return rows.map((row) => toAppliedItem(base, row));
}

/** The item in a row, of which `base` is the start of the run's row ids. */
export function toAppliedItem(base: number, [data, ...columns]: AppliedRow): AppliedItem {
  const item = fromJson<PlanItem>(data);
  const outcome: Outcome | undefined = toOutcome(base, columns);
  return outcome === undefined ? { item } : { item, outcome };
}

function itemColumns(item: PlanItem, loginIds: readonly string[]): readonly SQLInputValue[] {
  const { operation, kind, source, sub, contentHash, wantedLoginIds } = item;
  return [
    operation,
    kind,
    source,
    subKey(sub),
    contentHash ?? null,
    wantedLoginIds === undefined ? null : loginIdColumn(wantedLoginIds),
    loginIdColumn(loginIds),
    toJson(item),
  ];
}

function loginIdColumn(loginIds: readonly string[]): string {
  return toJson(loginIds.map(toStoredText));
}
