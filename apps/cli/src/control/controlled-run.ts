import type { Clock, ControlChange, Heartbeat, Run, RunControl, RunEvent, StateStore } from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { countOf } from "../report/amounts.ts";
import { systemClock } from "../system.ts";
import { isProcessThere } from "./this-process.ts";
import { isAtWork, judgeWorker } from "./worker-state.ts";

/** A run that can be controlled, whoever works on it. Needs no lock of the state store. */
export interface ControlledRun {
  readonly run: Run;
  readonly control: RunControl;
  /** The newest signs of life of the processes that work on it now. */
  readonly atWork: readonly Heartbeat[];
  /** The account and machine that the operator is known by. */
  readonly operator: string;
  readonly clock: Clock;
  /**
   * Changes what is wanted, writes it down, and waits until the processes at work do it.
   *
   * @param isObeyed - Whether a sign of life shows it.
   */
  change(
    change: ControlChange,
    event: Pick<RunEvent, "type" | "data">,
    isObeyed: (heartbeat: Heartbeat) => boolean,
  ): Promise<ChangeResult>;
}

/** What came of a change. */
export interface ChangeResult {
  readonly control: RunControl;
  /** How many processes are at work. */
  readonly workers: number;
  /** How many of them do what was said. */
  readonly obeyed: number;
}

/** Who controls a run, and which. */
export interface ControlOptions {
  /** @defaultValue the newest run */
  readonly runId?: string | undefined;
  /** `ana@build-7` */
  readonly operator: string;
  /** The clock of the state store. */
  readonly clock: Clock;
  /** Ends the wait for processes to obey. */
  readonly signal: AbortSignal;
}

/** Processes look once a second. */
const WAIT_MS = 5000;
const LOOK_EVERY_MS = 100;

/** What is thrown where there is no run to control. */
export function noRunYet(): Error {
  return usageError("there is no run yet", "begin one with `c2d plan` or `c2d migrate`");
}

/**
 * Finds the run that is meant: the named one, or the newest.
 *
 * @throws MigrationError `ERR_USAGE` when there is none, or it is applied and nobody works on it any more.
 */
export async function findControlledRun(store: StateStore, options: ControlOptions): Promise<ControlledRun> {
  const { runId, operator, clock, signal } = options;
  const runs = await store.listRuns();
  const run = runId === undefined ? runs[0] : runs.find(({ id }) => id === runId);
  if (run === undefined) {
    if (runId === undefined) throw noRunYet();
    throw usageError("there is no such run in the state file", "see `c2d status`");
  }
  const atWork = await readAtWork(store, run.id, clock);
  if (run.state === "applied" && atWork.length === 0) {
    const which = runId === undefined ? "the newest run" : "run";
    throw usageError(`${which} ${run.id} is applied, and nobody works on it`, "begin another with `c2d migrate`");
  }
  return {
    run,
    control: await store.readControl(run.id),
    atWork,
    operator,
    clock,
    async change(change, event, isObeyed) {
      const control = await store.changeControl(run.id, change);
      await store.appendEvent(run.id, { at: clock.now(), ...event });
      const obeyed = await waitUntilObeyed(store, run.id, { before: atWork, isObeyed, clock: systemClock, signal });
      return { control, workers: atWork.length, obeyed };
    },
  };
}

/** The newest signs of life of the processes that work on a run now. */
export async function readAtWork(store: StateStore, runId: string, clock: Clock): Promise<readonly Heartbeat[]> {
  const now = clock.now();
  return (await store.readHeartbeats(runId)).filter((heartbeat) =>
    isAtWork(judgeWorker(heartbeat, now, isProcessThere(heartbeat))),
  );
}

interface Waiting {
  readonly before: readonly Heartbeat[];
  readonly isObeyed: (heartbeat: Heartbeat) => boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** How many of the processes show in a new sign of life that they obey, or have ended. */
async function waitUntilObeyed(store: StateStore, runId: string, waiting: Waiting): Promise<number> {
  const { before, isObeyed, clock, signal } = waiting;
  const heardAt = new Map(before.map(({ worker, at }) => [worker, at]));
  const end = clock.monotonic() + WAIT_MS;
  for (;;) {
    const obeyed = (await store.readHeartbeats(runId)).filter((heartbeat) => {
      const last = heardAt.get(heartbeat.worker);
      return last !== undefined && heartbeat.at !== last && (heartbeat.ended !== undefined || isObeyed(heartbeat));
    });
    if (obeyed.length >= before.length || clock.monotonic() >= end || signal.aborted) return obeyed.length;
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  }
}

/**
 * What an operator is told about who does what was said.
 *
 * @param what - What a process then does: `sends nothing more`.
 */
export function describeObedience({ workers, obeyed }: ChangeResult, what: string): string {
  if (workers === 0) return "nobody is working on the run now: this is kept and applies when it goes on";
  if (obeyed < workers) {
    return `${obeyed} of ${countOf(workers, "process", "processes")} at work confirmed it so far: each looks once a second`;
  }
  return workers === 1 ? `the process at work ${what}` : `each of the ${workers} processes at work ${what}`;
}
