const COUNT: Intl.NumberFormat = new Intl.NumberFormat("en-US");

/** A number with its thousands apart: `1,234,567`. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** A count with its noun: `1 user`, `2 users`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A share in whole per cent, never 100 before it is. */
export function formatShare(share: number): string {
  return `${Math.floor(share * 100)}\u00a0%`;
}

/** A duration in its two largest units: `1 h 40 min`, `2 min 5 s`, `<1 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return "<1 s";
  const units = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ] as const;
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [size, unit] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}
