import type { JsonValue } from "./mapping-edit.ts";

const WIDEST = 100;

/** A value as a literal of TypeScript: in one line where it fits, else a member a line. */
export function renderLiteral(value: JsonValue, indent: string, unit: string, column = 0): string {
  const inline = renderInline(value);
  if (column + inline.length <= WIDEST || typeof value !== "object" || value === null) return inline;
  const deeper = indent + unit;
  if (isList(value)) {
    const lines = value.map((member) => `${deeper}${renderLiteral(member, deeper, unit, deeper.length)},`);
    return `[\n${lines.join("\n")}\n${indent}]`;
  }
  const lines = Object.entries(value).map(([name, member]) => {
    const key = `${deeper}${renderKey(name)}: `;
    return `${key}${renderLiteral(member, deeper, unit, key.length)},`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

/** A name as the key of an object. */
export function renderKey(name: string): string {
  // `__proto__: x` would set the prototype.
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__" ? name : quote(name);
}

function renderInline(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return typeof value === "string" ? quote(value) : String(value);
  if (isList(value)) return `[${value.map(renderInline).join(", ")}]`;
  const members = Object.entries(value).map(([name, member]) => `${renderKey(name)}: ${renderInline(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Quoted so that no reader of the file is deceived either: invisible characters and turned directions are escaped. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
