import type { RunProgress } from "@cognito-to-descope/core";
import type { OutputStream } from "../cli-host.ts";
import { formatCount, formatDuration } from "./printable.ts";

/** Shows how far a run is: one line that is rewritten on a terminal, a plain line every few seconds elsewhere. */
export interface ProgressLine {
  update(progress: RunProgress): void;
  /** Takes the line away so that something else can be printed. */
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
  if (quiet) return { update: () => undefined, clear: () => undefined };
  const terminal = stream.isTTY === true;
  const interval = terminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
  /** When each step began, and with how many: users and groups are read at the same time. */
  const begun = new Map<RunProgress["step"], { readonly at: number; readonly done: number }>();
  // A short run needs no plain line.
  let printedAt = terminal ? -Infinity : now();
  let shown = false;

  return {
    update(progress) {
      const at = now();
      const { done, total } = countsOf(progress);
      let start = begun.get(progress.step);
      // A step that begins again counts again.
      if (start === undefined || done < start.done) begun.set(progress.step, (start = { at, done }));
      if (at - printedAt < interval) return;
      printedAt = at;
      const seconds = (at - start.at) / 1000;
      const rate = seconds > 0 ? (done - start.done) / seconds : 0;
      const text = describe(progress, done, total, rate);
      if (!stream.writable) return;
      if (terminal) {
        stream.write(`\r\x1b[2K${text.slice(0, (stream.columns || 80) - 1)}`);
        shown = true;
      } else {
        stream.write(`${text}\n`);
      }
    },
    clear() {
      if (!shown) return;
      shown = false;
      stream.write("\r\x1b[2K");
    },
  };
}

function countsOf(progress: RunProgress): { readonly done: number; readonly total: number } {
  switch (progress.step) {
    case "reading":
      return { done: progress.users, total: progress.estimated };
    case "reading-groups":
      return { done: progress.groups, total: progress.total };
    case "defining":
      return { done: progress.created, total: progress.total };
    case "applying": {
      const { created, updated, unchanged, skipped, failed } = progress.outcomes;
      return { done: created + updated + unchanged + skipped + failed, total: progress.total };
    }
    case "reading-target":
    case "observing":
    case "planning":
    case "comparing":
    case "reconciling":
      return { done: progress.users, total: progress.total };
    default:
      return progress satisfies never;
  }
}

const TITLES: Readonly<Record<RunProgress["step"], readonly [title: string, noun: string]>> = {
  reading: ["reading the pool", "users"],
  "reading-groups": ["reading groups", "groups"],
  "reading-target": ["reading the project", "users"],
  observing: ["looking at the users", "users"],
  planning: ["planning", "users"],
  comparing: ["comparing with the last run", "users"],
  defining: ["creating definitions", "definitions"],
  applying: ["applying", "users"],
  reconciling: ["reconciling", "users"],
};

function describe(progress: RunProgress, done: number, total: number, rate: number): string {
  const [title, noun] = TITLES[progress.step];
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
