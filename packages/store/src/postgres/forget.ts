import { forgetSettled } from "./baseline-folding.ts";
import type { Statements } from "./database.ts";
import { queueSchemaOf } from "./open-work-queue.ts";
import { forgetIndex } from "./plan-search.ts";

/** Removes what every other run has read. Its listings go as well: going on with such a run reads anew. */
export async function forgetScans(statements: Statements, exceptRun: number): Promise<void> {
  for (const table of ["source_pages", "source_user_subs", "member_pages", "listings"]) {
    await statements.run(`DELETE FROM ${table} WHERE run <> $1`, exceptRun);
  }
  await statements.run(
    "UPDATE tallies SET reading_finished = false, source_users = 0, last_seq = 0 WHERE run <> $1",
    exceptRun,
  );
  for (const table of ["target_user_keys", "target_users"]) {
    await statements.run(`DELETE FROM ${table} WHERE scan IN (SELECT no FROM target_scans WHERE run <> $1)`, exceptRun);
  }
  await statements.run("DELETE FROM target_scans WHERE run <> $1", exceptRun);
}

/** Removes a run and everything that is its own. */
export async function removeRun(statements: Statements, run: number): Promise<void> {
  await forgetSettled(statements, run);
  await forgetIndex(statements, run);
  for (const table of ["target_user_keys", "target_users"]) {
    await statements.run(`DELETE FROM ${table} WHERE scan IN (SELECT no FROM target_scans WHERE run = $1)`, run);
  }
  for (const table of TABLES_OF_RUNS) await statements.run(`DELETE FROM ${table} WHERE run = $1`, run);
  await statements.run("DELETE FROM runs WHERE no = $1", run);
}

const TABLES_OF_RUNS = [
  "source_pages",
  "source_user_subs",
  "member_pages",
  "listings",
  "target_scans",
  "pools",
  "plan_items",
  "outcomes",
  "wanted_login_ids",
  "batches",
  "discrepancies",
  "events",
  "event_chains",
  "run_sources",
  "tallies",
  "run_controls",
  "heartbeats",
  "samples",
];

/**
 * Removes every row of every table and gives the space back: the files of the tables are replaced by empty ones.
 *
 * What the server's log (WAL), its backups and its disk keep of former contents is out of reach.
 */
export async function purge(statements: Statements, schema: string): Promise<void> {
  const tables = await statements.rows<[string]>(
    `SELECT quote_ident(tablename) FROM pg_tables
     WHERE schemaname = $1 AND tablename NOT IN ('store', 'used_keys') AND tablename NOT LIKE 'rate\\_%'
     ORDER BY tablename`,
    schema,
  );
  const queue = queueSchemaOf({ schema });
  // Numbers of users and nothing else are in it, so one that is not ours to remove may stay.
  const [owned] = await statements.rows(
    "SELECT 1 FROM pg_namespace WHERE nspname = $1 AND pg_has_role(nspowner, 'USAGE')",
    queue,
  );
  if (owned !== undefined) await statements.run(`DROP SCHEMA "${queue}" CASCADE`);
  await statements.run(`TRUNCATE ${tables.map(([name]) => name).join(", ")}`);
}
