/** Joins equal requests that come together or shortly after each other. */
export interface RecentChecks<Result> {
  /**
   * Begins the work, unless the same is under way or was done a moment ago: then its result is given.
   *
   * @param key - A keyed hash of the request. The request itself is not kept.
   */
  run(key: string, work: () => Promise<Result>): { readonly result: Promise<Result>; readonly joined: boolean };
}

/** How long and how many results are remembered. */
export interface RecentChecksOptions<Result> {
  /** Milliseconds for which a result is given again. */
  readonly keepMs: number;
  /** Beyond that the oldest is forgotten. */
  readonly maxKeys: number;
  /** Whether a result may be given again. One that may be different a moment later must not. */
  readonly isLasting: (result: Result) => boolean;
  readonly monotonic: () => number;
}

interface Entry<Result> {
  readonly result: Promise<Result>;
  /** Infinity while the work is under way. */
  until: number;
}

/** A memory of this process: a request that is repeated comes over the same connection pool within seconds. */
export function createRecentChecks<Result>(options: RecentChecksOptions<Result>): RecentChecks<Result> {
  const { keepMs, maxKeys, isLasting, monotonic } = options;
  const entries = new Map<string, Entry<Result>>();

  /** A map keeps the order of insertion, which is nearly that in which entries expire. */
  function makeRoom(now: number): void {
    for (const [key, { until }] of entries) {
      if (until > now && entries.size < maxKeys) return;
      entries.delete(key);
    }
  }

  return {
    run(key, work) {
      const now = monotonic();
      const known = entries.get(key);
      if (known !== undefined && known.until > now) return { result: known.result, joined: true };
      makeRoom(now);
      const result = work();
      const entry: Entry<Result> = { result, until: Infinity };
      entries.delete(key);
      entries.set(key, entry);
      const drop = (): void => {
        if (entries.get(key) === entry) entries.delete(key);
      };
      result.then((value) => {
        if (isLasting(value)) entry.until = monotonic() + keepMs;
        else drop();
      }, drop);
      return { result, joined: false };
    },
  };
}
