import { countSettled, type RunProgress } from "@cognito-to-descope/core";

/** A step of a run that counts something. */
export type CountedProgress = Exclude<RunProgress, { readonly step: "paused" }>;

/** How much of a step is done. */
export interface ProgressCounts {
  readonly done: number;
  readonly total: number;
}

/** What each step is called, and what it counts. */
export const STEP_TITLES: Readonly<Record<CountedProgress["step"], readonly [title: string, noun: string]>> = {
  "reading-pools": ["reading the settings of the pools", "pools"],
  reading: ["reading the pool", "users"],
  "reading-groups": ["reading groups", "groups"],
  "reading-target": ["reading the project", "users"],
  observing: ["looking at the users", "users"],
  planning: ["planning", "users"],
  comparing: ["comparing with the last run", "users"],
  defining: ["creating definitions", "definitions"],
  removing: ["removing definitions", "definitions"],
  applying: ["applying", "users"],
  reconciling: ["reconciling", "users"],
};

/** Counts a step's work, whatever it consists of. */
export function progressCounts(progress: CountedProgress): ProgressCounts {
  switch (progress.step) {
    case "reading-pools":
      return { done: progress.pools, total: progress.total };
    case "reading":
      return { done: progress.users, total: progress.estimated };
    case "reading-groups":
      return { done: progress.groups, total: progress.total };
    case "defining":
      return { done: progress.created, total: progress.total };
    case "removing":
      return { done: progress.removed, total: progress.total };
    case "applying":
      return { done: countSettled(progress.outcomes), total: progress.total };
    case "reading-target":
    case "observing":
    case "planning":
    case "comparing":
    case "reconciling":
      return { done: progress.users, total: progress.total };
    default:
      return progress satisfies never;
  }
}
