import { MAX_SAMPLES, mergeSamples, type RunSample, thinSamples, widenSample } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";
import { RUN_NO } from "./runs.ts";

/** @param run - Of which the row is locked, so that two processes do not merge into the same sample at once. */
export async function addSample(statements: Statements, runId: string, run: number, sample: RunSample): Promise<void> {
  const newest = await statements.row<[string]>(
    "SELECT data FROM samples WHERE run = $1 ORDER BY at DESC LIMIT 1",
    run,
  );
  // All samples of a run are of one length, which the newest has.
  const ms = newest === undefined ? sample.ms : fromJson<RunSample>(newest[0]).ms;
  const widened = widenSample(sample, ms);
  const known = await statements.row<[string]>("SELECT data FROM samples WHERE run = $1 AND at = $2", run, widened.at);
  await put(statements, run, known === undefined ? widened : mergeSamples(fromJson<RunSample>(known[0]), widened));
  const counted = await statements.row<[number]>("SELECT count(*)::integer FROM samples WHERE run = $1", run);
  if ((counted?.[0] ?? 0) <= MAX_SAMPLES) return;
  const thinned = thinSamples(await readSamples(statements, runId, 0));
  await statements.run("DELETE FROM samples WHERE run = $1", run);
  for (const one of thinned) await put(statements, run, one);
}

export async function readSamples(statements: Statements, runId: string, from: number): Promise<readonly RunSample[]> {
  const rows = await statements.rows<[string]>(
    `SELECT data FROM samples WHERE run = ${RUN_NO} AND at >= $2 ORDER BY at`,
    toStoredText(runId),
    from,
  );
  return rows.map(([data]) => fromJson<RunSample>(data));
}

async function put(statements: Statements, run: number, sample: RunSample): Promise<void> {
  await statements.run(
    "INSERT INTO samples (run, at, data) VALUES ($1, $2, $3) ON CONFLICT (run, at) DO UPDATE SET data = excluded.data",
    run,
    sample.at,
    toJson(sample),
  );
}
