import {
  chainEvent,
  chainStart,
  type ChainHead,
  type EventRange,
  type NumberedEvent,
  type RunEvent,
  type RunRecord,
} from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { eventDigest } from "../event-digest.ts";
import type { Database } from "./database.ts";
import { rowRange } from "./row-range.ts";

/** Puts an event at the end of the run's chain. The write lock of the transaction keeps others from doing so meanwhile. */
export function appendEvent(database: Database, runId: string, run: number, event: RunEvent): ChainHead {
  const { base, last } = rowRange(run);
  const before = readHead(database, run) ?? {
    events: 0,
    hash: chainStart(eventDigest, runId, readEvents(database, run)),
  };
  const { seq, previous, hash } = chainEvent(eventDigest, before, event);
  const row = database.row<[number | null]>("SELECT max(id) FROM events WHERE id BETWEEN ? AND ?", base, last);
  database.run(
    "INSERT INTO events (id, data, seq, previous, hash) VALUES (?, ?, ?, ?, ?)",
    (row?.[0] ?? base) + 1,
    toJson(event),
    seq,
    previous,
    hash,
  );
  database.run("INSERT OR REPLACE INTO event_chains (run, events, hash) VALUES (?, ?, ?)", run, seq, hash);
  return { events: seq, hash };
}

export function readEvents(database: Database, run: number): readonly RunEvent[] {
  const { base, last } = rowRange(run);
  const rows = database.rows<[string]>("SELECT data FROM events WHERE id BETWEEN ? AND ? ORDER BY id", base, last);
  return rows.map(([data]) => fromJson<RunEvent>(data));
}

export function readEventRange(
  database: Database,
  run: number,
  range: EventRange,
  limit: number,
): readonly NumberedEvent[] {
  const { base, last } = rowRange(run);
  const rows =
    "after" in range
      ? database.rows<[number, string]>(
          "SELECT id, data FROM events WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
          base + range.after,
          last,
          limit,
        )
      : database
          .rows<[number, string]>(
            "SELECT id, data FROM events WHERE id > ? AND id < ? ORDER BY id DESC LIMIT ?",
            base,
            Math.min(base + range.before, last + 1),
            limit,
          )
          .reverse();
  return rows.map(([id, data]) => ({ no: id - base, event: fromJson<RunEvent>(data) }));
}

export function readRecord(database: Database, run: number): RunRecord {
  const { base, last } = rowRange(run);
  const rows = database.rows<[string, number | null, string | null, string | null]>(
    "SELECT data, seq, previous, hash FROM events WHERE id BETWEEN ? AND ? ORDER BY id",
    base,
    last,
  );
  return {
    earlier: rows.flatMap(([data, seq]) => (seq === null ? [fromJson<RunEvent>(data)] : [])),
    events: rows.flatMap(([data, seq, previous, hash]) =>
      seq === null ? [] : [{ ...fromJson<RunEvent>(data), seq, previous: previous ?? "", hash: hash ?? "" }],
    ),
    head: readHead(database, run),
  };
}

function readHead(database: Database, run: number): ChainHead | undefined {
  const row = database.row<[number, string]>("SELECT events, hash FROM event_chains WHERE run = ?", run);
  return row === undefined ? undefined : { events: row[0], hash: row[1] };
}
