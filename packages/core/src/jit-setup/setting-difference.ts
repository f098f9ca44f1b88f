/** One setting that differs. Values of secrets are never in here. */
export interface SettingDifference {
  /** `ExplicitAuthFlows`, `configuration.baseUrl`. */
  readonly setting: string;
  /** Absent when the setting is. */
  readonly from?: unknown;
  readonly to: unknown;
}

/** What differs of the wanted settings. What is there besides does not count, nor does the order of texts in a list. */
export function differencesOf(
  found: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): readonly SettingDifference[] {
  return Object.entries(wanted).flatMap(([setting, to]) => {
    const from = found[setting];
    if (canonical(from) === canonical(to)) return [];
    return [{ setting, ...(from === undefined ? {} : { from }), to }];
  });
}

/** JSON in which keys have one order, and texts in a list too. */
export function canonical(value: unknown): string {
  return JSON.stringify(ordered(value)) ?? "";
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(ordered);
    return items.every((item) => typeof item === "string") ? items.toSorted() : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, ordered(member)] as const).toSorted(byKey));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
