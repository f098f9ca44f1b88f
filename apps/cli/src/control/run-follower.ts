import {
  type Clock,
  type Heartbeat,
  type LimiterBoard,
  NO_CONTROL,
  type RunControl,
  type RunProgress,
  type StateStore,
  type TrafficMeter,
} from "@cognito-to-descope/core";
import { progressCounts } from "../output/progress-counts.ts";
import { createRecentRate } from "../output/recent-rate.ts";
import { formatRate } from "./parse-rate.ts";
import { createRunRecorder } from "./run-recorder.ts";

/** What the operator did to a run while it worked. */
export type OperatorEvent =
  | { readonly type: "paused"; readonly by: string }
  | { readonly type: "resumed" }
  | { readonly type: "rates"; readonly chosen: string };

/** What a follower works with. */
export interface RunFollowerOptions {
  readonly store: Pick<StateStore, "readControl" | "putHeartbeat" | "addSample" | "appendEvent">;
  readonly board: LimiterBoard;
  /** Counts what the process sends. */
  readonly meter: TrafficMeter;
  readonly clock: Clock;
  readonly worker: Pick<Heartbeat, "worker" | "host" | "pid">;
  /** Aborted when the operator ends the process. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  readonly onEvent: (event: OperatorEvent) => void;
}

/**
 * Obeys what operators want of a run while this process works on it, and gives signs of life.
 *
 * It looks about once a second, beside the work. What it cannot read or write stays as it was: a store that is locked for
 * a while must not stop a run.
 */
export interface RunFollower extends AsyncDisposable {
  /** Follows this run from now on. Requests are held back until it is known whether the run is paused. */
  follow(runId: string): void;
  /** Hears how far the run is. */
  progress(progress: RunProgress): void;
  /** Hears that a service made the process wait or try again. */
  waited(what: string): void;
  /** Hears what ends the work before its time, by its code. */
  fault(code: string): void;
}

const INTERVAL_MS = 1000;
/** Until the run is in the store: whoever pauses it right after is to see that somebody works on it. */
const INTERVAL_UNTIL_BEGUN_MS = 50;
/** After a sign of life that could not be written: waiting for a lock holds up the work. */
const INTERVAL_AFTER_FAILURE_MS = 5000;
/** A control that cannot be read so often in a row is taken for none. */
const MAX_UNREADABLE = 10;

/** Starts a follower that has no run yet. */
export function createRunFollower(options: RunFollowerOptions): RunFollower {
  const { store, board, meter, clock, worker, signal, onProgress, onEvent } = options;
  const { host, pid } = worker;
  let recorder = createRunRecorder({ store, meter, clock });
  const stepsNoted = new Set<string>();
  /** What is still to be written of a run that was followed before. */
  let formerWritten: Promise<void> | undefined;
  const stop = new AbortController();
  const startedAt = clock.now();
  let runId: string | undefined;
  let control: RunControl | undefined;
  let unreadable = 0;
  let lastProgress: Exclude<RunProgress, { readonly step: "paused" }> | undefined;
  /** Whether the operator sees that the run is paused, and nothing was printed over it. */
  let pauseShown = false;
  /** Whether the run is about to begin, and not in the store yet. */
  let isAwaited = false;
  let lastWait: Heartbeat["lastWait"];
  const rate = createRecentRate();
  let loop: Promise<void> | undefined;

  async function obey(): Promise<void> {
    if (runId === undefined) return;
    const followed = runId;
    try {
      const read = await store.readControl(followed);
      if (followed !== runId) return;
      unreadable = 0;
      report(read);
      control = read;
    } catch (error) {
      // A run that is about to begin is not in the store yet: nobody can have paused it.
      unreadable += error instanceof RangeError ? MAX_UNREADABLE : 1;
      if (control === undefined && unreadable < MAX_UNREADABLE) return;
    }
    board.obey(control ?? NO_CONTROL);
    showPause();
  }

  function report(read: RunControl): void {
    const before = control ?? NO_CONTROL;
    if (read.pause !== undefined && before.pause?.since !== read.pause.since) {
      onEvent({ type: "paused", by: read.pause.by });
    }
    if (read.pause === undefined && before.pause !== undefined) onEvent({ type: "resumed" });
    const [was, is] = [describeRates(before), describeRates(read)];
    if (was !== is) onEvent({ type: "rates", chosen: is });
  }

  function showPause(): void {
    const pause = control?.pause;
    if (pause === undefined) pauseShown = false;
    else if (!pauseShown) {
      pauseShown = true;
      // Rates of before mean nothing afterwards.
      rate.reset();
      onProgress({ step: "paused", since: pause.since, by: pause.by });
    }
  }

  async function beat(ended?: Heartbeat["ended"]): Promise<boolean> {
    if (runId === undefined) return true;
    const { done, total } = lastProgress === undefined ? { done: 0, total: 0 } : progressCounts(lastProgress);
    const paused = control?.pause !== undefined && board.held;
    const buckets = board.states();
    recorder.look({ step: lastProgress?.step, done, total, paused, buckets });
    try {
      await store.putHeartbeat(runId, {
        ...worker,
        startedAt,
        at: clock.now(),
        ...(ended === undefined ? {} : { ended }),
        paused,
        ...(lastProgress === undefined ? {} : { step: lastProgress.step }),
        done,
        total,
        perSecond: ended === undefined ? rate.sample(clock.monotonic(), lastProgress?.step ?? "", done) : 0,
        buckets,
        ...(lastProgress?.step === "applying" ? { outcomes: lastProgress.outcomes } : {}),
        traffic: recorder.traffic,
        ...(lastWait === undefined ? {} : { lastWait }),
      });
      isAwaited = false;
      await recorder.write(runId, ended !== undefined);
      return true;
    } catch (error) {
      // A run that is about to begin is not there yet, and nothing was waited for.
      isAwaited = error instanceof RangeError;
      return isAwaited;
    }
  }

  async function keepFollowing(): Promise<void> {
    let beatAgainAt = 0;
    while (!stop.signal.aborted) {
      await obey();
      if (clock.monotonic() >= beatAgainAt && !(await beat())) {
        beatAgainAt = clock.monotonic() + INTERVAL_AFTER_FAILURE_MS;
      }
      try {
        await clock.sleep(isAwaited ? INTERVAL_UNTIL_BEGUN_MS : INTERVAL_MS, stop.signal);
      } catch {
        return;
      }
    }
  }

  return {
    follow(id) {
      if (id === runId) return;
      if (runId !== undefined) formerWritten = recorder.write(runId, true).catch(() => undefined);
      recorder = createRunRecorder({ store, meter, clock });
      stepsNoted.clear();
      runId = id;
      control = undefined;
      unreadable = 0;
      board.hold();
      recorder.note("worker-began", { host, pid });
      if (loop === undefined) loop = keepFollowing();
      else void obey();
    },
    progress(progress) {
      if (progress.step !== "paused") {
        // Steps of several pools take turns: each is told once.
        if (!stepsNoted.has(progress.step)) recorder.note("step", { step: progress.step, host, pid });
        stepsNoted.add(progress.step);
        lastProgress = progress;
        pauseShown = false;
      }
      onProgress(progress);
    },
    waited(what) {
      lastWait = { at: clock.now(), what };
      recorder.waited(what);
    },
    fault: (code) => recorder.note("fault", { code, host, pid }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await loop;
      await formerWritten;
      const how = signal.aborted ? "interrupted" : "ended";
      recorder.note(`worker-${how}`, { host, pid });
      await beat(how);
    },
  };
}

function describeRates({ rates }: RunControl): string {
  const chosen = Object.entries(rates).map(([bucket, rate]) => `${bucket}: ${formatRate(rate)}`);
  return chosen.length === 0 ? "none" : chosen.sort().join("; ");
}
