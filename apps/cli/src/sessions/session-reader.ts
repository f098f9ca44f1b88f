import { createTokenUse, type TokenPeriod, type TokenUse, type VerifierUse } from "@cognito-to-descope/core";
import { type FollowedLines, followLines } from "../lines/follow-lines.ts";
import { areGatewayMetrics, type ExchangeCounts, readExchangeCounts } from "./exchange-counts.ts";
import { parseSnapshot, type PlaceReading, readPlace } from "./read-place.ts";
import { type StatisticsPlace, statisticsPlaces } from "./statistics-places.ts";

/** A place that says nothing. */
export interface UnreadPlace {
  readonly place: string;
  /** `unreadable`: it does not answer or cannot be opened. `no-statistics`: something else stands there. */
  readonly problem: "unreadable" | "no-statistics";
}

/** What verifiers and gateways count, as it was read last. */
export interface SessionUse {
  readonly verifiers: readonly VerifierUse[];
  /** By the hour, oldest first. */
  readonly hours: readonly TokenPeriod[];
  /** By day, in UTC. */
  readonly days: readonly TokenPeriod[];
  /** Exchanges since each gateway was started, all gateways together. Absent where no place is a gateway's metrics. */
  readonly exchanges?: ExchangeCounts;
  readonly unread: readonly UnreadPlace[];
  /** Lines of files that are no snapshots. */
  readonly unreadableLines: number;
}

/** Reads places again and again. What it has read of files that grow it does not read again. */
export interface SessionReader {
  /** @param now - Epoch milliseconds. */
  read(now: number, signal: AbortSignal): Promise<SessionUse>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

interface Counted {
  readonly use: TokenUse;
  readonly files: Map<string, FollowedLines>;
  /** Addresses of the places that were read. */
  readonly places: Set<string>;
  unreadableLines: number;
}

/**
 * A reader of the places that are written in the config or on the command line.
 *
 * @param base - Directory that relative paths begin at.
 * @param options.timeoutMs - Milliseconds within which a URL has to answer. @defaultValue 10,000
 */
export function createSessionReader(
  written: readonly string[],
  base: string,
  { timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {},
): SessionReader {
  let counted = nothingCounted();
  let last: Promise<unknown> = Promise.resolve();

  async function readOnce(now: number, signal: AbortSignal): Promise<SessionUse> {
    const places = await statisticsPlaces(written, base);
    const there = new Set(places.map(({ address }) => address));
    if ([...counted.places].some((address) => !there.has(address))) counted = nothingCounted();
    for (;;) {
      const current = counted;
      const exchanges: ExchangeCounts[] = [];
      const unread: UnreadPlace[] = [];
      const reading = { now, timeoutMs, signal };
      const results = await Promise.all(places.map((place) => readOne(current, place, reading, exchanges)));
      signal.throwIfAborted();
      if (results.includes("anew")) {
        // A file was put in the place of another: what was added up of it is void.
        counted = nothingCounted();
        continue;
      }
      for (const [index, problem] of results.entries()) {
        const place = places[index];
        if (place !== undefined && (problem === "unreadable" || problem === "no-statistics")) {
          unread.push({ place: place.shown, problem });
        }
      }
      return {
        verifiers: current.use.verifiers(),
        hours: current.use.periods(HOUR_MS),
        days: current.use.periods(DAY_MS),
        ...(exchanges.length === 0 ? {} : { exchanges: addUp(exchanges) }),
        unread,
        unreadableLines: current.unreadableLines,
      };
    }
  }

  return {
    read(now, signal) {
      const next = last.then(() => readOnce(now, signal));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

function nothingCounted(): Counted {
  return { use: createTokenUse(), files: new Map(), places: new Set(), unreadableLines: 0 };
}

async function readOne(
  counted: Counted,
  place: StatisticsPlace,
  reading: PlaceReading,
  exchanges: ExchangeCounts[],
): Promise<UnreadPlace["problem"] | "anew" | "read"> {
  counted.places.add(place.address);
  try {
    if (place.kind === "lines") return await readLines(counted, place);
    const { text, at } = await readPlace(place, reading);
    if (areGatewayMetrics(text)) {
      exchanges.push(readExchangeCounts(text));
      return "read";
    }
    const snapshot = parseSnapshot(text, { verifier: place.verifier, at });
    if (snapshot === undefined) return "no-statistics";
    counted.use.add(snapshot, place.address);
    return "read";
  } catch {
    return "unreadable";
  }
}

async function readLines(
  counted: Counted,
  { address, verifier }: StatisticsPlace,
): Promise<"anew" | "read" | "unreadable"> {
  let file = counted.files.get(address);
  if (file === undefined) {
    file = followLines(address);
    counted.files.set(address, file);
  }
  let isAnew = false;
  const isThere = await file.read({
    onLine(line) {
      const snapshot = parseSnapshot(line, { verifier });
      if (snapshot === undefined) counted.unreadableLines += 1;
      else counted.use.add(snapshot, address);
    },
    onAnew: () => (isAnew = true),
  });
  if (isAnew) return "anew";
  return isThere ? "read" : "unreadable";
}

function addUp(all: readonly ExchangeCounts[]): ExchangeCounts {
  const sums = new Map<string, number>();
  for (const counts of all) {
    for (const [outcome, count] of Object.entries(counts)) sums.set(outcome, (sums.get(outcome) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}
