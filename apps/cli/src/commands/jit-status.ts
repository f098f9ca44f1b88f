import { hasCode, type JitProgress, jitProgressOf, readJitProgress, type StateStore } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { type ProgressDocument, progressDocument } from "../jit-progress/progress-document.ts";
import { progressLines, progressSummary } from "../jit-progress/progress-lines.ts";
import { readVerifierStatistics } from "../jit-progress/verifier-statistics.ts";
import { openWatchKeys } from "../live/watch-keys.ts";
import { createScreen } from "../output/screen.ts";
import { prepareConfig } from "../prepare.ts";
import { configuredPlaces } from "../sessions/statistics-places.ts";
import { stateClock } from "../state/state-location.ts";
import { systemClock } from "../system.ts";

interface JitStatusOptions {
  readonly activeUsers?: number;
  readonly require?: number;
  readonly verifierStatistics?: readonly string[];
  readonly left?: boolean;
  readonly watch?: boolean;
}

const FORECAST_SHARE = 0.95;
const TERMINAL_INTERVAL_MS = 2000;
const PLAIN_INTERVAL_MS = 10_000;
/** Counting millions of users takes its time: it may take a tenth of ours. */
const SHARE_OF_TIME = 10;

/** Says how far capturing passwords is, once or again and again. */
export const jitStatus: Command<JitStatusOptions> = async (invocation) => {
  const { output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false, project: true });
  // Asking must not make a state store where there is none.
  await using store = (await config.state.exists()) ? await config.state.open() : undefined;
  const reader = await createReader(invocation, config, store);
  if (options.watch === true) return await watch(invocation, reader);
  const progress = await reader();
  for (const { text, style } of progressLines(progress)) {
    output.line(style === undefined ? text : output.style(style, text));
  }
  output.document(progress);
  return isReady(progress) ? EXIT_CODES.done : EXIT_CODES.blocked;
};

type Reader = () => Promise<ProgressDocument>;

async function createReader(
  { host, options }: Invocation<JitStatusOptions>,
  config: Config,
  store: StateStore | undefined,
): Promise<Reader> {
  const { signal, cwd } = host;
  const { activeUsers, require: required, verifierStatistics } = options;
  const places = configuredPlaces(config, verifierStatistics, cwd);
  const projectId = config.project?.projectId ?? "";
  const clock = store === undefined ? systemClock : await stateClock(config.state);
  const share = required ?? FORECAST_SHARE;
  /** Going through all users takes long, so a watch does it once. */
  let left: JitProgress["left"];
  let countsLeft = options.left !== false;
  return async () => {
    const now = clock.now();
    const progress =
      store === undefined
        ? jitProgressOf({ days: [], verdicts: [], runs: [] }, { projectId, now, activeUsers, share })
        : await readJitProgress(store, { projectId, now, activeUsers, share, countsLeft, signal });
    if (countsLeft) left = progress.left;
    countsLeft = false;
    const tokens = places.length === 0 ? undefined : await readVerifierStatistics(places, cwd, now, signal);
    return progressDocument({ ...progress, left }, { projectId, now, required, share, tokens });
  };
}

/**
 * Shows progress again and again. Ends when the operator interrupts it, and when the required share is reached.
 *
 * Interrupted before that it is blocked: whatever waits for the share must not go on.
 */
async function watch({ host, output, options }: Invocation<JitStatusOptions>, read: Reader): Promise<number> {
  const { stdout, signal } = host;
  const terminal = stdout.isTTY === true && !output.json && !output.quiet;
  const screen = createScreen(stdout, (style, text) => output.style(style, text));
  const interval = terminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
  using keys = openWatchKeys(host, output, (ms, stopped) => systemClock.sleep(ms, stopped));
  while (!signal.aborted) {
    const began = systemClock.monotonic();
    const progress = await readPatiently(read);
    if (progress !== undefined) {
      if (output.json) output.document(progress);
      else if (terminal) screen.show([...progressLines(progress), ...keys.lines]);
      else output.line(`${progress.at.slice(11, 19)} ${progressSummary(progress)}`);
      if (progress.ready?.reached === true) return EXIT_CODES.done;
    }
    const cost = systemClock.monotonic() - began;
    await keys.pause(Math.max(interval, cost * SHARE_OF_TIME));
  }
  return options.require === undefined ? EXIT_CODES.done : EXIT_CODES.blocked;
}

/** A store that is being written to is asked again next time. */
async function readPatiently(read: Reader): Promise<ProgressDocument | undefined> {
  try {
    return await read();
  } catch (error) {
    if (hasCode(error, "ERR_STORE_LOCKED")) return undefined;
    throw error;
  }
}

function isReady({ ready }: ProgressDocument): boolean {
  return ready === null || ready.reached;
}
