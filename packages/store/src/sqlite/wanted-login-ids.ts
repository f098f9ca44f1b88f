import type { PlannedItem, SharedLoginId } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { replacePlanItem } from "./plan-items.ts";
import { noteReplaced } from "./plan-search.ts";
import { rowRange } from "./row-range.ts";
import type { RunRow } from "./runs.ts";
import { fromStoredText, toStoredText } from "../columns/stored-text.ts";

/** Says that items were added whose login IDs are not in the table. */
export function unsortLoginIds(database: Database, run: RunRow): void {
  if (run.loginIdsSorted) database.run("UPDATE runs SET login_ids_sorted = 0 WHERE no = ?", run.no);
}

/** Fills the table of wanted login IDs, in their order, from the plan items. */
export function sortLoginIds(database: Database, run: RunRow): void {
  if (run.loginIdsSorted) return;
  const { base, last } = rowRange(run.no);
  database.run("DELETE FROM wanted_login_ids WHERE run = ?", run.no);
  database.run(
    `INSERT OR IGNORE INTO wanted_login_ids (run, login_id, id)
     SELECT ?, j.value, p.id FROM plan_items p, json_each(p.login_ids) j WHERE p.id BETWEEN ? AND ? ORDER BY j.value, p.id`,
    run.no,
    base,
    last,
  );
  database.run("UPDATE runs SET login_ids_sorted = 1 WHERE no = ?", run.no);
}

/** Replaces plan items, and keeps the table in step when it is filled: sorting anew takes seconds in a large plan. */
export function replacePlanItems(database: Database, run: RunRow, items: readonly PlannedItem[]): void {
  const { base } = rowRange(run.no);
  noteReplaced(
    database,
    run.no,
    items.map(({ item }) => item.seq),
  );
  for (const planned of items) {
    const before = replacePlanItem(database, run.no, planned);
    if (!run.loginIdsSorted) continue;
    const id = base + planned.item.seq;
    for (const loginId of before) {
      database.run("DELETE FROM wanted_login_ids WHERE run = ? AND login_id = ? AND id = ?", run.no, loginId, id);
    }
    for (const loginId of planned.loginIds) {
      database.run(
        "INSERT OR IGNORE INTO wanted_login_ids (run, login_id, id) VALUES (?, ?, ?)",
        run.no,
        toStoredText(loginId),
        id,
      );
    }
  }
}

/** In the order of SQLite: by code point, where JavaScript compares by UTF-16 unit. */
export function readSharedLoginIds(
  database: Database,
  run: number,
  after: string,
  limit: number,
): readonly SharedLoginId[] {
  const { base } = rowRange(run);
  // Walks along the table as it lies. A page of a plan without conflicts costs one walk to its end.
  const rows = database.rows<[string, string]>(
    `SELECT login_id, group_concat(id) FROM wanted_login_ids WHERE run = ? AND login_id > ?
     GROUP BY login_id HAVING count(*) > 1 ORDER BY login_id LIMIT ?`,
    run,
    toStoredText(after),
    limit,
  );
  return rows.map(([loginId, ids]) => ({
    loginId: fromStoredText(loginId),
    seqs: ids
      .split(",")
      .map((id) => Number(id) - base)
      .toSorted((a, b) => a - b),
  }));
}
