import type { Digest } from "../ports/digest.ts";
import { chainStart, type ChainHead, hashEvent, type HashedEvent } from "./event-chain.ts";

/** A chain as somebody hands it over. */
export interface ClaimedChain {
  readonly run: string;
  readonly earlier: readonly HashedEvent[];
  readonly events: readonly (HashedEvent & {
    readonly seq: number;
    readonly previous: string;
    readonly hash: string;
  })[];
  readonly head: ChainHead | undefined;
}

/**
 * Checks that a chain is whole: every event is what was hashed, follows the one before it, and the last is the head.
 *
 * Stops at the first event that is wrong, because nothing after it can be told.
 *
 * @returns one sentence for what is wrong; empty when the chain is whole.
 */
export function checkChain(digest: Digest, { run, earlier, events, head }: ClaimedChain): readonly string[] {
  let before: ChainHead = { events: 0, hash: chainStart(digest, run, earlier) };
  for (const event of events) {
    const name = `event ${event.seq} (${event.type}) of run ${run}`;
    if (event.seq !== before.events + 1) {
      return [`${name} follows event ${before.events}: events between them are missing, or came twice`];
    }
    if (event.previous !== before.hash) {
      return [
        before.events === 0
          ? `${name} does not follow from what was on record before the chain of run ${run} began`
          : `${name} does not follow from the event before it: one of the two was changed`,
      ];
    }
    if (event.hash !== hashEvent(digest, event.seq, event.previous, event)) return [`${name} was changed`];
    before = { events: event.seq, hash: event.hash };
  }
  if (head === undefined) return events.length === 0 ? [] : [`the head of the chain of run ${run} is missing`];
  if (head.events !== before.events || (head.events > 0 && head.hash !== before.hash)) {
    return [
      `the chain of run ${run} ends with event ${before.events}, and its head says ${head.events}: the end was changed or cut off`,
    ];
  }
  return [];
}
