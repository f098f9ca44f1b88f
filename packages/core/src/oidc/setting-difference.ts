/** One setting that is to change. `from` is absent where nothing is set. */
export interface SettingDifference {
  readonly setting: string;
  readonly from?: unknown;
  readonly to: unknown;
}

/** Compares what is with what is to be, setting by setting; members of objects one by one, lists whole. */
export function settingDifferences(
  found: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
  prefix = "",
): readonly SettingDifference[] {
  return Object.entries(wanted).flatMap(([name, to]): readonly SettingDifference[] => {
    const from = found[name];
    const setting = `${prefix}${name}`;
    if (isObject(to)) return settingDifferences(isObject(from) ? from : {}, to, `${setting}.`);
    if (isSame(from, to)) return [];
    return [{ setting, ...(from === undefined ? {} : { from }), to }];
  });
}

/** Not set and empty are one: services differ in which of them they answer. */
function isSame(from: unknown, to: unknown): boolean {
  if (isEmpty(from) && isEmpty(to)) return true;
  return JSON.stringify(from) === JSON.stringify(to);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
