import type { StatisticsSnapshot, TokenIssuer } from "./statistics-snapshot.ts";

/** Tokens of one hour or day. */
export interface TokenCounts {
  readonly cognito: number;
  readonly descope: number;
  readonly refused: number;
}

/** Tokens of some time. */
export interface TokenPeriod extends TokenCounts {
  /** Epoch milliseconds at which it begins. */
  readonly from: number;
}

/** What one back end says of the tokens that it gets. */
export interface VerifierUse {
  readonly verifier: string;
  /** Processes that were heard of, those that have ended as well. */
  readonly instances: number;
  /** Epoch milliseconds of its first and newest snapshot. */
  readonly firstHeard: number;
  readonly lastHeard: number;
  readonly accepted: { readonly cognito: number; readonly descope: number };
  readonly refused: readonly RefusedTokens[];
  readonly lastAccepted: { readonly cognito?: number; readonly descope?: number };
  readonly lastAcceptedBySource: Readonly<Record<string, number>>;
}

/** Tokens that were refused for one reason. */
export interface RefusedTokens {
  readonly issuer: TokenIssuer;
  readonly reason: string;
  readonly count: number;
}

/** Adds up what verifiers count. */
export interface TokenUse {
  /**
   * Snapshots of one instance come in the order of their times; older ones are left out.
   *
   * @param place - Where it comes from: instances of two places are never the same. @defaultValue empty
   */
  add(snapshot: StatisticsSnapshot, place?: string): void;
  /** By name. */
  verifiers(): readonly VerifierUse[];
  /**
   * Accepted and refused tokens, oldest first. Periods without any are left out.
   *
   * @param periodMs - Whole hours.
   */
  periods(periodMs: number): readonly TokenPeriod[];
}

const HOUR_MS = 3_600_000;

interface Verifier {
  readonly instances: Map<string, StatisticsSnapshot>;
  firstHeard: number;
  lastHeard: number;
  readonly accepted: { cognito: number; descope: number };
  readonly refused: Map<string, { issuer: TokenIssuer; reason: string; count: number }>;
  readonly lastAccepted: { cognito?: number; descope?: number };
  readonly lastBySource: Map<string, number>;
}

/**
 * Starts with nothing.
 *
 * What an instance had counted when it was first heard of belongs to no hour, unless it says which instance it is: then it was heard
 * of from its start. A count that falls is one that began anew.
 */
export function createTokenUse(): TokenUse {
  const verifiers = new Map<string, Verifier>();
  const hours = new Map<number, { cognito: number; descope: number; refused: number }>();

  function add(snapshot: StatisticsSnapshot, place = ""): void {
    const { at, instance } = snapshot;
    const key = JSON.stringify([place, instance]);
    let verifier = verifiers.get(snapshot.verifier);
    if (verifier === undefined) {
      verifier = nothingHeard(at);
      verifiers.set(snapshot.verifier, verifier);
    }
    const before = verifier.instances.get(key);
    if (before !== undefined && at < before.at) return;
    verifier.instances.set(key, snapshot);
    const since = before === undefined || beganAnew(before, snapshot) ? undefined : before;
    const cognito = snapshot.accepted.cognito - (since?.accepted.cognito ?? 0);
    const descope = snapshot.accepted.descope - (since?.accepted.descope ?? 0);
    let refused = 0;
    for (const issuer of ["cognito", "descope", "unknown"] as const) {
      for (const [reason, all] of Object.entries(snapshot.refused[issuer])) {
        const more = all - (since === undefined ? 0 : countOf(since.refused[issuer], reason));
        if (more === 0) continue;
        refused += more;
        const why = `${issuer} ${reason}`;
        const known = verifier.refused.get(why);
        if (known === undefined) verifier.refused.set(why, { issuer, reason, count: more });
        else known.count += more;
      }
    }
    verifier.accepted.cognito += cognito;
    verifier.accepted.descope += descope;
    verifier.firstHeard = Math.min(verifier.firstHeard, at);
    verifier.lastHeard = Math.max(verifier.lastHeard, at);
    noteLast(verifier, snapshot);
    const belongsToHour = before !== undefined || instance !== "";
    if (!belongsToHour || cognito + descope + refused === 0) return;
    const hour = Math.floor(at / HOUR_MS);
    const counts = hours.get(hour) ?? { cognito: 0, descope: 0, refused: 0 };
    counts.cognito += cognito;
    counts.descope += descope;
    counts.refused += refused;
    hours.set(hour, counts);
  }

  return {
    add,
    verifiers: () =>
      [...verifiers]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([verifier, { instances, refused, lastBySource, ...heard }]) => ({
          ...heard,
          verifier,
          instances: instances.size,
          refused: [...refused.values()].sort((a, b) => b.count - a.count),
          lastAcceptedBySource: Object.fromEntries(lastBySource),
        })),
    periods(periodMs) {
      const length = Math.max(1, Math.round(periodMs / HOUR_MS));
      const periods = new Map<number, { from: number; cognito: number; descope: number; refused: number }>();
      for (const [hour, counts] of [...hours].sort(([a], [b]) => a - b)) {
        const first = Math.floor(hour / length) * length;
        const period = periods.get(first) ?? { from: first * HOUR_MS, cognito: 0, descope: 0, refused: 0 };
        period.cognito += counts.cognito;
        period.descope += counts.descope;
        period.refused += counts.refused;
        periods.set(first, period);
      }
      return [...periods.values()];
    },
  };
}

function nothingHeard(at: number): Verifier {
  return {
    instances: new Map(),
    firstHeard: at,
    lastHeard: at,
    accepted: { cognito: 0, descope: 0 },
    refused: new Map(),
    lastAccepted: {},
    lastBySource: new Map(),
  };
}

function noteLast(verifier: Verifier, { lastAccepted, lastAcceptedBySource }: StatisticsSnapshot): void {
  for (const issuer of ["cognito", "descope"] as const) {
    const last = lastAccepted[issuer];
    if (last !== undefined) verifier.lastAccepted[issuer] = Math.max(verifier.lastAccepted[issuer] ?? 0, last);
  }
  for (const [source, last] of Object.entries(lastAcceptedBySource)) {
    verifier.lastBySource.set(source, Math.max(verifier.lastBySource.get(source) ?? 0, last));
  }
}

function beganAnew(before: StatisticsSnapshot, now: StatisticsSnapshot): boolean {
  if (now.accepted.cognito < before.accepted.cognito || now.accepted.descope < before.accepted.descope) return true;
  return (["cognito", "descope", "unknown"] as const).some((issuer) =>
    Object.entries(before.refused[issuer]).some(([reason, all]) => countOf(now.refused[issuer], reason) < all),
  );
}

/** Reasons come from outside, so that one may be the name of something that every object has. */
function countOf(counts: Readonly<Record<string, number>>, reason: string): number {
  return Object.hasOwn(counts, reason) ? (counts[reason] ?? 0) : 0;
}
