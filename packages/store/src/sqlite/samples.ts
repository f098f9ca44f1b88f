import { MAX_SAMPLES, mergeSamples, type RunSample, thinSamples, widenSample } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import type { Database } from "./database.ts";

export function addSample(database: Database, run: number, sample: RunSample): void {
  const newest = database.row<[string]>("SELECT data FROM samples WHERE run = ? ORDER BY at DESC LIMIT 1", run);
  // All samples of a run are of one length, which the newest has.
  const ms = newest === undefined ? sample.ms : fromJson<RunSample>(newest[0]).ms;
  const widened = widenSample(sample, ms);
  const known = database.row<[string]>("SELECT data FROM samples WHERE run = ? AND at = ?", run, widened.at);
  put(database, run, known === undefined ? widened : mergeSamples(fromJson<RunSample>(known[0]), widened));
  const [count] = database.row<[number]>("SELECT count(*) FROM samples WHERE run = ?", run) as [number];
  if (count <= MAX_SAMPLES) return;
  const thinned = thinSamples(readSamples(database, run, 0));
  database.run("DELETE FROM samples WHERE run = ?", run);
  for (const one of thinned) put(database, run, one);
}

export function readSamples(database: Database, run: number, from: number): readonly RunSample[] {
  const rows = database.rows<[string]>("SELECT data FROM samples WHERE run = ? AND at >= ? ORDER BY at", run, from);
  return rows.map(([data]) => fromJson<RunSample>(data));
}

function put(database: Database, run: number, sample: RunSample): void {
  database.run("INSERT OR REPLACE INTO samples (run, at, data) VALUES (?, ?, ?)", run, sample.at, toJson(sample));
}
