/**
 * JSON text that is the same for equal values: names sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them. That is RFC 8785, but for half surrogate pairs, which it refuses and which are escaped here.
 *
 * What JSON leaves out is left out: members that are undefined. `NaN` and infinities are `null`.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // oxlint-disable-next-line unicorn/no-array-sort -- the entries are a list of our own
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
