import {
  type BucketState,
  type Clock,
  MigrationError,
  type Outcome,
  type PlanItem,
  qualifiedBucket,
  type RunProgress,
  type StateStore,
} from "@cognito-to-descope/core";
import type { CliHost, OutputStream, TerminalProcess } from "../cli-host.ts";
import { type RunSteering, steerRun } from "../control/steer-run.ts";
import { describeWait } from "../output/log-events.ts";
import type { ProgressLine } from "../output/progress-line.ts";
import { progressCounts } from "../output/progress-counts.ts";
import { createRecentRate } from "../output/recent-rate.ts";
import { createScreen } from "../output/screen.ts";
import type { TextLine } from "../output/text-line.ts";
import type { AdapterEvent } from "../session.ts";
import { mask } from "../console/mask.ts";
import { glyphsOf } from "./glyphs.ts";
import { liveLines } from "./live-lines.ts";
import type { LiveEvent, LiveState, RecentOutcome } from "./live-state.ts";
import { createTerminalKeys } from "./terminal-keys.ts";
import { answerPrompt, describeChoice, type Key, nextRate, openThrottlePrompt } from "./throttle-prompt.ts";

/** What a live view is made with. */
export interface LiveViewOptions {
  readonly host: Pick<CliHost, "stdin" | "variables" | "signal"> & {
    readonly stderr: OutputStream;
    readonly terminal: TerminalProcess;
  };
  readonly style: (style: NonNullable<TextLine["style"]>, text: string) => string;
  readonly clock: Clock;
  /** Account and machine of the operator, who is named where a key changes the run. */
  readonly operator: string;
}

/** What a view shows of a run beside its progress, and steers. */
export interface LiveRun {
  readonly runId: string;
  readonly store: StateStore;
  readonly buckets: () => readonly BucketState[];
}

/**
 * Shows a run at a terminal, redrawn in place four times a second, and does what keys say: pause, throttle, stop.
 *
 * It holds the terminal from the first progress on until {@link ProgressLine.clear}; whatever is printed meanwhile comes
 * above it.
 */
export interface LiveView extends ProgressLine {
  /** Shows and steers this run from now on. */
  follow(run: LiveRun): void;
  event(event: AdapterEvent): void;
  /** What to remember of an item until its outcome comes. */
  describe(item: PlanItem): string;
  outcome(outcome: Outcome, who: string | undefined): void;
}

const FRAME_MS = 250;
/** How many events and outcomes are kept; no terminal shows more at once. */
const KEPT = 200;
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

/** Starts with nothing shown and the terminal untouched. */
export function createLiveView(options: LiveViewOptions): LiveView {
  const { host, style, clock, operator } = options;
  const { stderr, terminal, signal } = host;
  const glyphs = glyphsOf(host.variables);
  const screen = createScreen(stderr, style);
  const rate = createRecentRate();
  const events: LiveEvent[] = [];
  const recent: RecentOutcome[] = [];
  const failures: Record<string, number> = {};
  let state: Omit<LiveState, "events" | "recent" | "failures" | "perSecond" | "buckets" | "stopping"> = {
    since: clock.now(),
    findings: [],
    panel: "events",
  };
  let run: LiveRun | undefined;
  let steering: RunSteering | undefined;
  /** The bucket that `+` and `-` last changed or `t` chose. */
  let chosen: string | undefined;
  /** Whether a pause is reason enough to take the terminal: not between two steps, where somebody may be asked something. */
  let armed = false;
  let active: AbortController | undefined;
  let letGo: (() => void) | undefined;

  const keys = createTerminalKeys(host.stdin, (key) => void press(key));

  function change(part: Partial<typeof state>): void {
    state = { ...state, ...part };
  }

  function note(text: string): void {
    const last = events.at(-1);
    if (last?.text === text) events[events.length - 1] = { at: clock.now(), text, times: last.times + 1 };
    else events.push({ at: clock.now(), text, times: 1 });
    if (events.length > KEPT) events.shift();
  }

  function draw(): void {
    const { progress } = state;
    const perSecond =
      progress === undefined ? 0 : rate.sample(clock.monotonic(), progress.step, progressCounts(progress).done);
    const shown: LiveState = {
      ...state,
      perSecond,
      events,
      recent,
      failures,
      buckets: run?.buckets() ?? [],
      stopping: signal.aborted,
    };
    const size = { columns: Math.max(20, stderr.columns || 80), rows: stderr.rows || 24 };
    screen.show(liveLines(shown, size, clock.now(), glyphs));
  }

  function enter(): void {
    if (active === undefined) return;
    keys.open();
    if (stderr.writable) stderr.write(HIDE_CURSOR);
    draw();
  }

  function leave(): void {
    if (active === undefined) return;
    keys.close();
    if (stderr.writable) stderr.write(SHOW_CURSOR);
  }

  function start(): void {
    if (active !== undefined) return;
    const stop = new AbortController();
    active = stop;
    letGo = terminal.hold({ leave, enter });
    enter();
    void keepDrawing(stop.signal);
  }

  async function keepDrawing(stopped: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await clock.sleep(FRAME_MS, stopped);
      } catch {
        return;
      }
      draw();
    }
  }

  function end(): void {
    armed = false;
    if (active === undefined) return;
    screen.clear();
    leave();
    letGo?.();
    active.abort();
    active = undefined;
  }

  async function press(key: Key): Promise<void> {
    change({ remark: undefined });
    if (key.ctrl) {
      if (key.name === "c") terminal.interrupt();
      if (key.name === "z") terminal.suspend();
    } else if (typeof state.panel === "object") {
      await answer(key);
    } else {
      await command(key);
    }
    if (active !== undefined) draw();
  }

  async function command({ text, name }: Key): Promise<void> {
    switch (text) {
      case "p":
        return steer(async (steered) => {
          const pauses = state.paused === undefined;
          change({ asked: pauses ? "pausing" : "resuming" });
          await (pauses ? steered.pause() : steered.resume());
          if (!pauses) change({ paused: undefined, asked: undefined });
        });
      case "t": {
        const buckets = run?.buckets() ?? [];
        return change(
          buckets.length > 0 ? { panel: openThrottlePrompt(buckets) } : { remark: "no bucket is in use yet" },
        );
      }
      case "+":
      case "-":
        return nudge(text === "+" ? 1 : -1);
      case "v":
        return change({ panel: state.panel === "outcomes" ? "events" : "outcomes" });
      case "?":
        return change({ panel: state.panel === "help" ? "events" : "help" });
      case "q":
        return terminal.interrupt();
      default:
        if (name === "escape") change({ panel: "events" });
    }
  }

  async function answer(key: Key): Promise<void> {
    if (typeof state.panel !== "object") return;
    const result = answerPrompt(state.panel, key);
    if (result === "cancelled") return change({ panel: "events" });
    if ("prompt" in result) return change({ panel: result.prompt });
    change({ panel: "events" });
    await choose(result.bucket, result.rate, result.quota);
  }

  async function nudge(direction: 1 | -1): Promise<void> {
    const bucket = bucketToNudge();
    if (bucket === undefined) return change({ remark: "no bucket is in use yet" });
    await choose(qualifiedBucket(bucket.bucket, bucket.scope), nextRate(bucket, direction), bucket.limit);
  }

  /** The bucket that was chosen last, or the fullest one: it is what the run waits for. */
  function bucketToNudge(): BucketState | undefined {
    const buckets = run?.buckets() ?? [];
    const fullest = buckets
      .filter(({ inUse }) => inUse > 0)
      .toSorted((a, b) => b.inUse / b.allowed - a.inUse / a.allowed)[0];
    return buckets.find(({ bucket, scope }) => qualifiedBucket(bucket, scope) === chosen) ?? fullest;
  }

  async function choose(
    bucket: string,
    chosenRate: Parameters<RunSteering["throttle"]>[1],
    quota: BucketState["limit"],
  ): Promise<void> {
    chosen = bucket;
    await steer(async (steered) => {
      await steered.throttle(bucket, chosenRate, quota);
      change({ remark: describeChoice(bucket, chosenRate, quota) });
    });
  }

  /** What a key wants of the store may fail; the run goes on all the same. */
  async function steer(work: (steered: RunSteering) => Promise<void>): Promise<void> {
    if (steering === undefined) return change({ remark: "there is no run yet" });
    try {
      await work(steering);
    } catch (error) {
      change({ asked: undefined, remark: error instanceof MigrationError ? error.message : "that cannot be done now" });
    }
  }

  async function readFindings({ runId, store }: LiveRun): Promise<void> {
    try {
      const read = await store.readRun(runId);
      if (run?.runId === runId) change({ findings: read?.plan?.findings ?? [] });
    } catch {
      // They were printed with the plan; a store that is locked now must not stop a run.
    }
  }

  function hear(progress: RunProgress): void {
    change({ nextPassAt: undefined });
    if (progress.step === "paused") {
      // Rates of before mean nothing afterwards.
      rate.reset();
      change({ paused: progress, asked: state.asked === "pausing" ? undefined : state.asked });
      return;
    }
    const begins = state.progress?.step !== progress.step;
    change({ progress, ...(state.paused === undefined ? {} : { paused: undefined }) });
    if (progress.step !== "applying") return;
    change({ outcomes: progress.outcomes });
    if (begins && run !== undefined) void readFindings(run);
  }

  return {
    follow(followed) {
      armed = true;
      if (state.paused !== undefined) start();
      if (followed.runId === run?.runId) return;
      run = followed;
      steering = steerRun(followed.store, followed.runId, clock, operator);
      for (const name of Object.keys(failures)) delete failures[name];
      change({ runId: followed.runId, findings: [], outcomes: undefined, progress: undefined });
    },
    update(progress) {
      hear(progress);
      if (armed || progress.step !== "paused") start();
    },
    wait(ms) {
      change({ nextPassAt: clock.now() + ms, progress: undefined, outcomes: undefined });
      start();
    },
    above(print) {
      if (active === undefined) return print();
      screen.clear();
      print();
      draw();
    },
    clear: end,
    event(event) {
      const wait = describeWait(event);
      if (wait !== undefined) note(wait);
      if (event.side !== "operator") return;
      if (event.event.type === "paused") note(`paused by ${event.event.by}`);
      if (event.event.type === "resumed") {
        note("goes on");
        change({ paused: undefined, asked: undefined });
      }
      if (event.event.type === "rates") note(`rates chosen: ${event.event.chosen}`);
    },
    describe: ({ planned, existing, sub }) => mask(planned?.loginId ?? existing?.loginIds[0] ?? sub),
    outcome({ outcome, failure, detail }, who = "-") {
      if (failure !== undefined) failures[failure] = (failures[failure] ?? 0) + 1;
      // What the project says may name the user; why one is left out is our own word.
      const why = failure ?? (outcome === "skipped" ? (detail ?? "") : "");
      recent.push({ outcome, who, why });
      if (recent.length > KEPT) recent.shift();
    },
  };
}
