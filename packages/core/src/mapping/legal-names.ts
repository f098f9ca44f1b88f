/** What a name must be. */
export interface NameRule {
  readonly maxLength: number;
  /** Replaces what is not allowed. */
  readonly clean: (name: string) => string;
  /** What is appended to tell names apart that became the same. */
  readonly suffix: (number: number) => string;
}

/** Descope's machine names of custom attributes: 1 to 20 of `[A-Za-z0-9_-]`. */
export const ATTRIBUTE_NAME: NameRule = {
  maxLength: 20,
  clean: (name) => {
    const cleaned = name.replace(/^(?:dev:)?(?:custom:)?/, "").replace(/[^A-Za-z0-9_-]/g, "_");
    // Assigning to this one name sets no property.
    return cleaned === "__proto__" ? "proto" : cleaned || "attribute";
  },
  suffix: (number) => `_${number}`,
};

/** Descope's role names: at most 100 characters. */
export const ROLE_NAME: NameRule = {
  maxLength: 100,
  clean: (name) => name,
  suffix: (number) => ` ${number}`,
};

/**
 * Gives each name a legal one, all different, also from those in `taken`.
 *
 * Names that are legal as they are keep themselves; the others follow in alphabetical order, so that the answer does
 * not depend on the order of the input. Names that differ only by case count as the same.
 */
export function assignLegalNames(
  names: Iterable<string>,
  taken: Iterable<string>,
  rule: NameRule,
): ReadonlyMap<string, string> {
  const used = new Set(Array.from(taken, (name) => name.toLowerCase()));
  const assigned = new Map<string, string>();
  const sorted = [...new Set(names)].sort(byCodeUnit);
  const legal = (source: string): string => shorten(rule.clean(source), rule.maxLength);
  const unchanged = (source: string): boolean => withoutPrefix(source) === legal(source);
  for (const name of [...sorted.filter(unchanged), ...sorted.filter((source) => !unchanged(source))]) {
    const wanted = legal(name);
    let candidate = wanted;
    for (let number = 2; used.has(candidate.toLowerCase()); number += 1) {
      const suffix = rule.suffix(number);
      candidate = shorten(wanted, rule.maxLength - suffix.length) + suffix;
    }
    used.add(candidate.toLowerCase());
    assigned.set(name, candidate);
  }
  return assigned;
}

function withoutPrefix(name: string): string {
  return name.replace(/^(?:dev:)?custom:/, "");
}

/** Cuts without leaving half of a surrogate pair. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return text.slice(0, end);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
