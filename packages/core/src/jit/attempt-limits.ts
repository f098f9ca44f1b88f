import { foldLoginId } from "../mapping/fold-login-id.ts";
import type { RateCounter, RateLimitOfKey } from "../ports/rate-counter.ts";

/** How many tries may fail. */
export interface AttemptLimits {
  /** Of one name, whether anybody has it or not. Fewer than the five after which Cognito locks a user. */
  readonly perUser: RateLimitOfKey;
  /** From one address, where the address of the user is known. */
  readonly perAddress: RateLimitOfKey;
}

/** Four failed tries of a name, and sixty from an address, in a quarter of an hour. */
export const DEFAULT_ATTEMPT_LIMITS: AttemptLimits = {
  perUser: { events: 4, windowMs: 900_000 },
  perAddress: { events: 60, windowMs: 900_000 },
};

/** A try that is counted from before it is made, so that many at once are not more than the limit. */
export interface CountedAttempt {
  /**
   * Counts it for the user too that the name turned out to mean: a user has several names.
   *
   * @returns Milliseconds to wait; 0 when the try may be made.
   */
  countUser(userPoolId: string, sub: string): Promise<number>;
  /** The password was right: what failed before is forgotten. */
  succeeded(): Promise<void>;
  /** It says nothing of the password: it does not count. */
  voided(): Promise<void>;
}

/** A try that must not be made. */
export interface RefusedAttempt {
  readonly reason: "too-many-tries" | "too-many-from-address";
  readonly waitMs: number;
}

/** What counting needs. */
export interface AttemptCounting {
  readonly counter: RateCounter;
  readonly limits: AttemptLimits;
  /** A keyed hash that is the same in every process that shares the counter. */
  readonly hash: (text: string) => string;
}

/** Counts a try for its name and its address. */
export async function countAttempt(
  { counter, limits, hash }: AttemptCounting,
  name: string,
  address: string | undefined,
): Promise<CountedAttempt | RefusedAttempt> {
  const named = `jit name ${hash(foldLoginId(name))}`;
  const nameMs = await counter.take(named, limits.perUser);
  if (nameMs > 0) return { reason: "too-many-tries", waitMs: nameMs };
  const from = address === undefined ? undefined : `jit address ${hash(address)}`;
  if (from !== undefined) {
    const addressMs = await counter.take(from, limits.perAddress);
    if (addressMs > 0) {
      await counter.undo(named);
      return { reason: "too-many-from-address", waitMs: addressMs };
    }
  }
  /** What the try is counted for, but for the address. */
  const counted = [named];
  // One success does not forget what others failed from behind the same address: only this try is no failure.
  const undoAddress = async (): Promise<void> => (from === undefined ? undefined : counter.undo(from));
  return {
    async countUser(userPoolId, sub) {
      const user = `jit user ${hash(`${userPoolId} ${sub}`)}`;
      if (counted.includes(user)) return 0;
      const waitMs = await counter.take(user, limits.perUser);
      if (waitMs === 0) counted.push(user);
      return waitMs;
    },
    async succeeded() {
      for (const key of counted) await counter.forget(key);
      await undoAddress();
    },
    async voided() {
      for (const key of counted) await counter.undo(key);
      await undoAddress();
    },
  };
}
