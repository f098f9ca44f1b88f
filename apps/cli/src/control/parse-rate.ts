import type { RateLimit } from "@cognito-to-descope/core";
import { formatCount } from "../output/printable.ts";
import { usageError } from "../errors.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };
const FORMS = "write 50/60s, 50%, 50 (requests in the bucket's window) or reset";

/**
 * Reads a rate as an operator writes it: `50/60s`, `50%`, `50` or `reset`.
 *
 * @returns The rate in the window of the quota, rounded down to whole requests; null for the quota itself.
 * @throws MigrationError `ERR_USAGE` when it is no rate, is above the quota, or is less than a request per window.
 */
export function parseRate(text: string, bucket: string, quota: RateLimit): RateLimit | null {
  if (text === "reset") return null;
  const wanted = requestsPerWindow(text, quota);
  if (wanted === undefined) throw usageError(`"${text}" is no rate`, FORMS);
  const { requests, windowMs } = quota;
  if (wanted > requests) {
    throw usageError(
      `the rate is above the quota of ${bucket}, ${formatRate(quota)}`,
      "a rate can only slow down; the quota itself is set by `limits` of the config",
    );
  }
  if (wanted < 1) {
    throw usageError(
      `the rate is below one request in ${formatWindow(windowMs)}, the least of ${bucket}`,
      "`c2d pause` holds every request back",
    );
  }
  return { requests: Math.floor(wanted), windowMs };
}

function requestsPerWindow(text: string, quota: RateLimit): number | undefined {
  const percent = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text)?.[1];
  // Half of 5 requests is 2; a small share of few requests is still one.
  if (percent !== undefined && Number(percent) > 0) return Math.max(1, (quota.requests * Number(percent)) / 100);
  const [, requests, amount = "1", unit] = /^(\d{1,15})(?:\/(\d{1,9})?(ms|s|min|m|h))?$/.exec(text) ?? [];
  if (requests === undefined) return undefined;
  const windowMs = unit === undefined ? quota.windowMs : Number(amount) * (UNITS[unit] ?? 0);
  return windowMs > 0 ? (Number(requests) * quota.windowMs) / windowMs : undefined;
}

/** A rate in words: `50 in 60 s`. */
export function formatRate({ requests, windowMs }: RateLimit): string {
  return `${formatCount(requests)} in ${formatWindow(windowMs)}`;
}

function formatWindow(windowMs: number): string {
  return windowMs >= 1000 ? `${formatCount(windowMs / 1000)} s` : `${formatCount(windowMs)} ms`;
}
