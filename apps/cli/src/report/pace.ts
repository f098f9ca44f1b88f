import type { RunSample } from "@cognito-to-descope/core";

/** How many users got an outcome in one stretch of time. */
export interface PaceEntry {
  /** When the stretch begins: ISO 8601 in UTC. */
  readonly at: string;
  readonly users: number;
}

/** The most entries of a pace; of a longer one neighbours are added up. */
const MAX_ENTRIES = 60;

/** How fast a run was applied, by what was measured of it on the way. */
export function paceOf(samples: readonly RunSample[]): readonly PaceEntry[] {
  let before = 0;
  const entries: { at: number; users: number }[] = [];
  for (const { at, step, done } of samples) {
    if (step !== "applying") continue;
    entries.push({ at, users: Math.max(0, done - before) });
    before = Math.max(before, done);
  }
  const together = Math.ceil(entries.length / MAX_ENTRIES);
  const summed: PaceEntry[] = [];
  for (let index = 0; index < entries.length; index += together) {
    const part = entries.slice(index, index + together);
    const users = part.reduce((sum, entry) => sum + entry.users, 0);
    summed.push({ at: new Date(part[0]?.at ?? 0).toISOString(), users });
  }
  return summed;
}
