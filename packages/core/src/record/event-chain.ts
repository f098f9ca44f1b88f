import type { Digest } from "../ports/digest.ts";
import { canonicalJson } from "./canonical-json.ts";

/** One thing that happened in a run, for the record. Without personal data. */
export interface RunEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly type: string;
  readonly data: Readonly<Record<string, string | number | boolean>>;
}

/** An event at its place in the chain of its run. */
export interface ChainedEvent extends RunEvent {
  /** From 1 on, without gaps. */
  readonly seq: number;
  /** Hash of the event before; of the first one, what {@link chainStart} gives. */
  readonly previous: string;
  readonly hash: string;
}

/** The end of a chain: how many events it has, and the hash of the last. */
export interface ChainHead {
  readonly events: number;
  readonly hash: string;
}

/** Everything that is on record about a run. */
export interface RunRecord {
  /** Events of versions that kept no chain, in their order. The start of the chain covers what they were when it began. */
  readonly earlier: readonly RunEvent[];
  readonly events: readonly ChainedEvent[];
  /** As it is kept beside the events; undefined before the first one. */
  readonly head: ChainHead | undefined;
}

/** An event as it is hashed: of its data there may be the hash only, so that a document can leave it out. */
export type HashedEvent = Pick<RunEvent, "at" | "type"> &
  ({ readonly data: RunEvent["data"] } | { readonly dataHash: string });

/** The hash of what an event says. */
export function hashEventData(digest: Digest, data: RunEvent["data"]): string {
  return digest.sha256(canonicalJson(data));
}

/**
 * What stands in the place of the event before the first: made of the run's id and of the events that older versions left.
 *
 * @param earlier - Events without a place in the chain, in their order.
 */
export function chainStart(digest: Digest, runId: string, earlier: readonly HashedEvent[]): string {
  const before = earlier.map((event) => [event.at, event.type, dataHashOf(digest, event)]);
  return digest.sha256(canonicalJson({ chain: "c2d-events-1", run: runId, earlier: before }));
}

/**
 * The hash of an event at its place: SHA-256 of the canonical JSON of its number, time, type, the hash of its data and the hash of
 * the event before.
 */
export function hashEvent(digest: Digest, seq: number, previous: string, event: HashedEvent): string {
  const { at, type } = event;
  return digest.sha256(canonicalJson({ at, data: dataHashOf(digest, event), previous, seq, type }));
}

/** Puts an event at the end of a chain. */
export function chainEvent(digest: Digest, before: ChainHead, event: RunEvent): ChainedEvent {
  const seq = before.events + 1;
  return { ...event, seq, previous: before.hash, hash: hashEvent(digest, seq, before.hash, event) };
}

function dataHashOf(digest: Digest, event: HashedEvent): string {
  return "dataHash" in event ? event.dataHash : hashEventData(digest, event.data);
}
