import type { RefusedTokens, TokenPeriod, VerifierUse } from "@cognito-to-descope/core";
import type { TokensInUse } from "@cognito-to-descope/console/contract";
import type { TokenReading } from "./token-reading.ts";

/** What is shown beside the use of tokens itself. */
export interface TokenExtras {
  readonly configured: boolean;
  readonly quietDays: number;
}

const SHOWN_HOURS_MS = 48 * 3_600_000;

/** Makes the document of the page. */
export function tokensDocument(
  { use, now, switchOff }: TokenReading,
  { configured, quietDays }: TokenExtras,
): TokensInUse {
  const { verifiers, unread } = use;
  const last = verifiers.map(({ lastAccepted }) => lastAccepted.cognito).filter((at) => at !== undefined);
  return {
    at: timeOf(now),
    configured,
    verifiers: verifiers.map(shownVerifier),
    days: use.days.map(shownPeriod),
    hours: use.hours.filter(({ from }) => from > now - SHOWN_HOURS_MS).map(shownPeriod),
    refused: addUp(verifiers.flatMap(({ refused }) => refused)),
    exchanges: use.exchanges ?? null,
    unread,
    unreadableLines: use.unreadableLines,
    lastCognito: last.length === 0 ? null : timeOf(Math.max(...last)),
    quietDays,
    switchOff,
  };
}

function shownVerifier({ lastAccepted, lastAcceptedBySource, ...use }: VerifierUse): TokensInUse["verifiers"][number] {
  return {
    ...use,
    firstHeard: timeOf(use.firstHeard),
    lastHeard: timeOf(use.lastHeard),
    lastCognito: lastAccepted.cognito === undefined ? null : timeOf(lastAccepted.cognito),
    lastDescope: lastAccepted.descope === undefined ? null : timeOf(lastAccepted.descope),
    lastBySource: Object.fromEntries(Object.entries(lastAcceptedBySource).map(([source, at]) => [source, timeOf(at)])),
  };
}

function shownPeriod({ from, ...counts }: TokenPeriod): TokensInUse["days"][number] {
  return { from: timeOf(from), ...counts };
}

function addUp(refused: readonly RefusedTokens[]): readonly RefusedTokens[] {
  const sums = new Map<string, { issuer: RefusedTokens["issuer"]; reason: string; count: number }>();
  for (const { issuer, reason, count } of refused) {
    const key = `${issuer} ${reason}`;
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { issuer, reason, count });
    else known.count += count;
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}

/** What verifiers write may be any number: beyond what a time can be, the last one. */
function timeOf(at: number): string {
  return new Date(Math.min(Math.max(at, 0), 253_402_300_799_999)).toISOString();
}
