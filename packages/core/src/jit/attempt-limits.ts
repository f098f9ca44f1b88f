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
  const user = `jit user ${hash(foldLoginId(name))}`;
  const userMs = await counter.take(user, limits.perUser);
  if (userMs > 0) return { reason: "too-many-tries", waitMs: userMs };
  const from = address === undefined ? undefined : `jit address ${hash(address)}`;
  if (from !== undefined) {
    const addressMs = await counter.take(from, limits.perAddress);
    if (addressMs > 0) {
      await counter.undo(user);
      return { reason: "too-many-from-address", waitMs: addressMs };
    }
  }
  // One success does not forget what others failed from behind the same address: only this try is no failure.
  const undoAddress = async (): Promise<void> => (from === undefined ? undefined : counter.undo(from));
  return {
    async succeeded() {
      await counter.forget(user);
      await undoAddress();
    },
    async voided() {
      await counter.undo(user);
      await undoAddress();
    },
  };
}
