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
import { toStoredText } from "../columns/stored-text.ts";
import { eventDigest } from "../event-digest.ts";
import type { Statements } from "./database.ts";
import { noRun, RUN_NO } from "./runs.ts";

/** Puts an event at the end of the run's chain. Whoever else appends to it waits for its row. */
export async function appendEvent(statements: Statements, runId: string, event: RunEvent): Promise<ChainHead> {
  // Of two that begin a chain, the second waits here until the first has begun it.
  await statements.run(
    "INSERT INTO event_chains (run, events) SELECT no, 0 FROM runs WHERE id = $1 ON CONFLICT DO NOTHING",
    toStoredText(runId),
  );
  const chain = await statements.row<[number, number, string | null]>(
    `SELECT run, events, hash FROM event_chains WHERE run = ${RUN_NO} FOR UPDATE`,
    toStoredText(runId),
  );
  if (chain === undefined) throw noRun();
  const [run, events, end] = chain;
  const before = { events, hash: end ?? chainStart(eventDigest, runId, await readEvents(statements, runId)) };
  const { seq, previous, hash } = chainEvent(eventDigest, before, event);
  await statements.run(
    `WITH ended AS (UPDATE event_chains SET events = $3, hash = $5 WHERE run = $1)
       INSERT INTO events (run, data, seq, previous, hash) VALUES ($1, $2, $3, $4, $5)`,
    run,
    toJson(event),
    seq,
    previous,
    hash,
  );
  return { events: seq, hash };
}

// In the order of the chain, and before it that of their numbers: a number is given before the row of the chain is waited for.
const IN_ORDER = "ORDER BY seq NULLS FIRST, no";

export async function readEvents(statements: Statements, runId: string): Promise<readonly RunEvent[]> {
  const rows = await statements.rows<[string]>(
    `SELECT data FROM events WHERE run = ${RUN_NO} ${IN_ORDER}`,
    toStoredText(runId),
  );
  return rows.map(([data]) => fromJson<RunEvent>(data));
}

export async function readEventRange(
  statements: Statements,
  runId: string,
  range: EventRange,
  limit: number,
): Promise<readonly NumberedEvent[]> {
  const [condition, order, bound] =
    "after" in range ? ["no > $2", "ASC", range.after] : ["no < $2", "DESC", range.before];
  const rows = await statements.rows<[number, string]>(
    `SELECT no, data FROM events WHERE run = ${RUN_NO} AND ${condition} ORDER BY no ${order} LIMIT $3`,
    toStoredText(runId),
    // The numbers are those of a column of 32 bits.
    Math.min(bound, 2 ** 31 - 1),
    limit,
  );
  const events = rows.map(([no, data]) => ({ no, event: fromJson<RunEvent>(data) }));
  return "after" in range ? events : events.reverse();
}

/** In one statement, so that no event is appended between its parts. */
export async function readRecord(statements: Statements, runId: string): Promise<RunRecord> {
  const rows = await statements.rows<
    [string | null, number | null, string | null, string | null, number | null, string | null]
  >(
    `SELECT e.data, e.seq, e.previous, e.hash, c.events, c.hash
     FROM runs r LEFT JOIN event_chains c ON c.run = r.no LEFT JOIN events e ON e.run = r.no
     WHERE r.id = $1 ORDER BY e.seq NULLS FIRST, e.no`,
    toStoredText(runId),
  );
  const [, , , , count, end] = rows[0] ?? [];
  return {
    earlier: rows.flatMap(([data, seq]) => (data === null || seq !== null ? [] : [fromJson<RunEvent>(data)])),
    events: rows.flatMap(([data, seq, previous, hash]) =>
      data === null || seq === null
        ? []
        : [{ ...fromJson<RunEvent>(data), seq, previous: previous ?? "", hash: hash ?? "" }],
    ),
    head: typeof count === "number" && typeof end === "string" ? { events: count, hash: end } : undefined,
  };
}
