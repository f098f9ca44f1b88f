/** Rates are of as long as the longest window of a quota: users come in bursts, as its places free. */
const WINDOW_MS = 60_000;

/** How fast a step goes, of the last minute. */
export interface RecentRate {
  /**
   * Notes how much is done.
   *
   * @param at - Milliseconds of a clock that never goes back.
   * @returns Done in a second, to a tenth; 0 as long as there is only one look.
   */
  sample(at: number, step: string, done: number): number;
  /** Forgets everything: rates of before a pause mean nothing after it. */
  reset(): void;
}

/** Starts without any look. */
export function createRecentRate(): RecentRate {
  const samples: { readonly at: number; readonly step: string; readonly done: number }[] = [];
  return {
    sample(at, step, done) {
      const previous = samples.at(-1);
      // A step that begins again counts again.
      if (previous !== undefined && (previous.step !== step || previous.done > done)) samples.length = 0;
      samples.push({ at, step, done });
      while (samples.length > 2 && at - (samples[0]?.at ?? at) > WINDOW_MS) samples.shift();
      const first = samples[0];
      if (first === undefined || at === first.at) return 0;
      return Math.round(((done - first.done) / (at - first.at)) * 10_000) / 10;
    },
    reset() {
      samples.length = 0;
    },
  };
}
