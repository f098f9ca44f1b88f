import type { AttributeType } from "../project/project-snapshot.ts";
import type { AttributeValue } from "../project/project-user.ts";

/** A value in its target's type, or undefined when it does not fit. Cognito's values are text, whatever their type. */
export function convertValue(value: string, type: AttributeType): AttributeValue | undefined {
  if (type === "string") return value;
  const text = value.trim();
  if (type === "boolean") {
    const word = text.toLowerCase();
    return word === "true" ? true : word === "false" ? false : undefined;
  }
  return isExactNumber(text) ? Number(text) : undefined;
}

/** Whether a number's text survives as a JavaScript number, digit by digit. */
export function isExactNumber(value: string): boolean {
  const text = value.trim();
  if (!/^[+-]?\d+(?:\.\d+)?$/.test(text)) return false;
  const number = Number(text);
  if (!text.includes(".")) return Number.isSafeInteger(number);
  // Fifteen digits survive, unless the number is so small that they no longer fit beside its exponent.
  return text.length <= 300 && text.replace(/[^\d]/g, "").replace(/^0+/, "").length <= 15;
}
