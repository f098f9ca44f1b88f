import type {
  AppliedItem,
  FailureClass,
  PlanItem,
  PlannedItem,
  PlanOperation,
  UserKind,
} from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import { all, type Statements, type Value } from "./database.ts";
import { toOutcome, type OutcomeColumns } from "./outcomes.ts";
import { isDuplicate } from "./postgres-error.ts";
import { noRun, RUN_NO } from "./runs.ts";
import { jsonList, textList, toInnerList, toJsonList, toTextList } from "./text-list.ts";
import { wantedText } from "./wanted-text.ts";

/** The rows of {@link itemColumns} as SQL, from the second parameter on. */
const ITEMS = `unnest($2::integer[], ${textList("$3")}, ${textList("$4")}, $5::integer[], ${textList("$6")}, ${textList("$7")}, ${textList("$8")},
    ${textList("$9")}, ${jsonList("$10")})
  i(seq, operation, kind, source, sub, settled_hash, wanted_login_ids, login_ids, data)`;

/** Forgets the items of a run and the login IDs that they want. */
export async function resetPlan(statements: Statements, run: number): Promise<void> {
  await all([
    statements.run("DELETE FROM plan_items WHERE run = $1", run),
    statements.run("DELETE FROM wanted_login_ids WHERE run = $1", run),
    statements.run("UPDATE runs SET login_ids_sorted = false WHERE no = $1", run),
  ]);
}

export async function appendPlanItems(
  statements: Statements,
  runId: string,
  items: readonly PlannedItem[],
): Promise<void> {
  try {
    const found = await statements.row(
      `WITH run AS (SELECT no FROM runs WHERE id = $1),
       unsorted AS (UPDATE runs SET login_ids_sorted = false WHERE id = $1 AND login_ids_sorted),
       appended AS (
         INSERT INTO plan_items
           (run, seq, operation, kind, source, sub, settled_hash, wanted_login_ids, login_ids, data)
         SELECT run.no, i.* FROM run, ${ITEMS} WHERE i.seq IS NOT NULL)
       SELECT 1 FROM run`,
      toStoredText(runId),
      ...itemColumns(items),
    );
    if (found === undefined) throw noRun();
  } catch (error) {
    if (isDuplicate(error)) throw new RangeError("the plan has an item of this number already", { cause: error });
    throw error;
  }
}

/** Replaces items, all of which must be there. */
export async function replaceItems(statements: Statements, run: number, items: readonly PlannedItem[]): Promise<void> {
  const replaced = await statements.run(
    `UPDATE plan_items p SET
       operation = i.operation, kind = i.kind, source = i.source, sub = i.sub, settled_hash = i.settled_hash,
       wanted_login_ids = i.wanted_login_ids, login_ids = i.login_ids, data = i.data
     FROM ${ITEMS} WHERE p.run = $1 AND p.seq = i.seq`,
    run,
    ...itemColumns(items),
  );
  if (replaced < items.length) throw new RangeError("the plan has no item of this number");
}

function itemColumns(items: readonly PlannedItem[]): readonly Value[] {
  return [
    items.map(({ item }) => item.seq),
    toTextList(items.map(({ item }) => item.operation)),
    toTextList(items.map(({ item }) => item.kind)),
    items.map(({ item }) => item.source),
    toTextList(items.map(({ item }) => toStoredText(item.sub))),
    toTextList(items.map(({ item }) => settledHash(item))),
    toTextList(
      items.map(({ item: { wantedLoginIds } }) => wantedLoginIds && toInnerList(wantedLoginIds.map(wantedText))),
    ),
    toTextList(items.map(({ loginIds }) => toInnerList(loginIds.map(wantedText)))),
    toJsonList(items.map(({ item }) => toJson(item))),
  ];
}

/** What the baseline says of a user once its item is done. */
function settledHash({ gone, undecided, contentHash }: PlanItem): string | undefined {
  if (gone === true) return undefined;
  return undecided === true ? "undecided" : contentHash;
}

export async function readPlanItems(
  statements: Statements,
  runId: string,
  afterSeq: number,
  limit: number,
  operations?: readonly PlanOperation[],
): Promise<readonly PlanItem[]> {
  const rows =
    operations === undefined
      ? await statements.rows<[string]>(
          `SELECT data FROM plan_items WHERE run = ${RUN_NO} AND seq > $2 ORDER BY seq LIMIT $3`,
          toStoredText(runId),
          afterSeq,
          limit,
        )
      : await statements.rows<[string]>(
          `SELECT data FROM plan_items WHERE run = ${RUN_NO} AND seq > $2 AND operation = ANY ($4::text[])
           ORDER BY seq LIMIT $3`,
          toStoredText(runId),
          afterSeq,
          limit,
          operations,
        );
  return rows.map(([data]) => fromJson<PlanItem>(data));
}

export async function readPlanItemsBySeq(
  statements: Statements,
  runId: string,
  seqs: readonly number[],
): Promise<readonly PlanItem[]> {
  const rows = await statements.rows<[string]>(
    `SELECT p.data FROM unnest($2::integer[]) WITH ORDINALITY q(seq, n)
     JOIN plan_items p ON p.run = ${RUN_NO} AND p.seq = q.seq ORDER BY q.n`,
    toStoredText(runId),
    seqs,
  );
  return rows.map(([data]) => fromJson<PlanItem>(data));
}

export async function readPendingItems(
  statements: Statements,
  runId: string,
  afterSeq: number,
  limit: number,
): Promise<readonly PlanItem[]> {
  // The look-up of outcomes is a subquery in the condition, and so one key at a time: an anti-join may read all outcomes of
  // a run for each page. The items of open batches are gathered once a call: there are a few hundred of them at most.
  const rows = await statements.rows<[string]>(
    `SELECT p.data FROM plan_items p
     WHERE p.run = ${RUN_NO} AND p.seq > $2
       AND (SELECT o.seq FROM outcomes o WHERE o.run = p.run AND o.seq = p.seq) IS NULL
       AND p.seq NOT IN (SELECT unnest(b.seqs) FROM batches b WHERE b.run = ${RUN_NO})
     ORDER BY p.seq LIMIT $3`,
    toStoredText(runId),
    afterSeq,
    limit,
  );
  return rows.map(([data]) => fromJson<PlanItem>(data));
}

export type AppliedRow = readonly [data: string, ...OutcomeColumns];

// OFFSET 0 keeps the subquery one, and so looked up by its key for each item: a join may be planned as anything.
const APPLIED = `
  SELECT p.data, o.seq, o.outcome, o.user_id, o.failure, o.detail
  FROM plan_items p LEFT JOIN LATERAL (
    SELECT * FROM outcomes WHERE outcomes.run = p.run AND outcomes.seq = p.seq OFFSET 0) o ON true`;

export async function readAppliedItems(
  statements: Statements,
  runId: string,
  afterSeq: number,
  limit: number,
): Promise<readonly AppliedItem[]> {
  const rows = await statements.rows<AppliedRow>(
    `${APPLIED} WHERE p.run = ${RUN_NO} AND p.seq > $2 ORDER BY p.seq LIMIT $3`,
    toStoredText(runId),
    afterSeq,
    limit,
  );
  return rows.map(toAppliedItem);
}

/** Items that are there, by ascending number. */
export async function readAppliedItemsBySeq(
  statements: Statements,
  runId: string,
  seqs: readonly number[],
): Promise<readonly AppliedItem[]> {
  const rows = await statements.rows<AppliedRow>(
    `${APPLIED} WHERE p.run = ${RUN_NO} AND p.seq = ANY ($2::integer[]) ORDER BY p.seq`,
    toStoredText(runId),
    seqs,
  );
  return rows.map(toAppliedItem);
}

export async function readAppliedItemsOfKind(
  statements: Statements,
  runId: string,
  kind: UserKind,
  limit: number,
): Promise<readonly AppliedItem[]> {
  const rows = await statements.rows<AppliedRow>(
    `${APPLIED} WHERE p.run = ${RUN_NO} AND p.kind = $2 AND o.outcome IN ('created', 'updated', 'unchanged')
     ORDER BY p.seq LIMIT $3`,
    toStoredText(runId),
    kind,
    limit,
  );
  return rows.map(toAppliedItem);
}

export async function readFailedItems(
  statements: Statements,
  runId: string,
  afterSeq: number,
  limit: number,
  failure: FailureClass | undefined,
): Promise<readonly AppliedItem[]> {
  // OFFSET 0 keeps the subquery one: the few that failed are looked for first, and their items by key.
  const rows = await statements.rows<AppliedRow>(
    `SELECT p.data, o.seq, o.outcome, o.user_id, o.failure, o.detail
     FROM (SELECT * FROM outcomes WHERE run = ${RUN_NO} AND outcome = 'failed' AND seq > $2
             ${failure === undefined ? "" : "AND failure = $4"} ORDER BY seq LIMIT $3 OFFSET 0) o
     JOIN plan_items p ON p.run = o.run AND p.seq = o.seq ORDER BY o.seq`,
    toStoredText(runId),
    afterSeq,
    limit,
    ...(failure === undefined ? [] : [failure]),
  );
  return rows.map(toAppliedItem);
}

export function toAppliedItem([data, ...columns]: AppliedRow): AppliedItem {
  const item = fromJson<PlanItem>(data);
  const outcome = toOutcome(columns);
  return outcome === undefined ? { item } : { item, outcome };
}
