import { createDecisionTally, type ConnectionTally, type DecisionTally } from "@cognito-to-descope/core";
import { type FollowedLines, followLines } from "../lines/follow-lines.ts";
import { parseDecision } from "./decision-log.ts";

/** Decisions of the logs, as far as they have been read. */
export interface FollowedDecisions {
  /** All that are in the logs. */
  readonly overall: Pick<DecisionTally, "of">;
  /** Those since a connection came to its stage. */
  readonly sinceStage: (key: string) => ConnectionTally;
  /** Lines that are no decisions. */
  readonly unreadable: number;
}

/** Counts decisions of logs that grow, without reading again what was read. */
export interface DecisionFollower {
  /** @param since - Epoch milliseconds from which decisions count, by connection key; 0 where nothing is said. */
  read(since: ReadonlyMap<string, number>): Promise<FollowedDecisions>;
}

/** Counts the same as `readDecisions` does of the same logs, but for a last line that is not complete. */
export function createDecisionFollower(paths: readonly string[]): DecisionFollower {
  let files: readonly FollowedLines[] = [];
  let counted: Counted | undefined;
  let reading: Promise<unknown> = Promise.resolve();

  async function readOnce(since: ReadonlyMap<string, number>): Promise<FollowedDecisions> {
    // A mode changes seldom, and with it the time from which decisions count: then everything is read once more.
    for (let again = counted === undefined || !isSame(counted.since, since); ; again = true) {
      if (again || counted === undefined) {
        files = paths.map(followLines);
        counted = { since: new Map(since), overall: createDecisionTally(), own: new Map(), unreadable: 0 };
      }
      const current = counted;
      let isVoid = false;
      for (const file of files) {
        await file.read({ onLine: (line) => count(current, line), onAnew: () => (isVoid = true) });
      }
      if (!isVoid) return shown(current);
    }
  }

  return {
    read(since) {
      const next = reading.then(() => readOnce(since));
      reading = next.catch(() => undefined);
      return next;
    },
  };
}

interface Counted {
  readonly since: ReadonlyMap<string, number>;
  readonly overall: DecisionTally;
  readonly own: Map<string, DecisionTally>;
  unreadable: number;
}

function count(counted: Counted, line: string): void {
  const entry = parseDecision(line);
  if (entry === undefined) {
    counted.unreadable += 1;
    return;
  }
  counted.overall.add(entry);
  const { connection } = entry;
  if (connection === undefined) return;
  let own = counted.own.get(connection);
  if (own === undefined) {
    own = createDecisionTally(counted.since.get(connection) ?? 0);
    counted.own.set(connection, own);
  }
  own.add(entry);
}

/** As it is now: whoever holds it must not see it change. */
function shown({ overall, own, unreadable }: Counted): FollowedDecisions {
  const all = new Map(overall.connections().map((one) => [one.connection, { ...one }]));
  const since = new Map([...own].map(([key, tally]) => [key, { ...tally.of(key) }]));
  const nothing = createDecisionTally();
  return {
    overall: { of: (key) => all.get(key) ?? nothing.of(key) },
    sinceStage: (key) => since.get(key) ?? nothing.of(key),
    unreadable,
  };
}

function isSame(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return one.size === other.size && [...one].every(([key, since]) => other.get(key) === since);
}
