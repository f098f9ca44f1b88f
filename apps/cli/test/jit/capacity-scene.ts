import {
  type ConfirmedUser,
  createRateLimiter,
  type ProvisionOutcome,
  type RateLimit,
  type RateLimiter,
} from "@cognito-to-descope/core";
import { DEFAULT_LIMITS } from "@cognito-to-descope/descope";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { type HandmadePool, startWorld, verified } from "../pipeline/world.ts";
import { defineOwnAttributes, openProvisioning, PASSWORD, type Provisioning } from "./provisioning.ts";
import { VirtualTime } from "./virtual-time.ts";

/** What a project takes for each call. */
export const LATENCY_MS = 120;

/** Users who sign in at a project that keeps to its quotas. */
export interface Scene extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly pool: HandmadePool;
  readonly time: VirtualTime;
  /** Lets a user sign in who waits so long, two seconds unless told otherwise. */
  readonly signIn: (number: number) => Promise<ProvisionOutcome>;
  /** Refused requests, and the most that any window of a quota saw, by quota. */
  quotas(): Readonly<Record<string, { readonly refused: number; readonly peak: number; readonly requests: number }>>;
}

/** A project with the quotas that are documented, in time that passes as fast as there is nothing to do. */
export async function startScene({
  replicas = 1,
  patienceMs = 2000,
}: { readonly replicas?: number; readonly patienceMs?: number } = {}): Promise<Scene> {
  const time = new VirtualTime();
  const world = await startWorld({
    quotas: "real",
    clock: () => time.now(),
    monotonicClock: () => time.monotonic(),
  });
  const { sandbox, pool } = world;
  await defineOwnAttributes(sandbox);
  const limiters = new Map<string, RateLimiter>();
  const share = (name: string, limit: RateLimit): RateLimiter => {
    const limiter = limiters.get(name) ?? createRateLimiter(limit, time);
    limiters.set(name, limiter);
    return limiter;
  };
  const opened: Provisioning[] = [];
  for (let replica = 0; replica < replicas; replica += 1) {
    opened.push(
      await openProvisioning(sandbox, {
        pools: [pool],
        clock: time,
        target: { limits: DEFAULT_LIMITS, ...(replicas === 1 ? {} : { createLimiter: share }) },
        ...(replicas === 1 ? {} : { sharedPace: (call, limit) => share(`pace of ${call}`, limit) }),
        through: (target) => time.slow(target, LATENCY_MS),
      }),
    );
  }
  return {
    sandbox,
    pool,
    time,
    async signIn(number) {
      const replica = opened[number % replicas];
      if (replica === undefined) throw new Error("no such replica");
      return replica.provisioner.provision(someUser(pool, number), PASSWORD, {
        deadline: time.monotonic() + patienceMs,
      });
    },
    quotas: () =>
      Object.fromEntries(
        sandbox.buckets().map(({ name, refused, peak, requests }) => [name, { refused, peak, requests }]),
      ),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** A user of a pool, by number. */
export function someUser({ userPoolId }: HandmadePool, number: number): ConfirmedUser {
  const email = `user${number}@example.com`;
  const sub = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  return {
    userPoolId,
    username: email,
    groups: [],
    user: {
      sub,
      username: `user${number}`,
      attributes: verified(email),
      enabled: true,
      status: "CONFIRMED",
      createdAt: 0,
      modifiedAt: 0,
    },
  };
}

/** Lets users sign in evenly, and gives what became of each. */
export async function arrive(
  { time, signIn }: Pick<Scene, "time" | "signIn">,
  perSecond: number,
  seconds: number,
): Promise<readonly ProvisionOutcome[]> {
  const outcomes: Promise<ProvisionOutcome>[] = [];
  const startedAt = time.monotonic();
  for (let number = 0; number < perSecond * seconds; number += 1) {
    const at = startedAt + (number * 1000) / perSecond;
    if (at > time.monotonic()) await time.sleep(at - time.monotonic());
    outcomes.push(signIn(number));
  }
  return Promise.all(outcomes);
}

/** How many sign-ins ended in each way. */
export function countKinds(outcomes: readonly ProvisionOutcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
