/**
 * Text of somebody else's making, fit for a terminal: without control characters, and without the marks that turn the
 * direction of what follows.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "\u{fffd}");
}

const LONGEST_NAME = 48;

/** A name of somebody else's making, {@link printable} and cut where it is long. */
export function printableName(name: string): string {
  const text = printable(name);
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text;
}

/** A number with its thousands apart: `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

const MOST_POOLS = 3;

/** Pools in a few words: `pool a`, `pools a, b`, `500 pools: a, b, c, …`. */
export function namePools(userPoolIds: readonly string[]): string {
  const shown = userPoolIds.slice(0, MOST_POOLS).join(", ");
  if (userPoolIds.length > MOST_POOLS) return `${formatCount(userPoolIds.length)} pools: ${shown}, …`;
  return `${userPoolIds.length === 1 ? "pool" : "pools"} ${shown}`;
}

/** A count with its noun: `1 user`, `2 users`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A duration in its two largest units: `1 h 40 min`, `2 min 5 s`, `<1 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return "<1 s";
  const units: readonly (readonly [number, string])[] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [size, unit] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

/** The least that something takes: `at least 12 min`, `less than 1 s`. */
export function atLeast(seconds: number): string {
  return seconds < 1 ? "less than 1 s" : `at least ${formatDuration(seconds)}`;
}
