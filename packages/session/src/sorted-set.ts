const NONE: readonly string[] = [];

/** The same texts, sorted, each once. */
export function sortedSet(values: readonly string[]): readonly string[] {
  if (values.length === 0) return NONE;
  if (values.length === 1) return values;
  return [...new Set(values)].sort();
}
