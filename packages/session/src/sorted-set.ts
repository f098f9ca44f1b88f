const NONE: readonly string[] = [];

/** The same texts, sorted, each once. */
export function sortedSet(values: readonly string[]): readonly string[] {
  if (values.length === 0) return NONE;
  if (isSortedSet(values)) return values;
  return [...new Set(values)].sort();
}

function isSortedSet(values: readonly string[]): boolean {
  for (let at = 1; at < values.length; at += 1) if ((values[at - 1] ?? "") >= (values[at] ?? "")) return false;
  return true;
}
