import type { Heartbeat } from "@cognito-to-descope/core";

/**
 * What a sign of life says about its process.
 *
 * `working`: it is there. `silent`: it is there, or was a moment ago, and has not been heard of for a while. `gone`: it
 * has died or is cut off. `ended`, `interrupted`: it said goodbye.
 */
export type WorkerState = "working" | "silent" | "gone" | "ended" | "interrupted";

/** Signs of life come every second; a process that sorts millions of rows gives none meanwhile. */
const SILENT_AFTER_MS = 10_000;
/** Nothing that a process does in one go takes so long. */
const GONE_AFTER_MS = 600_000;
/** The same, where nobody can look whether the process is there. */
const GONE_ELSEWHERE_AFTER_MS = 60_000;

/**
 * Judges a sign of life.
 *
 * @param isThere - Whether its process is there; undefined where that cannot be told.
 */
export function judgeWorker(heartbeat: Heartbeat, now: number, isThere: boolean | undefined): WorkerState {
  if (heartbeat.ended !== undefined) return heartbeat.ended;
  if (isThere === false) return "gone";
  const age = now - heartbeat.at;
  if (age < SILENT_AFTER_MS) return "working";
  return age < (isThere === undefined ? GONE_ELSEWHERE_AFTER_MS : GONE_AFTER_MS) ? "silent" : "gone";
}

/** Whether the process of a sign of life is at work, as far as anybody can tell. */
export function isAtWork(state: WorkerState): boolean {
  return state === "working" || state === "silent";
}
