import type { PlannedItem, SharedLoginId } from "@cognito-to-descope/core";
import { toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";
import { replaceItems } from "./plan-items.ts";
import { noteReplaced } from "./plan-search.ts";
import { RUN_NO, type RunRow } from "./runs.ts";
import { innerList, textList, toTextList } from "./text-list.ts";
import { fromWantedText, wantedText } from "./wanted-text.ts";

/** Fills the table of wanted login IDs, in their order, from the plan items. */
export async function sortLoginIds(statements: Statements, run: RunRow): Promise<void> {
  if (run.loginIdsSorted) return;
  await statements.run("DELETE FROM wanted_login_ids WHERE run = $1", run.no);
  await statements.run(
    `INSERT INTO wanted_login_ids (run, login_id, seq)
     SELECT DISTINCT ON (w.login_id, p.seq) $1, w.login_id, p.seq
     FROM plan_items p CROSS JOIN LATERAL (SELECT unnest(${innerList("p.login_ids")}) COLLATE "C" AS login_id) w
     WHERE p.run = $1 ORDER BY w.login_id, p.seq`,
    run.no,
  );
  await statements.run("UPDATE runs SET login_ids_sorted = true WHERE no = $1", run.no);
}

/** Replaces plan items, and keeps the table in step when it is filled: sorting anew takes seconds in a large plan. */
export async function replacePlanItems(
  statements: Statements,
  run: RunRow,
  items: readonly PlannedItem[],
): Promise<void> {
  const latest = [...new Map(items.map((planned) => [planned.item.seq, planned])).values()];
  const seqs = latest.map(({ item }) => item.seq);
  await noteReplaced(statements, run.no, seqs);
  if (run.loginIdsSorted) {
    await statements.run(
      `DELETE FROM wanted_login_ids w USING plan_items p
       WHERE p.run = $1 AND p.seq = ANY ($2::integer[]) AND w.run = $1 AND w.seq = p.seq 
         AND w.login_id = ANY (${innerList("p.login_ids")})`,
      run.no,
      seqs,
    );
  }
  await replaceItems(statements, run.no, latest);
  if (run.loginIdsSorted) {
    const wanted = latest.flatMap(({ item, loginIds }) => loginIds.map((loginId) => [item.seq, loginId] as const));
    await statements.run(
      `INSERT INTO wanted_login_ids (run, seq, login_id)
       SELECT $1, w.* FROM unnest($2::integer[], ${textList("$3")}) w(seq, login_id) WHERE w.seq IS NOT NULL
       ON CONFLICT DO NOTHING`,
      run.no,
      wanted.map(([seq]) => seq),
      toTextList(wanted.map(([, loginId]) => wantedText(loginId))),
    );
  }
}

/** In the order of the collation "C": by code point, where JavaScript compares by UTF-16 unit. */
export async function readSharedLoginIds(
  statements: Statements,
  runId: string,
  after: string,
  limit: number,
): Promise<readonly SharedLoginId[]> {
  // Walks along the index as it lies. A page of a plan without conflicts costs one walk to its end.
  const rows = await statements.rows<[string, number[]]>(
    `SELECT login_id, array_agg(seq ORDER BY seq) FROM wanted_login_ids WHERE run = ${RUN_NO} AND login_id > $2
     GROUP BY login_id HAVING count(*) > 1 ORDER BY login_id LIMIT $3`,
    toStoredText(runId),
    wantedText(after),
    limit,
  );
  return rows.map(([loginId, seqs]) => ({ loginId: fromWantedText(loginId), seqs }));
}
