/** Conditions of flows. */

import { readObject, readObjects, readString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { Refusal } from "../refusal.ts";
import { asText, definedValue, resolvePath } from "./flow-context.ts";

/** The interaction of the first branch whose condition holds, else `ELSE`. */
export function chooseBranch(conditions: readonly JsonObject[], context: JsonObject): string {
  for (const condition of conditions) {
    const id = readString(condition, "interactionId") ?? "";
    const atoms = readObjects(condition, "atomicConditions") ?? [];
    if (id === "ELSE" || atoms.length === 0) continue;
    const either = condition["logicalOr"] === true;
    const holds = (atom: JsonObject): boolean => holdsTrue(atom, context);
    if (either ? atoms.some(holds) : atoms.every(holds)) return id;
  }
  return "ELSE";
}

function holdsTrue(atom: JsonObject, context: JsonObject): boolean {
  const operator = readString(atom, "operator") ?? "";
  const target = readObject(atom, "target") ?? {};
  const actual = resolvePath(context, asText(target["value"]).replaceAll(/[{}\s]/g, ""));
  const wanted = definedValue(readObject(atom, "predicate") ?? {}, context);
  switch (operator) {
    case "is-true":
      return actual === true || actual === "true";
    case "is-false":
      return actual === false || actual === "false" || actual === undefined || actual === null;
    case "empty":
      return isEmpty(actual);
    case "not-empty":
      return !isEmpty(actual);
    case "equal":
      return asText(actual) === asText(wanted);
    case "not-equal":
      return asText(actual) !== asText(wanted);
    case "contains":
      return contains(actual, wanted);
    case "not-contains":
      return !contains(actual, wanted);
    case "in":
      return contains(wanted, actual);
    case "not-in":
      return !contains(wanted, actual);
    case "greater-than":
      return Number(actual) > Number(wanted);
    case "less-than":
      return Number(actual) < Number(wanted);
    default:
      throw new Refusal(400, "E103003", "Flow cannot go on", `The operator ${operator} is not known here`);
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function contains(whole: unknown, part: unknown): boolean {
  return Array.isArray(whole)
    ? whole.map(asText).includes(asText(part))
    : asText(part) !== "" && asText(whole).includes(asText(part));
}
