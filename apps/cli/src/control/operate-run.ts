import {
  type Heartbeat,
  type Pause,
  qualifiedBucket,
  type RateLimit,
  rateWithin,
  type RunControl,
} from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { usageError } from "../errors.ts";
import type { ChangeResult, ControlledRun } from "./controlled-run.ts";
import { knownBuckets } from "./known-buckets.ts";
import { formatRate, parseRate } from "./parse-rate.ts";

/** What came of a pause. */
export interface PauseResult extends ChangeResult {
  readonly pause: Pause;
  /** Whether it was paused before, in which case whoever did that stays named. */
  readonly wasPaused: boolean;
}

/** Holds back every further request of a run until {@link resumeRun}. */
export async function pauseRun(controlled: ControlledRun): Promise<PauseResult> {
  const { control, operator, clock } = controlled;
  const pause = control.pause ?? { since: clock.now(), by: operator };
  const event = { type: "paused", data: { by: operator } };
  const result = await controlled.change({ pause }, event, (heartbeat) => heartbeat.paused);
  return { ...result, pause, wasPaused: control.pause !== undefined };
}

/** What came of a resume. */
export interface ResumeResult extends ChangeResult {
  readonly wasPaused: boolean;
}

/** Lets a run that is paused go on. */
export async function resumeRun(controlled: ControlledRun): Promise<ResumeResult> {
  const { control, atWork, operator } = controlled;
  if (control.pause === undefined) {
    return { control, workers: atWork.length, obeyed: atWork.length, wasPaused: false };
  }
  const event = { type: "resumed", data: { by: operator } };
  return { ...(await controlled.change({ pause: null }, event, (heartbeat) => !heartbeat.paused)), wasPaused: true };
}

/** What came of a throttle. */
export interface ThrottleResult extends ChangeResult {
  readonly quota: RateLimit;
  /** What holds now. */
  readonly rate: RateLimit;
  readonly isReset: boolean;
}

/**
 * Chooses a rate for one bucket of a run, or takes the choice back.
 *
 * @param text - As operators write it: `50/60s`, `50%`, `50` or `reset`.
 * @throws MigrationError `ERR_USAGE` for a bucket that there is not, and for what {@link parseRate} refuses.
 */
export async function throttleRun(
  controlled: ControlledRun,
  config: Pick<Config, "limits">,
  bucket: string,
  text: string,
): Promise<ThrottleResult> {
  const { control, operator } = controlled;
  const buckets = bucketsOf(controlled, config);
  const quota = buckets.get(bucket);
  if (quota === undefined) {
    throw usageError("there is no such bucket", `there are: ${[...buckets.keys()].join(", ")}`);
  }
  const rate = parseRate(text, bucket, quota);
  const event = { type: "throttled", data: { by: operator, bucket, rate: formatRate(rate ?? quota) } };
  const result = await controlled.change({ rates: { [bucket]: rate } }, event, (heartbeat) =>
    keepsTo(heartbeat, bucket, rate, control),
  );
  return { ...result, quota, rate: rate ?? quota, isReset: rate === null };
}

/** The buckets with their quotas: those of the processes at work, whose config may be another, and those of the config. */
export function bucketsOf(
  { atWork }: Pick<ControlledRun, "atWork">,
  config: Pick<Config, "limits">,
): ReadonlyMap<string, RateLimit> {
  const known = new Map(knownBuckets(config));
  for (const { bucket, scope, limit } of atWork.flatMap(({ buckets }) => buckets)) {
    known.set(bucket, limit);
    known.set(qualifiedBucket(bucket, scope), limit);
  }
  return known;
}

/** Whether a process keeps to a rate; one that has not used the bucket yet will. */
function keepsTo({ buckets }: Heartbeat, name: string, chosen: RateLimit | null, { rates }: RunControl): boolean {
  return buckets
    .filter(({ bucket, scope }) => {
      const qualified = qualifiedBucket(bucket, scope);
      // What was chosen for one of several budgets holds for it, whatever is said of all.
      return qualified === name || (bucket === name && rates[qualified] === undefined);
    })
    .every(({ limit, rate }) => rate === (chosen === null ? limit.requests : rateWithin(limit, chosen)));
}
