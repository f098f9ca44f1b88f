import { isDeepStrictEqual } from "node:util";

/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** What is to be done to the section `mapping` of a config file. */
export interface MappingChange {
  /** The section as it is; empty where there is none. Without `transform`, which is code and stays. */
  readonly before: JsonObject;
  /** The section as it is to be. */
  readonly after: JsonObject;
}

/** What came of it: the new text of the file, or why a person has to do it. */
export type MappingEdit = { readonly text: string } | { readonly byHand: string };

/** The rules that differ: those to be written, with their values, and those to be taken out, as undefined. */
export function changedRules({ before, after }: MappingChange): ReadonlyMap<string, JsonValue | undefined> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return new Map(
    [...names]
      .filter((name) => !isDeepStrictEqual(before[name], after[name]))
      .map((name) => [name, after[name]] as const),
  );
}
