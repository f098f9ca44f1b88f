import { canonical, type SettingDifference } from "../jit-setup/setting-difference.ts";

/**
 * Compares what is with what is to be, setting by setting; members of objects one by one. Not set and empty are one, because
 * services differ in which of them they answer; so are the orders of a list.
 */
export function settingDifferences(
  found: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
  prefix = "",
): readonly SettingDifference[] {
  return Object.entries(wanted).flatMap(([name, to]): readonly SettingDifference[] => {
    const from = found[name];
    const setting = `${prefix}${name}`;
    if (isObject(to)) return settingDifferences(isObject(from) ? from : {}, to, `${setting}.`);
    if ((isEmpty(from) && isEmpty(to)) || canonical(from) === canonical(to)) return [];
    return [{ setting, ...(from === undefined ? {} : { from }), to }];
  });
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
