import type { Overview } from "./overview.ts";
import type { Problem } from "./problem.ts";
import { API_BASE } from "./route.ts";

/**
 * One stream of server-sent events for each open page. `data` of every event is one line of JSON.
 *
 * An event of the kind that replaces is sent whole whenever it has changed, and right away to a page that has just opened the
 * stream; an event of the kind that adds holds what is new.
 */
export const LIVE_PATH: string = `${API_BASE}/events`;

/** How often the server looks for what has changed, in milliseconds. */
export const LIVE_INTERVAL_MS = 1000;

/** The events of the stream, by name, with what their `data` holds. */
export interface LiveEvents {
  /** Replaces. */
  readonly overview: Overview;
  /** Replaces: what keeps the server from reading, empty when all is well. */
  readonly trouble: readonly Problem[];
  /** A sign of life every ten seconds without anything else. */
  readonly ping: null;
}
