import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ProvisionTarget } from "@cognito-to-descope/core";
import { SimulatedClock } from "../../../../packages/core/test/simulated-clock.ts";

/** Turns of the loop in which nobody asks for anything, before time passes. */
const QUIET_TURNS = 20;

/** Time that passes only while nobody waits for an answer, so that minutes at a real server take as long as its work. */
export class VirtualTime extends SimulatedClock {
  readonly #asked = new Set<unknown>();

  /** A project that takes so long for each call, in this time. */
  slow(target: ProvisionTarget, latencyMs: number): ProvisionTarget {
    const late = async <T>(call: () => Promise<T>): Promise<T> => {
      await this.sleep(latencyMs);
      return call();
    };
    return {
      ...target,
      findUsers: (...given) => late(() => target.findUsers(...given)),
      findUsersByAttribute: (...given) => late(() => target.findUsersByAttribute(...given)),
      loadUser: (...given) => late(() => target.loadUser(...given)),
      createUsers: (...given) => late(() => target.createUsers(...given)),
      patchUsers: (...given) => late(() => target.patchUsers(...given)),
      setPassword: (...given) => late(() => target.setPassword(...given)),
    };
  }

  /** Lets time pass until the work ends. Throws when everybody waits for something else than time. */
  override async run<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const watched = work.finally(() => (ended = true));
    watched.catch(() => undefined);
    const onAsked = (message: unknown): void => void this.#asked.add((message as { request: unknown }).request);
    const onAnswered = (message: unknown): void => void this.#asked.delete((message as { request: unknown }).request);
    subscribe("undici:request:create", onAsked);
    for (const end of ["undici:request:trailers", "undici:request:error"]) subscribe(end, onAnswered);
    try {
      for (let quiet = 0; ; quiet += 1) {
        await new Promise(setImmediate);
        if (ended) return await watched;
        if (this.#asked.size > 0) quiet = 0;
        if (quiet < QUIET_TURNS) continue;
        quiet = 0;
        this.wakeNext();
      }
    } finally {
      unsubscribe("undici:request:create", onAsked);
      for (const end of ["undici:request:trailers", "undici:request:error"]) unsubscribe(end, onAnswered);
    }
  }
}
