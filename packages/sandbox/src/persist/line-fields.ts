/** Readers of the fields of a line: each says what a field must be when it is something else. */

import { userStatuses } from "../cognito/user-record.ts";
import type { UserStatus } from "../cognito/user-record.ts";
import { LineProblem } from "./line-invalid.ts";

/** A JSON object whose members are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A line of JSON. */
export function parseFields(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // What JSON.parse says quotes the line.
    throw new LineProblem("is not JSON");
  }
  if (!isFields(value)) throw new LineProblem("is not a JSON object");
  return value;
}

function wrong(key: string, what: string): LineProblem {
  return new LineProblem(`"${key}" must be ${what}`);
}

/** A text that may be empty. */
export function textOf(from: Fields, key: string): string {
  const value = from[key];
  if (typeof value !== "string") throw wrong(key, "text");
  return value;
}

/** A text that is not empty and no longer than Cognito's own texts. */
export function nameOf(from: Fields, key: string, longest = 2048): string {
  const value = textOf(from, key);
  if (value === "" || value.length > longest) throw wrong(key, `a text of 1 to ${longest} characters`);
  return value;
}

/** A text, or undefined when absent. */
export function maybeText(from: Fields, key: string): string | undefined {
  return from[key] === undefined ? undefined : textOf(from, key);
}

export function booleanOf(from: Fields, key: string): boolean {
  const value = from[key];
  if (typeof value !== "boolean") throw wrong(key, "true or false");
  return value;
}

/** A whole number that is not negative. */
export function countOf(from: Fields, key: string): number {
  const value = from[key];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw wrong(key, "a whole number");
  return value;
}

/** A whole number, or undefined when absent. */
export function maybeCount(from: Fields, key: string): number | undefined {
  return from[key] === undefined ? undefined : countOf(from, key);
}

/** Milliseconds since the epoch that a date can hold. */
export function timeOf(from: Fields, key: string): number {
  const value = from[key];
  if (typeof value !== "number" || !(value >= 0 && value <= 8.64e15)) throw wrong(key, "milliseconds since 1970");
  return value;
}

/** A list of texts. */
export function textsOf(from: Fields, key: string): readonly string[] {
  const value = from[key];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) throw wrong(key, "a list of texts");
  return value;
}

/** A list of objects. */
export function objectsOf(from: Fields, key: string): readonly Fields[] {
  const value = from[key];
  if (!Array.isArray(value) || !value.every(isFields)) throw wrong(key, "a list of objects");
  return value;
}

export function objectOf(from: Fields, key: string): Fields {
  const value = from[key];
  if (!isFields(value)) throw wrong(key, "an object");
  return value;
}

/** An object of texts. */
export function textMapOf(from: Fields, key: string): Readonly<Record<string, string>> {
  const value = objectOf(from, key);
  for (const name in value) if (typeof value[name] !== "string") throw wrong(key, "an object of texts");
  return value as Readonly<Record<string, string>>;
}

/** One of a few texts. */
export function choiceOf<T extends string>(from: Fields, key: string, choices: readonly T[]): T {
  const value = from[key];
  if (!(choices as readonly unknown[]).includes(value)) throw wrong(key, `one of ${choices.join(", ")}`);
  return value as T;
}

/** Cognito's `UserStatus`. */
export function statusOf(from: Fields, key: string): UserStatus {
  return choiceOf(from, key, userStatuses);
}

/** The attributes of a user, without `sub`. */
export function userAttributesOf(from: Fields, key: string): readonly (readonly [string, string])[] {
  const attributes = textMapOf(from, key);
  const identities = attributes["identities"];
  if (identities !== undefined && !isIdentities(identities)) {
    throw new LineProblem(`"${key}" must have a JSON list of objects as "identities"`);
  }
  return Object.entries(attributes).filter(([name]) => name !== "sub");
}

function isIdentities(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every(isFields);
  } catch {
    return false;
  }
}
