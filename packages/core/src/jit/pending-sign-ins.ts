import type { Clock } from "../ports/clock.ts";
import type { NewProjectUser } from "../project/project-user.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { ProvisionOptions, ProvisionOutcome } from "./jit-provisioner.ts";

/** A user on its way into the project. */
export interface PendingSignIn {
  /** Pool and `sub`. */
  readonly key: string;
  readonly userPoolId: string;
  readonly sub: string;
  /** What the user signed in with. */
  readonly username: string;
  readonly rules: MappingRules;
  /** The user by the rules of the import, as one who has no password yet. */
  readonly planned: NewProjectUser;
  /** In clear, and only until the user is settled. */
  readonly password: string;
  /** Whether the project takes the password, as far as is known. */
  fits: boolean;
  /** Set once something is on its way that changes the project. */
  sent: boolean;
  /** Set once the user was read directly, and not by a search that may lag. */
  readDirectly: boolean;
  /** How often the project was asked what became of the user. */
  rounds: number;
  /** Whether the user was not in the project before. */
  created: boolean;
  /** Whether the password was set, and not found there. */
  passwordSet: boolean;
}

/** Users on their way, each once, however many sign-ins wait for it. */
export interface PendingSignIns {
  readonly size: number;
  /** The user with a key that is on its way. */
  find(key: string): PendingSignIn | undefined;
  add(entry: PendingSignIn): void;
  /** Waits for the outcome, until the deadline. */
  wait(entry: PendingSignIn, options: ProvisionOptions): Promise<ProvisionOutcome>;
  /** Gives the outcome to all who wait, and forgets the user and its password. */
  settle(entry: PendingSignIn, outcome: ProvisionOutcome): void;
  /** Resolves when the user is settled. */
  settled(entry: PendingSignIn): Promise<void>;
  /** Whether anybody still waits, or something that changes the project is on its way. */
  isWanted(entry: PendingSignIn): boolean;
  /** The latest time until which anybody waits for it. */
  deadlineOf(entry: PendingSignIn): number;
}

interface Waiter {
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (outcome: ProvisionOutcome) => void;
  readonly reject: (reason: unknown) => void;
}

interface Pending {
  entry: PendingSignIn;
  waiters: Waiter[];
  onSettled: (() => void)[];
}

/** Longest time between two looks for sign-ins whose deadline has passed. */
const LOOK_MS = 100;

/** @param onExpired - Says when to come again; hears that some do not wait any more. */
export function createPendingSignIns(
  clock: Clock,
  onExpired: { readonly retryAfterMs: (entry: PendingSignIn) => number; readonly sweep: () => void },
): PendingSignIns {
  const pending = new Map<string, Pending>();
  let looking = false;

  async function look(): Promise<void> {
    while (pending.size > 0) {
      const now = clock.monotonic();
      let next = now + LOOK_MS;
      let expired = false;
      for (const one of pending.values()) {
        if (one.waiters.some((waiter) => isOver(waiter, now))) {
          expired = true;
          end(one, now);
        }
        for (const { deadline } of one.waiters) next = Math.min(next, deadline);
      }
      if (expired) onExpired.sweep();
      await clock.sleep(Math.max(1, next - now));
    }
    looking = false;
  }

  function isOver({ deadline, signal }: Waiter, now: number): boolean {
    return deadline <= now || signal?.aborted === true;
  }

  function end(one: Pending, now: number): void {
    const { entry } = one;
    const over = one.waiters.filter((waiter) => isOver(waiter, now));
    one.waiters = one.waiters.filter((waiter) => !isOver(waiter, now));
    for (const { signal, resolve, reject } of over) {
      if (signal?.aborted === true) reject(signal.reason);
      // What was sent may still arrive: the next sign-in finds it.
      else if (entry.sent) resolve({ kind: "unavailable" });
      else resolve({ kind: "throttled", retryAfterMs: onExpired.retryAfterMs(entry) });
    }
    if (one.waiters.length === 0 && !entry.sent) forget(one);
  }

  function forget({ entry, onSettled }: Pending): void {
    pending.delete(entry.key);
    for (const tell of onSettled) tell();
  }

  const stateOf = ({ key }: PendingSignIn): Pending | undefined => pending.get(key);

  return {
    get size() {
      return pending.size;
    },
    find: (key) => pending.get(key)?.entry,
    add(entry) {
      pending.set(entry.key, { entry, waiters: [], onSettled: [] });
    },
    wait(entry, { deadline, signal }) {
      return new Promise((resolve, reject) => {
        const one = stateOf(entry);
        if (one === undefined) return reject(new TypeError("the sign-in is not on its way"));
        one.waiters.push({ deadline, signal, resolve, reject });
        if (looking) return;
        looking = true;
        void look();
      });
    },
    settle(entry, outcome) {
      const one = stateOf(entry);
      if (one?.entry !== entry) return;
      for (const { resolve } of one.waiters) resolve(outcome);
      forget(one);
    },
    settled(entry) {
      const one = stateOf(entry);
      if (one?.entry !== entry) return Promise.resolve();
      return new Promise((resolve) => one.onSettled.push(resolve));
    },
    isWanted(entry) {
      const one = stateOf(entry);
      return one?.entry === entry && (one.waiters.length > 0 || entry.sent);
    },
    deadlineOf(entry) {
      return Math.max(0, ...(stateOf(entry)?.waiters.map(({ deadline }) => deadline) ?? []));
    },
  };
}
