/** Readers of request fields: absent and null are the same, a wrong type is a refusal that names the field. */

import { malformed, missing } from "./refusal.ts";

/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Tells whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A string, or undefined when absent. */
export function readString(from: JsonObject, key: string): string | undefined {
  return asString(from[key], key);
}

/** A string that must be there and not be empty. */
export function requireString(from: JsonObject, key: string): string {
  const value = readString(from, key);
  if (value === undefined || value === "") throw missing(`Missing ${key}`);
  return value;
}

/** A boolean, or undefined when absent. */
export function readBoolean(from: JsonObject, key: string): boolean | undefined {
  return asBoolean(from[key], key);
}

/** An integer, or undefined when absent. A 64-bit integer may come as a string. */
export function readInteger(from: JsonObject, key: string): number | undefined {
  return asInteger(from[key], key);
}

/** A list of strings, or undefined when absent. */
export function readStrings(from: JsonObject, key: string): readonly string[] | undefined {
  return asStrings(from[key], key);
}

/** A list of objects, or undefined when absent. */
export function readObjects(from: JsonObject, key: string): readonly JsonObject[] | undefined {
  const value = from[key];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every(isJsonObject)) throw malformed(`${key} must be a list of objects`);
  return value;
}

/** An object, or undefined when absent. */
export function readObject(from: JsonObject, key: string): JsonObject | undefined {
  return asObject(from[key], key);
}

/** See {@link readString}. */
export function asString(value: unknown, key: string): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  throw malformed(`${key} must be a string`);
}

/** See {@link readBoolean}. */
export function asBoolean(value: unknown, key: string): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === undefined || value === null) return undefined;
  throw malformed(`${key} must be a boolean`);
}

/** See {@link readInteger}. */
export function asInteger(value: unknown, key: string): number | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" && /^-?\d{1,16}$/.test(value)) return Number(value);
  throw malformed(`${key} must be an integer`);
}

/** See {@link readStrings}. */
export function asStrings(value: unknown, key: string): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) {
    for (const member of value) if (typeof member !== "string") throw malformed(`${key} must be a list of strings`);
    return value as string[];
  }
  throw malformed(`${key} must be a list of strings`);
}

/** See {@link readObject}. */
export function asObject(value: unknown, key: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (isJsonObject(value)) return value;
  throw malformed(`${key} must be an object`);
}
