/** Dynamic values: paths such as `form.email` and texts with `{{form.email}}` in them. */

import { isJsonObject } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";

/** Finds what a path leads to; undefined where it leads nowhere. */
export function resolvePath(context: JsonObject, path: string): unknown {
  let value: unknown = context;
  for (const part of path.split(".")) {
    if (isJsonObject(value) && Object.hasOwn(value, part)) value = value[part];
    else if (Array.isArray(value) && /^\d+$/.test(part)) value = value[Number(part)];
    else return undefined;
  }
  return value;
}

/**
 * Puts values in the place of their paths.
 *
 * @param escaping - Whether quotes, backslashes and control characters of a value are escaped as in JSON.
 */
export function interpolate(text: string, context: JsonObject, escaping: "json" | "raw" = "raw"): string {
  return text.replaceAll(/\{\{\s*([^{}\s]+)\s*\}\}/g, (_whole, path: string) => {
    const value = asText(resolvePath(context, path));
    return escaping === "json" ? JSON.stringify(value).slice(1, -1) : value;
  });
}

/** A value as text: nothing for nothing, JSON for what is not a scalar. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}

/** A value that a definition names: a path (`context`), or a constant with paths in it. */
export function definedValue(definition: JsonObject, context: JsonObject): unknown {
  const { type, value } = definition;
  if (type === "context") return resolvePath(context, asText(value).replaceAll(/[{}\s]/g, ""));
  if (typeof value !== "string") return value;
  const whole = /^\{\{\s*([^{}\s]+)\s*\}\}$/.exec(value)?.[1];
  if (whole !== undefined) return resolvePath(context, whole);
  const text = interpolate(value, context);
  if (type === "boolean") return text === "true";
  if (type === "number") return Number(text);
  return text;
}
