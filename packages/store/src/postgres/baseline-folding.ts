import type { Run, RunKind } from "@cognito-to-descope/core";
import { fromJson } from "../columns/json-column.ts";
import type { Statements } from "./database.ts";
import { innerList } from "./text-list.ts";

/** SQL that says of the run `$1`, by its id, that it has outcomes that the baseline may not have. */
export const UNFOLD_BASELINE = "UPDATE runs SET baseline_folded = false WHERE id = $1 AND baseline_folded";

/**
 * Takes what the runs of a project settled into the baseline, oldest run first.
 *
 * Each run is one statement a table, in key order: appending in the order of users would cost several times as much.
 */
export async function foldBaseline(statements: Statements, run: number): Promise<void> {
  // Nobody records outcomes meanwhile: one that came between the reading and the mark would never be taken in.
  await statements.run("LOCK TABLE outcomes IN SHARE MODE");
  const runs = await statements.rows<[number, string]>(
    `SELECT no, data FROM runs WHERE NOT baseline_folded AND project_id = (SELECT project_id FROM runs WHERE no = $1) ORDER BY no`,
    run,
  );
  for (const [no, data] of runs) await foldRun(statements, no, fromJson<Run>(data).kind);
}

async function foldRun(statements: Statements, run: number, kind: RunKind): Promise<void> {
  // A user that failed keeps what it had before, and so does one that a rollback leaves as it is.
  const settles = kind === "rollback" ? "o.outcome NOT IN ('failed', 'skipped')" : "o.outcome <> 'failed'";
  await statements.run(
    `INSERT INTO baseline (scope, sub, run, seq, settled_hash)
     SELECT s.scope, p.sub, $1, p.seq, CASE WHEN o.outcome = 'deleted' THEN NULL ELSE p.settled_hash END
     FROM plan_items p
     JOIN outcomes o ON o.run = $1 AND o.seq = p.seq
     JOIN run_sources s ON s.run = $1 AND s.source = p.source
     WHERE p.run = $1 AND ${settles} ORDER BY s.scope, p.sub, p.seq
     ON CONFLICT (scope, sub, run, seq) DO UPDATE SET settled_hash = excluded.settled_hash`,
    run,
  );
  await statements.run(
    `INSERT INTO baseline_login_ids (login_id, run, seq)
     SELECT DISTINCT ON (w.login_id, p.seq) w.login_id, $1, p.seq
     FROM plan_items p
     JOIN outcomes o ON o.run = $1 AND o.seq = p.seq
     CROSS JOIN LATERAL (
       SELECT unnest(${innerList("coalesce(p.wanted_login_ids, p.login_ids)")}) COLLATE "C" AS login_id) w
     WHERE p.run = $1 AND ${settles} ORDER BY w.login_id, p.seq
     ON CONFLICT DO NOTHING`,
    run,
  );
  await statements.run("UPDATE runs SET baseline_folded = true WHERE no = $1", run);
}

/** Forgets what a run settled, before the run is removed. */
export async function forgetSettled(statements: Statements, run: number): Promise<void> {
  await statements.run(
    `DELETE FROM baseline b USING plan_items p, run_sources s
     WHERE p.run = $1 AND s.run = $1 AND s.source = p.source
       AND b.scope = s.scope AND b.sub = p.sub AND b.run = $1 AND b.seq = p.seq`,
    run,
  );
  await statements.run(
    `DELETE FROM baseline_login_ids l USING plan_items p
     WHERE p.run = $1 AND l.run = $1 AND l.seq = p.seq
       AND l.login_id = ANY (${innerList("coalesce(p.wanted_login_ids, p.login_ids)")})`,
    run,
  );
}
