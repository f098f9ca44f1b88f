import type { Clock } from "../ports/clock.ts";
import type { CapturedUser, StateStore, VerdictCount } from "../ports/state-store.ts";

/** Notes for reports who was brought in and how password checks ended. Writes many at a time, and never holds a sign-in up. */
export interface CaptureRecorder extends AsyncDisposable {
  /** The project has the password of a user of a pool. */
  captured(user: Pick<CapturedUser, "userPoolId" | "sub">): void;
  /** A password check ended; without a `userPoolId` where no pool was asked. */
  decided(verdict: {
    readonly userPoolId?: string | undefined;
    readonly verdict: string;
    readonly reason: string;
  }): void;
  /** Writes what there is. Does not throw: what cannot be written is tried again later. */
  flush(): Promise<void>;
}

/** What a recorder is made of. */
export interface CaptureRecorderOptions {
  readonly projectId: string;
  readonly store: Pick<StateStore, "recordCaptures">;
  readonly clock: Clock;
  /** How long what is noted waits to be written, in milliseconds. @defaultValue 1000 */
  readonly flushMs?: number | undefined;
  /** Users that are kept while the store cannot be written, beyond which they are left out. @defaultValue 100,000 */
  readonly maxKept?: number | undefined;
  /** Hears that the store could not be written. Must not throw. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

const DAY_MS = 86_400_000;
/** Users in one transaction. */
const AT_ONCE = 2000;

/** Starts noting; nothing is written before there is something. */
export function createCaptureRecorder(options: CaptureRecorderOptions): CaptureRecorder {
  const { projectId, store, clock, flushMs = 1000, maxKept = 100_000, onFault } = options;
  let users: CapturedUser[] = [];
  let verdicts = new Map<string, VerdictCount>();
  let writing: Promise<void> = Promise.resolve();
  let waiting = false;
  const ended = new AbortController();

  function count({ count: by, ...kind }: VerdictCount): void {
    const key = JSON.stringify([kind.userPoolId, kind.day, kind.verdict, kind.reason]);
    verdicts.set(key, { ...kind, count: (verdicts.get(key)?.count ?? 0) + by });
  }

  /** Writes after a while, with what else comes until then. */
  function writeSoon(): void {
    if (waiting || ended.signal.aborted) return;
    waiting = true;
    void clock
      .sleep(flushMs, ended.signal)
      .catch(() => undefined)
      .then(async () => {
        waiting = false;
        if (ended.signal.aborted) return;
        await flush();
        if (users.length > 0 || verdicts.size > 0) writeSoon();
      });
  }

  function flush(): Promise<void> {
    writing = writing.then(write);
    return writing;
  }

  async function write(): Promise<void> {
    while (users.length > 0 || verdicts.size > 0) {
      const someUsers = users.splice(0, AT_ONCE);
      const someVerdicts = [...verdicts.values()];
      verdicts = new Map();
      try {
        await store.recordCaptures(projectId, someUsers, someVerdicts);
      } catch (error) {
        users = [...someUsers, ...users].slice(0, maxKept);
        for (const verdict of someVerdicts) count(verdict);
        onFault?.(error);
        return;
      }
    }
  }

  return {
    captured({ userPoolId, sub }) {
      if (users.length < maxKept) users.push({ userPoolId, sub, at: clock.now() });
      writeSoon();
    },
    decided({ userPoolId = "-", verdict, reason }) {
      count({ userPoolId, day: Math.floor(clock.now() / DAY_MS), verdict, reason, count: 1 });
      writeSoon();
    },
    flush,
    async [Symbol.asyncDispose]() {
      ended.abort();
      await flush();
    },
  };
}
