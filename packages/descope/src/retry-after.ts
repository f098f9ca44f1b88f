/**
 * Reads how long an answer asks to wait, in milliseconds; undefined when it does not say.
 *
 * A date counts from the answer's own `Date`, so that this machine's clock does not matter. At least one second.
 *
 * @param nowMs - This machine's time, for answers without a `Date`.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.max(LEAST_MS, Math.ceil(Number(value) * 1000));
  const until = Date.parse(value);
  if (Number.isNaN(until)) return undefined;
  const answered = Date.parse(headers.get("date") ?? "");
  return Math.max(LEAST_MS, until - (Number.isNaN(answered) ? nowMs : answered));
}

const LEAST_MS = 1000;
