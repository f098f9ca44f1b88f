import type { RateLimit } from "../limits/rate-limiter.ts";
import type { Traffic } from "../traffic/traffic.ts";
import type { OutcomeCounts } from "./run.ts";

/** Since when a run is paused, and by whom. */
export interface Pause {
  /** Epoch milliseconds. */
  readonly since: number;
  /** Account and machine of the operator: `ana@build-7`. */
  readonly by: string;
}

/** What the operator wants of a run while it works. Kept with the run, so it holds for whatever process works on it next. */
export interface RunControl {
  /** Absent while the run may send requests. */
  readonly pause?: Pause;
  /** Chosen rates by bucket: `user-create`, `UserList`, or `UserList@eu-west-1` for one of several budgets. */
  readonly rates: Readonly<Record<string, RateLimit>>;
}

/** A change of a {@link RunControl}: what it leaves out stays, and `null` takes away. */
export interface ControlChange {
  readonly pause?: Pause | null;
  readonly rates?: Readonly<Record<string, RateLimit | null>>;
}

/** The control of a run that nobody has touched. */
export const NO_CONTROL: RunControl = { rates: {} };

/** A control with a change made to it. */
export function changeControl(control: RunControl, change: ControlChange): RunControl {
  const pause = change.pause === undefined ? control.pause : (change.pause ?? undefined);
  const rates = Object.entries({ ...control.rates, ...change.rates }).flatMap(([bucket, rate]) =>
    rate === null ? [] : [[bucket, rate] as const],
  );
  return { ...(pause === undefined ? {} : { pause }), rates: Object.fromEntries(rates) };
}

/** How one bucket of a working process stands. */
export interface BucketState {
  /** `user-create`, `UserList`, … */
  readonly bucket: string;
  /** Which of several budgets of that name: `eu-west-1`. Absent where there is one only. */
  readonly scope?: string;
  /** The quota. */
  readonly limit: RateLimit;
  /** Requests per window that the operator chose; the quota where nothing is chosen. */
  readonly rate: number;
  /** Requests per window that are allowed now: less than the rate after throttling. */
  readonly allowed: number;
  /** Places that are taken. */
  readonly inUse: number;
  readonly throttles: number;
}

/** A sign of life of a process that works on a run. Without personal data. */
export interface Heartbeat {
  /** Names the process among all that ever work on the run. */
  readonly worker: string;
  readonly host: string;
  readonly pid: number;
  /** Epoch milliseconds, as are all times here. */
  readonly startedAt: number;
  readonly at: number;
  /** How the process ended; absent while it works. */
  readonly ended?: "ended" | "interrupted";
  /** Whether it holds requests back for a {@link Pause}. */
  readonly paused: boolean;
  /** What it does, as {@link RunProgress} names it; absent before the first step. */
  readonly step?: string;
  readonly done: number;
  readonly total: number;
  /** Done in a second, of the last seconds. */
  readonly perSecond: number;
  readonly buckets: readonly BucketState[];
  /** The outcomes of the run as the process knows them, while it applies. */
  readonly outcomes?: OutcomeCounts;
  /** What the process sent in the last minute. Absent in signs of life of earlier versions. */
  readonly traffic?: Traffic;
  /** The last time that a service made it wait or try again. */
  readonly lastWait?: { readonly at: number; readonly what: string };
}
