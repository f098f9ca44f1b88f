import type { Database } from "./database.ts";
import { rowRange } from "./row-range.ts";

/** Says that a run has outcomes that the baseline may not have. */
export function unfoldBaseline(database: Database, run: number): void {
  database.run("UPDATE runs SET baseline_folded = 0 WHERE no = ? AND baseline_folded = 1", run);
}

/**
 * Takes what the runs of a project settled into the baseline, oldest run first.
 *
 * Each run is one statement a table, in key order: appending in the order of users would cost several times as much.
 */
export function foldBaseline(database: Database, run: number): void {
  const runs = database.rows<[number]>(
    `SELECT no FROM runs WHERE baseline_folded = 0 AND data ->> 'projectId' = (SELECT data ->> 'projectId' FROM runs WHERE no = ?)
     ORDER BY no`,
    run,
  );
  for (const [no] of runs) foldRun(database, no);
}

function foldRun(database: Database, run: number): void {
  const { base, last } = rowRange(run);
  // A user that failed keeps what it had before, and so does one that a rollback leaves as it is.
  const row = database.row<[string | null]>("SELECT data ->> 'kind' FROM runs WHERE no = ?", run);
  const settles = row?.[0] === "rollback" ? "o.outcome NOT IN ('failed', 'skipped')" : "o.outcome <> 'failed'";
  database.run(
    `INSERT OR REPLACE INTO baseline (scope, sub, item, content_hash)
     SELECT s.scope, p.sub, p.id,
       CASE WHEN o.outcome = 'deleted' OR p.data ->> 'gone' THEN NULL
         WHEN p.data ->> 'undecided' THEN 'undecided' ELSE p.content_hash END
     FROM plan_items p CROSS JOIN outcomes o ON o.id = p.id CROSS JOIN run_sources s ON s.run = ? AND s.source = p.source
     WHERE p.id BETWEEN ? AND ? AND ${settles} ORDER BY s.scope, p.sub`,
    run,
    base,
    last,
  );
  database.run(
    `INSERT OR IGNORE INTO baseline_login_ids (login_id, item)
     SELECT j.value, p.id
     FROM plan_items p CROSS JOIN outcomes o ON o.id = p.id, json_each(coalesce(p.wanted_login_ids, p.login_ids)) j
     WHERE p.id BETWEEN ? AND ? AND ${settles} ORDER BY j.value, p.id`,
    base,
    last,
  );
  database.run("UPDATE runs SET baseline_folded = 1 WHERE no = ?", run);
}

/** Forgets what a run settled, before the run is removed. */
export function forgetSettled(database: Database, run: number): void {
  const { base, last } = rowRange(run);
  database.run(
    `DELETE FROM baseline WHERE (scope, sub, item) IN (
       SELECT s.scope, p.sub, p.id FROM plan_items p CROSS JOIN run_sources s ON s.run = ? AND s.source = p.source
       WHERE p.id BETWEEN ? AND ?)`,
    run,
    base,
    last,
  );
  database.run(
    `DELETE FROM baseline_login_ids WHERE (login_id, item) IN (
       SELECT j.value, p.id FROM plan_items p, json_each(coalesce(p.wanted_login_ids, p.login_ids)) j
       WHERE p.id BETWEEN ? AND ?)`,
    base,
    last,
  );
}
