import type { StartedCommands } from "./commands.ts";
import type { RunLogPage } from "./log.ts";
import type { Overview } from "./overview.ts";
import type { Problem } from "./problem.ts";
import { API_BASE } from "./route.ts";
import type { RunDocument } from "./run.ts";
import type { RunSeries } from "./series.ts";

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
  /** Replaces: the newest run; null while there is none. */
  readonly run: RunDocument | null;
  /** Adds: new points of the newest run's charts. One of a time that is known already replaces it. */
  readonly series: RunSeries;
  /** Adds: what has happened in the newest run. */
  readonly log: RunLogPage;
  /** Replaces. */
  readonly commands: StartedCommands;
  /** Replaces: what keeps the server from reading, empty when all is well. */
  readonly trouble: readonly Problem[];
  /** Replaces: another revision means that `readSso` would answer something else. */
  readonly sso: { readonly revision: string };
  /** A sign of life every ten seconds without anything else. */
  readonly ping: null;
}
