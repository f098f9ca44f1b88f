import type { Clock } from "@cognito-to-descope/core";
import { describeProblem } from "./problem.ts";

/** Something that pages are told of as it changes. */
export interface LiveSource {
  /** Name of the event: `overview`, `run`, `log`. */
  readonly event: string;
  /**
   * `replaces`: what is read is sent whole when it has changed, and right away to whoever begins to listen.
   * `adds`: what is read is new, and is sent to whoever listens; undefined where nothing is new.
   */
  readonly kind: "replaces" | "adds";
  /** Asked once a round, however many listen, and never while nobody does. What it throws is sent as the event `trouble`. */
  read(): Promise<unknown>;
}

/** An event on its way: `data` is one line of JSON. */
export interface LiveEvent {
  readonly event: string;
  readonly data: string;
}

/** Tells all open pages what has changed, and asks the store once for all of them. */
export interface LiveFeed extends Disposable {
  /** Begins to listen. Gives what ends it. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  readonly listeners: number;
}

/** How a feed is made. */
export interface LiveFeedOptions {
  readonly sources: readonly LiveSource[];
  readonly clock: Pick<Clock, "sleep" | "monotonic">;
  /** Milliseconds from one round to the next. */
  readonly everyMs: number;
}

/** Reading takes a fiftieth of the time at most: where it takes long, pages learn of changes later, and a run is not held up. */
const SHARE_OF_TIME = 50;

/** Makes a feed that reads nothing until somebody listens. */
export function createLiveFeed({ sources, clock, everyMs }: LiveFeedOptions): LiveFeed {
  const listeners = new Set<(event: LiveEvent) => void>();
  /** The newest of each event that replaces. */
  const latest = new Map<string, string>();
  let running: AbortController | undefined;

  const tell = (event: string, data: string): void => {
    for (const listener of listeners) listener({ event, data });
  };
  const replace = (event: string, value: unknown): void => {
    const data = JSON.stringify(value);
    if (latest.get(event) === data) return;
    latest.set(event, data);
    tell(event, data);
  };
  const round = async (): Promise<void> => {
    const troubles = new Map<string, ReturnType<typeof describeProblem>>();
    for (const source of sources) {
      try {
        const value = await source.read();
        if (source.kind === "replaces") replace(source.event, value ?? null);
        else if (value !== undefined) tell(source.event, JSON.stringify(value));
      } catch (error) {
        const problem = describeProblem(error);
        troubles.set(problem.code, problem);
      }
    }
    // With no trouble an empty list: what was told before is over.
    replace("trouble", [...troubles.values()]);
  };
  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const began = clock.monotonic();
      await round();
      const cost = clock.monotonic() - began;
      await clock.sleep(Math.max(everyMs, cost * SHARE_OF_TIME), signal).catch(() => undefined);
    }
  };
  const stop = (): void => {
    running?.abort();
    running = undefined;
    // Nobody looked meanwhile, so what is known is old.
    latest.clear();
  };
  return {
    subscribe(listener) {
      for (const [event, data] of latest) listener({ event, data });
      listeners.add(listener);
      if (running === undefined) {
        running = new AbortController();
        void run(running.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    get listeners() {
      return listeners.size;
    },
    [Symbol.dispose]() {
      listeners.clear();
      stop();
    },
  };
}
