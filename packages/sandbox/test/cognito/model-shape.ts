/** Checks answers against AWS's service model: members, their types, and that nothing is there which AWS does not know. */

import { modelOperations, modelShapes } from "../../src/cognito/aws-model.ts";

/** What is wrong with an operation's answer; empty when nothing is. */
export function answerProblems(operation: string, body: string): readonly string[] {
  const output = modelOperations[operation]?.output;
  if (output === undefined) return body === "" ? [] : [`${operation} must have an empty body`];
  const problems: string[] = [];
  check(JSON.parse(body), output, operation, problems);
  return problems;
}

function check(value: unknown, name: string, at: string, problems: string[]): void {
  const shape = modelShapes[name];
  if (shape === undefined) {
    problems.push(`${at}: no shape ${name}`);
    return;
  }
  const wrong = (wanted: string): void => void problems.push(`${at}: ${JSON.stringify(value)} is not ${wanted}`);
  switch (shape.type) {
    case "structure": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong("a structure");
      for (const [member, item] of Object.entries(value)) {
        const memberShape = shape.members?.[member];
        if (memberShape === undefined) problems.push(`${at}.${member}: AWS has no such member`);
        else check(item, memberShape, `${at}.${member}`, problems);
      }
      for (const member of shape.required ?? []) {
        if (!Object.hasOwn(value, member)) problems.push(`${at}.${member}: missing`);
      }
      return undefined;
    }
    case "list":
      if (!Array.isArray(value)) return wrong("a list");
      return value.forEach((item, i) => check(item, shape.member ?? "", `${at}[${i}]`, problems));
    case "map":
      if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong("a map");
      return Object.values(value).forEach((item) => check(item, shape.value ?? "", `${at}{}`, problems));
    case "string":
      if (typeof value !== "string") return wrong("a string");
      if (shape.enum !== undefined && !shape.enum.includes(value)) wrong(`one of ${shape.enum.join(", ")}`);
      return undefined;
    case "timestamp":
      // Epoch seconds, not milliseconds.
      return typeof value === "number" && value > 1e8 && value < 1e11 ? undefined : wrong("epoch seconds");
    case "integer":
    case "long":
      return Number.isInteger(value) ? undefined : wrong("an integer");
    case "boolean":
      return typeof value === "boolean" ? undefined : wrong("a boolean");
    default:
      return undefined;
  }
}
