import { type Clock, hasCode } from "@cognito-to-descope/core";
import type { CliHost } from "../cli-host.ts";
import { isAtWork } from "../control/worker-state.ts";
import type { Output } from "../output/output.ts";
import { formatCount, printable } from "../output/printable.ts";
import { createScreen } from "../output/screen.ts";
import type { TextLine } from "../output/text-line.ts";
import { NOTHING_YET } from "./nothing-yet.ts";
import type { RunStatus } from "./run-status.ts";
import { nextLine, progressText, statusLines } from "./status-lines.ts";

const TERMINAL_INTERVAL_MS = 1000;
const PLAIN_INTERVAL_MS = 2000;
/** A line that says nothing new comes so seldom. */
const PLAIN_REPEAT_MS = 60_000;
/** Counting the outcomes of millions of users takes its time: it may take a tenth of ours. */
const SHARE_OF_TIME = 10;

/** What a watch works with. */
export interface Watching {
  readonly host: Pick<CliHost, "stdout" | "signal">;
  readonly output: Output;
  readonly clock: Clock;
  /** Where the run stands now; undefined where there is none yet. */
  readonly read: () => Promise<RunStatus | undefined>;
}

/**
 * Shows where a run stands again and again: a block that is rewritten on a terminal, a line at a time elsewhere, one JSON
 * document a line with `--json`.
 *
 * Ends when the operator interrupts it, and when the run is applied and nobody works on it any more.
 */
export async function watchStatus({ host, output, clock, read }: Watching): Promise<void> {
  const { stdout, signal } = host;
  const terminal = stdout.isTTY === true && !output.json && !output.quiet;
  const screen = createScreen(stdout, (style, text) => output.style(style, text));
  const interval = terminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
  let printed = { text: "", at: -Infinity };
  while (!signal.aborted) {
    const began = clock.monotonic();
    const status = await readPatiently(read);
    if (status !== "locked") {
      if (output.json) output.document(status ?? NOTHING_YET);
      else if (terminal) screen.show(watchedLines(status, clock.now()));
      else {
        const text = status === undefined ? "no run yet" : summary(status);
        if (text !== printed.text || began - printed.at >= PLAIN_REPEAT_MS) {
          output.line(`${new Date(clock.now()).toISOString().slice(11, 19)} ${text}`);
          printed = { text, at: began };
        }
      }
      if (status !== undefined && isOver(status)) return;
    }
    const cost = clock.monotonic() - began;
    await clock.sleep(Math.max(interval, cost * SHARE_OF_TIME), signal).catch(() => undefined);
  }
}

/** A store that is being written to is asked again next time. */
async function readPatiently(read: Watching["read"]): Promise<RunStatus | undefined | "locked"> {
  try {
    return await read();
  } catch (error) {
    if (hasCode(error, "ERR_STORE_LOCKED")) return "locked";
    throw error;
  }
}

function watchedLines(status: RunStatus | undefined, now: number): readonly TextLine[] {
  const lines: TextLine[] = status === undefined ? [{ text: "no run yet" }] : [...statusLines(status, now)];
  // While the run is at work, what comes next is this watch.
  if (status !== undefined && (status.paused !== null || !isWorkedOn(status))) lines.push(nextLine(status));
  if (status === undefined || !isOver(status)) {
    lines.push({ text: "  Ctrl-C ends this watch and leaves the run alone", style: "dim" });
  }
  return lines;
}

function isOver(status: RunStatus): boolean {
  return status.state === "applied" && !isWorkedOn(status);
}

function isWorkedOn({ workers }: RunStatus): boolean {
  return workers.some(({ state }) => isAtWork(state));
}

/** Where a run stands, in one line. */
function summary({ run, state, users, planned, paused, workers }: RunStatus): string {
  const atWork = workers.filter((worker) => isAtWork(worker.state));
  const progress = atWork.flatMap((worker) => (worker.step === null ? [] : [progressText(worker)]));
  const parts = [`run ${run}`, ...(progress.length > 0 ? progress : [state])];
  if (planned !== null && state !== "planned") parts.push(`${formatCount(users.pending)} to come`);
  if (users.failed > 0) parts.push(`${formatCount(users.failed)} failed`);
  if (paused !== null) parts.push(`paused by ${printable(paused.by)}`);
  if (state !== "applied" && atWork.length === 0) {
    parts.push(workers[0]?.state === "gone" ? "the process is gone, the same command goes on" : "nobody is at work");
  }
  return parts.join("; ");
}
