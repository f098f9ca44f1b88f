import { createReadStream, mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { createDecisionTally, type DecisionEntry, type DecisionTally } from "@cognito-to-descope/core";

/** A file that decisions are added to, one JSON line each. */
export interface DecisionLog extends AsyncDisposable {
  add(entry: DecisionEntry): void;
}

/** Opens a decision log. A line that cannot be written stops nothing; `onFailure` hears of the first one. */
export async function openDecisionLog(path: string, onFailure: () => void): Promise<DecisionLog> {
  mkdirSync(dirname(path), { recursive: true });
  const file = await open(path, "a", 0o600);
  let failed = false;
  let written: Promise<unknown> = Promise.resolve();
  let waiting = "";
  const flush = async (): Promise<void> => {
    const text = waiting;
    waiting = "";
    try {
      await file.appendFile(text);
    } catch {
      if (!failed) onFailure();
      failed = true;
    }
  };
  return {
    add(entry) {
      // What comes while a line is being written goes with the next one.
      if (waiting === "") written = written.then(flush);
      waiting += `${decisionLine(entry)}\n`;
    },
    async [Symbol.asyncDispose]() {
      await written;
      await file.close();
    },
  };
}

/** A decision as one JSON line. */
export function decisionLine({ at, ...entry }: DecisionEntry): string {
  return JSON.stringify({ at: new Date(at).toISOString(), ...entry });
}

/** A tally of decision logs, with how many lines could not be read. */
export interface ReadDecisions {
  readonly tally: DecisionTally;
  readonly decisions: number;
  readonly unreadable: number;
}

/**
 * Counts the decisions of logs: of one bridge or of several, also where a Worker's or a function's log was saved to a file.
 * A file that is not there has no decisions.
 *
 * @param since - Epoch milliseconds from which decisions count.
 */
export async function readDecisions(paths: readonly string[], since: number): Promise<ReadDecisions> {
  const tally = createDecisionTally(since);
  let decisions = 0;
  let unreadable = 0;
  for (const path of paths) {
    try {
      for await (const line of createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity })) {
        if (line.trim() === "") continue;
        const entry = parseDecision(line);
        if (entry === undefined) unreadable += 1;
        else {
          decisions += 1;
          tally.add(entry);
        }
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return { tally, decisions, unreadable };
}

/** Reads a line of a log. Undefined for anything else. */
export function parseDecision(line: string): DecisionEntry | undefined {
  try {
    const value = JSON.parse(line) as Omit<DecisionEntry, "at"> & { readonly at?: unknown };
    const at = typeof value.at === "string" ? Date.parse(value.at) : Number.NaN;
    return Number.isNaN(at) || typeof value.to !== "string" ? undefined : { ...value, at };
  } catch {
    return undefined;
  }
}
