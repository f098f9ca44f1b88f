/**
 * Checks a request's body against AWS's service model, as the service's front does before an operation sees it: wrong JSON
 * types are a `SerializationException`, everything else one `InvalidParameterException` that lists each failed constraint.
 */

import { AwsError, invalidParameter } from "./aws-error.ts";
import { modelOperations, modelShapes } from "./aws-model.ts";
import type { Shape } from "./aws-model.ts";

/** Reads a body and checks it for one operation. Members that the model does not know are dropped, as AWS ignores them. */
export function readInput(operation: string, body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.length === 0 ? "{}" : body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", "");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AwsError("SerializationException", "Start of structure or map found where not expected.");
  }
  const name = modelOperations[operation]?.input;
  if (name === undefined) return {};
  const failures: string[] = [];
  const input = check(value, name, "", failures) as Record<string, unknown>;
  if (failures.length > 0) {
    const count = `${failures.length} validation error${failures.length === 1 ? "" : "s"} detected`;
    throw invalidParameter(`${count}: ${failures.join("; ")}`);
  }
  return input;
}

function check(value: unknown, name: string, path: string, failures: string[]): unknown {
  const shape = modelShapes[name];
  if (shape === undefined) return value;
  switch (shape.type) {
    case "structure":
      return checkStructure(value, shape, path, failures);
    case "list":
      if (!Array.isArray(value)) throw wrongType(value, "a list");
      checkSize(value.length, shape, value, path, failures, "length");
      return value.map((item: unknown, index) =>
        check(item, shape.member as string, `${path}.${index + 1}.member`, failures),
      );
    case "map": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(value, "a map");
      const entries = Object.entries(value);
      checkSize(entries.length, shape, value, path, failures, "length");
      return Object.fromEntries(
        entries.map(([key, item]) => [key, check(item, shape.value as string, path, failures)]),
      );
    }
    case "string":
      if (typeof value !== "string") throw wrongType(value, "a String");
      checkString(value, name, shape, path, failures);
      return value;
    case "integer":
    case "long":
      if (typeof value !== "number") throw wrongType(value, "a Number");
      checkSize(value, shape, value, path, failures, "value");
      return Math.trunc(value);
    case "boolean":
      if (typeof value !== "boolean") throw wrongType(value, "a Boolean");
      return value;
    default:
      return value;
  }
}

function checkStructure(value: unknown, shape: Shape, path: string, failures: string[]): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(value, "a structure");
  const given = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const [member, memberShape] of Object.entries(shape.members ?? {})) {
    const lowered = (member[0] as string).toLowerCase() + member.slice(1);
    const at = path === "" ? lowered : `${path}.${lowered}`;
    const item = given[member];
    if (item === undefined || item === null) {
      if (shape.required?.includes(member) === true) {
        failures.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
      }
      continue;
    }
    result[member] = check(item, memberShape, at, failures);
  }
  return result;
}

function checkString(value: string, name: string, shape: Shape, path: string, failures: string[]): void {
  // A custom domain is a host name with dots, which the model's pattern for prefixes does not allow.
  if (name === "DomainType" && value.includes(".")) return;
  const shown = shape.sensitive === true ? "***" : value;
  const fail = (constraint: string): void => {
    failures.push(`Value '${shown}' at '${path}' failed to satisfy constraint: ${constraint}`);
  };
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    fail(`Member must satisfy enum value set: [${shape.enum.join(", ")}]`);
  }
  if (shape.max !== undefined && value.length > shape.max)
    fail(`Member must have length less than or equal to ${shape.max}`);
  if (shape.min !== undefined && value.length < shape.min)
    fail(`Member must have length greater than or equal to ${shape.min}`);
  if (shape.pattern !== undefined && !patternOf(shape.pattern).test(value)) {
    fail(`Member must satisfy regular expression pattern: ${shape.pattern}`);
  }
}

function checkSize(
  size: number,
  shape: Shape,
  value: unknown,
  path: string,
  failures: string[],
  what: "length" | "value",
): void {
  const shown = typeof value === "number" ? String(value) : JSON.stringify(value);
  const fail = (text: string): void => {
    failures.push(`Value '${shown}' at '${path}' failed to satisfy constraint: Member must have ${what} ${text}`);
  };
  if (shape.max !== undefined && size > shape.max) fail(`less than or equal to ${shape.max}`);
  if (shape.min !== undefined && size < shape.min) fail(`greater than or equal to ${shape.min}`);
}

const patterns = new Map<string, RegExp>();

/** AWS's patterns are Java's and match the whole value. */
function patternOf(pattern: string): RegExp {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    const dotAll = pattern.startsWith("(?s)");
    compiled = new RegExp(`^(?:${dotAll ? pattern.slice(4) : pattern})$`, dotAll ? "us" : "u");
    patterns.set(pattern, compiled);
  }
  return compiled;
}

function wrongType(value: unknown, wanted: string): AwsError {
  const java = typeof value === "string" ? "STRING_VALUE" : typeof value === "number" ? "NUMBER_VALUE" : typeof value;
  return new AwsError("SerializationException", `${java} can not be converted to ${wanted}`);
}
