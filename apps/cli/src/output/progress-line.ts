import type { RunProgress } from "@cognito-to-descope/core";
import type { OutputStream } from "../cli-host.ts";
import { formatCount, formatDuration, printable } from "./printable.ts";
import { type CountedProgress, progressCounts, STEP_TITLES } from "./progress-counts.ts";

/** Shows how far a run is: one line that is rewritten on a terminal, a plain line every few seconds elsewhere. */
export interface ProgressLine {
  update(progress: RunProgress): void;
  /**
   * Says that nothing is done for so many milliseconds, until the next pass of a watch.
   *
   * @param again - Whether it was said before, for the same pass. @defaultValue false
   */
  wait(ms: number, again?: boolean): void;
  /** Prints something else while a step is under way: the line is taken away for it. */
  above(print: () => void): void;
  /** Takes the line away for good: the step is over. */
  clear(): void;
}

const TERMINAL_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 5000;

/** Starts without a line. */
export function createProgressLine(
  stream: OutputStream,
  quiet: boolean,
  now: () => number = () => performance.now(),
): ProgressLine {
  if (quiet)
    return { update: () => undefined, wait: () => undefined, above: (print) => print(), clear: () => undefined };
  const terminal = stream.isTTY === true;
  const interval = terminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
  /** When each step began, and with how many: users and groups are read at the same time. */
  const begun = new Map<RunProgress["step"], { readonly at: number; readonly done: number }>();
  // A short run needs no plain line.
  let printedAt = terminal ? -Infinity : now();
  let shown = false;
  let pausedSince: number | undefined;

  function show(text: string): void {
    if (!stream.writable) return;
    if (terminal) {
      stream.write(`\r\x1b[2K${text.slice(0, (stream.columns || 80) - 1)}`);
      shown = true;
    } else {
      stream.write(`${text}\n`);
    }
  }

  function clear(): void {
    if (!shown) return;
    shown = false;
    stream.write("\r\x1b[2K");
  }

  return {
    update(progress) {
      if (progress.step === "paused") {
        // Rates of before mean nothing afterwards.
        begun.clear();
        // Said once where every line stays.
        if (terminal || progress.since !== pausedSince) show(describePause(progress));
        pausedSince = progress.since;
        return;
      }
      const at = now();
      const { done, total } = progressCounts(progress);
      let start = begun.get(progress.step);
      // A step that begins again counts again.
      if (start === undefined || done < start.done) begun.set(progress.step, (start = { at, done }));
      if (at - printedAt < interval) return;
      printedAt = at;
      const seconds = (at - start.at) / 1000;
      const rate = seconds > 0 ? (done - start.done) / seconds : 0;
      show(describe(progress, done, total, rate));
    },
    wait(ms, again = false) {
      clear();
      if (stream.writable && !again) stream.write(`next pass in ${ms / 1000} s; Ctrl-C ends the watch\n`);
    },
    above(print) {
      clear();
      print();
    },
    clear,
  };
}

function describe(progress: CountedProgress, done: number, total: number, rate: number): string {
  const [ofStep, noun] = STEP_TITLES[progress.step];
  const title =
    progress.step === "reading" && progress.pools > 1 ? `reading ${formatCount(progress.pools)} pools` : ofStep;
  const parts = [`${title}: ${formatCount(done)} of ${formatCount(Math.max(done, total))} ${noun}`];
  if (rate > 0) parts.push(`${formatCount(Math.round(rate))}/s`);
  if (rate > 0 && total > done) parts.push(`${formatDuration((total - done) / rate)} left`);
  if (progress.step === "applying" && progress.outcomes.failed > 0) {
    parts.push(`${formatCount(progress.outcomes.failed)} failed`);
  }
  if (progress.step === "reconciling" && progress.discrepancies > 0) {
    parts.push(`${formatCount(progress.discrepancies)} discrepancies`);
  }
  return parts.join(", ");
}

function describePause({ since, by }: Extract<RunProgress, { readonly step: "paused" }>): string {
  return `paused until c2d resume, since ${new Date(since).toISOString().slice(11, 19)} UTC, by ${printable(by)}`;
}
