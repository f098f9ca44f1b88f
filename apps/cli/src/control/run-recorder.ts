import {
  addTraffic,
  type BucketState,
  type BucketUse,
  type Clock,
  qualifiedBucket,
  type RunEvent,
  type RunSample,
  SAMPLE_MS,
  type StateStore,
  type Traffic,
  type TrafficMeter,
} from "@cognito-to-descope/core";

/** What a recorder works with. */
export interface RunRecorderOptions {
  readonly store: Pick<StateStore, "addSample" | "appendEvent">;
  readonly meter: TrafficMeter;
  readonly clock: Clock;
}

/** How this process stands at the moment. */
export type Standing = Pick<RunSample, "done" | "total" | "paused"> & {
  readonly step: string | undefined;
  readonly buckets: readonly BucketState[];
};

/**
 * Keeps what a run looked like while this process worked on it: samples for charts, and events for the log.
 *
 * Nothing of it is needed for the run to go on, so what cannot be written is kept and tried again later, within bounds.
 */
export interface RunRecorder {
  /** Takes down how the process stands. Call about once a second. */
  look(standing: Standing): void;
  /** What was sent in the last minute. */
  readonly traffic: Traffic;
  /** Takes down that something happened; it is written with the next {@link write}. */
  note(type: string, data: RunEvent["data"]): void;
  /** Takes down that a service made the process wait. Many waits in a short time become one event. */
  waited(what: string): void;
  /**
   * Writes what is complete.
   *
   * @param all - Writes what is not complete too: the process ends.
   */
  write(runId: string, all?: boolean): Promise<void>;
}

/** A service that throttles does so for every request for a while: that is one thing to tell. */
const WAITS_APART_MS = 10_000;
/** A store that is locked all the time does not make the process grow. */
const MOST_EVENTS = 200;
const RECENT_MS = 60_000;

/** Makes a recorder that has nothing yet. */
export function createRunRecorder({ store, meter, clock }: RunRecorderOptions): RunRecorder {
  const recent: { readonly at: number; readonly traffic: Traffic }[] = [];
  const events: RunEvent[] = [];
  const finished: RunSample[] = [];
  let current: RunSample | undefined;
  let waits = { last: "", times: 0, since: -Infinity };

  function note(type: string, data: RunEvent["data"]): void {
    if (events.length < MOST_EVENTS) events.push({ at: clock.now(), type, data });
  }

  function finish(): void {
    if (current !== undefined) finished.push(current);
    current = undefined;
    // Samples of the same stretch are merged by the store, and those that are lost leave a gap.
    if (finished.length > MOST_EVENTS) finished.shift();
  }

  function noteWaits(all: boolean): void {
    const now = clock.monotonic();
    if (waits.times === 0 || (!all && now - waits.since < WAITS_APART_MS)) return;
    note("waited", { what: waits.last, times: waits.times });
    waits = { last: "", times: 0, since: now };
  }

  return {
    look({ step, done, total, paused, buckets }) {
      const now = clock.now();
      const at = Math.floor(now / SAMPLE_MS) * SAMPLE_MS;
      const traffic = meter.take();
      recent.push({ at: now, traffic });
      while (recent.length > 0 && now - (recent[0]?.at ?? now) > RECENT_MS) recent.shift();
      if (current !== undefined && current.at !== at) finish();
      current = {
        at,
        ms: SAMPLE_MS,
        ...(step === undefined ? {} : { step }),
        done,
        total,
        paused,
        buckets: mostInUse(current?.buckets ?? {}, buckets),
        traffic: addTraffic(current?.traffic ?? {}, traffic),
      };
    },
    get traffic() {
      return recent.reduce<Traffic>((sum, { traffic }) => addTraffic(sum, traffic), {});
    },
    note,
    waited(what) {
      waits = { ...waits, last: what, times: waits.times + 1 };
    },
    async write(runId, all = false) {
      noteWaits(all);
      if (all) finish();
      for (let sample = finished[0]; sample !== undefined; sample = finished[0]) {
        await store.addSample(runId, sample);
        finished.shift();
      }
      for (let event = events[0]; event !== undefined; event = events[0]) {
        await store.appendEvent(runId, event);
        events.shift();
      }
    },
  };
}

function mostInUse(
  before: Readonly<Record<string, BucketUse>>,
  states: readonly BucketState[],
): Readonly<Record<string, BucketUse>> {
  const most: Record<string, BucketUse> = { ...before };
  for (const { bucket, scope, limit, allowed, inUse } of states) {
    const name = qualifiedBucket(bucket, scope);
    // Most buckets of a service are not used by a run at all.
    if (inUse === 0 && most[name] === undefined) continue;
    most[name] = { limit, allowed, inUse: Math.max(most[name]?.inUse ?? 0, inUse) };
  }
  return most;
}
