import type { DecisionEntry } from "./decision-entry.ts";

/** What was decided about the responses of one connection. */
export interface ConnectionTally {
  /** Key of the connection. */
  readonly connection: string;
  /** Responses that Cognito got: the connection is alive there. */
  readonly toCognito: number;
  /** Responses that Descope got: the connection is alive there. */
  readonly toDescope: number;
  /** Of those that Descope got, how many it took. */
  readonly acceptedByDescope: number;
  /** Log-only decisions that agree: the bridge knew whose response it was without doubt, and Cognito took it. */
  readonly agreed: number;
  /** Log-only decisions that do not: the response seems to be the connection's, but its issuer says something else. */
  readonly disagreed: number;
  /** Sign-ins that began at the identity provider. */
  readonly begunAtIdentityProvider: number;
  /** Epoch milliseconds; undefined without any. */
  readonly lastAtCognito?: number;
  readonly lastAtDescope?: number;
}

/** Counts decisions by connection. */
export interface DecisionTally {
  add(entry: DecisionEntry): void;
  /** By connection, in the order of their keys. */
  connections(): readonly ConnectionTally[];
  of(connection: string): ConnectionTally;
}

type Counts = { -readonly [Name in keyof ConnectionTally]: ConnectionTally[Name] };

/**
 * Counts decisions. What holds no connection is not counted: nobody knows whose it is.
 *
 * @param since - Epoch milliseconds. Older decisions do not count. @defaultValue 0
 */
export function createDecisionTally(since = 0): DecisionTally {
  const tallies = new Map<string, Counts>();
  return {
    add(entry) {
      if (entry.connection === undefined || entry.at < since) return;
      let counts = tallies.get(entry.connection);
      if (counts === undefined) {
        counts = none(entry.connection);
        tallies.set(entry.connection, counts);
      }
      count(counts, entry);
    },
    connections: () => [...tallies.values()].sort((a, b) => (a.connection < b.connection ? -1 : 1)),
    of: (connection) => tallies.get(connection) ?? none(connection),
  };
}

function none(connection: string): Counts {
  return {
    connection,
    toCognito: 0,
    toDescope: 0,
    acceptedByDescope: 0,
    agreed: 0,
    disagreed: 0,
    begunAtIdentityProvider: 0,
  };
}

function count(counts: Counts, entry: DecisionEntry): void {
  const { at, to, origin, accepted } = entry;
  if (origin === "identity-provider") counts.begunAtIdentityProvider += 1;
  if (to === "descope") {
    counts.toDescope += 1;
    if (accepted === true) counts.acceptedByDescope += 1;
    counts.lastAtDescope = Math.max(counts.lastAtDescope ?? 0, at);
  } else if (to === "cognito") {
    counts.toCognito += 1;
    counts.lastAtCognito = Math.max(counts.lastAtCognito ?? 0, at);
    if (entry.mode !== "log-only") return;
    if (DISAGREEING.has(entry.reason)) counts.disagreed += 1;
    // What Cognito refused says nothing: the user may have been too slow, or not allowed.
    else if (accepted === true) counts.agreed += 1;
  }
}

const DISAGREEING: ReadonlySet<DecisionEntry["reason"]> = new Set([
  "issuer-unknown",
  "issuer-differs",
  "connection-unknown",
]);
