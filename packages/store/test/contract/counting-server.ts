import type { Permit, RateLimiter } from "@cognito-to-descope/core";
import { realClock } from "../support/real-clock.ts";

/** One request: the server counts it after `there` milliseconds, the answer is back after `back` more. */
export interface Trip {
  readonly there: number;
  readonly back: number;
}

/** A server that counts requests when they arrive, as a vendor does. */
export class CountingServer {
  readonly times: number[] = [];

  async request({ there, back }: Trip): Promise<void> {
    if (there > 0) await realClock.sleep(there);
    this.times.push(performance.now());
    if (back > 0) await realClock.sleep(back);
  }

  /** How many requests lie in the fullest window. */
  mostInOneWindow(windowMs: number): number {
    const sorted = this.times.toSorted((a, b) => a - b);
    let most = 0;
    let first = 0;
    for (const [last, time] of sorted.entries()) {
      while (time - (sorted[first] ?? 0) >= windowMs) first += 1;
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}

/** Sends trips over a number of lanes. */
export async function sendAll(
  limiter: RateLimiter,
  server: CountingServer,
  trips: readonly Trip[],
  lanes: number,
): Promise<void> {
  const queue = trips.values();
  const lane = async (): Promise<void> => {
    for (const trip of queue) await send(limiter, server, trip);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Sends one trip, and gives its place back. */
export async function send(limiter: RateLimiter, server: CountingServer, trip: Trip): Promise<Permit> {
  const permit = await limiter.acquire();
  await server.request(trip);
  permit.release();
  return permit;
}
