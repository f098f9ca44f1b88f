import { MigrationError } from "../errors.ts";
import { readConsoleFlow } from "./formats/console-format.ts";
import type { FlowDocument } from "./flow-document.ts";
import { isJsonObject, type JsonObject } from "./json.ts";

/** The form that a document came in: `exported` is that of the v2 API, `console` that of the console and of the v1 API. */
export type FlowFormat = "exported" | "console";

/** A flow with the form that it came in. */
export interface ParsedFlow {
  readonly document: FlowDocument;
  readonly format: FlowFormat;
}

/** The service takes 200. What is beyond this is no flow of anybody's, and would only keep whoever reads it busy. */
const MOST_TASKS = 2000;

/** Real flows are less than 20 levels deep. */
const MOST_LEVELS = 200;

/**
 * Reads a flow from JSON, in whichever of the two forms of one file it is. Nothing that is in it gets lost.
 *
 * Also takes an answer of the export endpoint, which has the flow inside a field `flow`.
 *
 * @throws MigrationError `ERR_FLOW_INVALID` saying where it is not a flow.
 */
export function parseFlow(value: unknown): ParsedFlow {
  if (!isJsonObject(value)) throw invalidFlow("it is not a JSON object");
  if (isDeeperThan(value, MOST_LEVELS)) throw invalidFlow(`it is more than ${MOST_LEVELS} levels deep`);
  const { flow, screens } = value;
  if (isJsonObject(flow)) {
    if (isJsonObject(flow["contents"])) return { document: readExportedFlow(flow), format: "exported" };
    if (screens !== undefined && !Array.isArray(screens)) throw invalidFlow("screens is not a list");
    return { document: readExportedFlow(readConsoleFlow(value)), format: "console" };
  }
  return { document: readExportedFlow(value), format: "exported" };
}

/**
 * Checks that a value has the shape of an exported flow, and gives it back as it is.
 *
 * Whether the flow is any good is for {@link lintFlow} to say.
 *
 * @throws MigrationError `ERR_FLOW_INVALID`.
 */
export function readExportedFlow(value: JsonObject): FlowDocument {
  const { flowId, metadata, contents, screens, references } = value;
  if (!isJsonObject(contents)) throw invalidFlow("it has no contents");
  if (typeof flowId !== "string" || flowId === "") throw invalidFlow("it has no flowId");
  if (!isJsonObject(metadata)) throw invalidFlow("it has no metadata");
  if (!isJsonObject(contents["tasks"])) throw invalidFlow("its contents have no tasks");
  if (Object.keys(contents["tasks"]).length > MOST_TASKS) throw invalidFlow(`it has more than ${MOST_TASKS} tasks`);
  optional(contents["startTask"], "contents.startTask", "string");
  for (const [id, task] of Object.entries(contents["tasks"])) checkTask(task, `task ${JSON.stringify(id)}`);
  if (screens !== undefined && !Array.isArray(screens)) throw invalidFlow("screens is not a list");
  for (const [index, screen] of (screens ?? []).entries()) {
    const where = `screen ${index + 1}`;
    if (!isJsonObject(screen)) throw invalidFlow(`${where} is not an object`);
    if (typeof screen["screenId"] !== "string") throw invalidFlow(`${where} has no screenId`);
    listOfObjects(screen["interactions"], `the interactions of ${where}`);
    if (screen["contents"] !== undefined && !isJsonObject(screen["contents"]))
      throw invalidFlow(`the contents of ${where} are not an object`);
  }
  if (references !== undefined && !isJsonObject(references)) throw invalidFlow("references is not an object");
  return value as unknown as FlowDocument;
}

function checkTask(task: unknown, where: string): void {
  if (!isJsonObject(task)) throw invalidFlow(`${where} is not an object`);
  for (const field of ["id", "name", "type", "action", "screenId"])
    optional(task[field], `${field} of ${where}`, "string");
  const { next, conditions, arguments: args, errorHandlingV2: handling } = task;
  if (next !== undefined && !isJsonObject(next)) throw invalidFlow(`next of ${where} is not an object`);
  for (const rule of listOfObjects(next?.["rules"], `the rules of ${where}`)) {
    if (typeof rule["taskId"] !== "string") throw invalidFlow(`a rule of ${where} leads to no taskId`);
    optional(rule["interactionId"], `the interactionId of a rule of ${where}`, "string");
  }
  for (const condition of listOfObjects(conditions, `the conditions of ${where}`)) {
    optional(condition["interactionId"], `the interactionId of a condition of ${where}`, "string");
    for (const comparison of listOfObjects(condition["atomicConditions"], `the comparisons of ${where}`))
      for (const side of ["target", "predicate"])
        if (comparison[side] !== undefined && !isJsonObject(comparison[side]))
          throw invalidFlow(`the ${side} of a comparison of ${where} is not an object`);
  }
  for (const [field, object] of Object.entries({ arguments: args, errorHandlingV2: handling })) {
    if (object === undefined) continue;
    if (!isJsonObject(object)) throw invalidFlow(`${field} of ${where} is not an object`);
    for (const one of Object.values(object))
      if (!isJsonObject(one)) throw invalidFlow(`a member of ${field} of ${where} is not an object`);
  }
}

function isDeeperThan(value: unknown, levels: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? (Object.values(one) as unknown[]) : []));
  }
  return false;
}

function optional(value: unknown, what: string, type: "string"): void {
  if (value !== undefined && typeof value !== type) throw invalidFlow(`${what} is not a ${type}`);
}

function listOfObjects(value: unknown, what: string): readonly JsonObject[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every(isJsonObject)) throw invalidFlow(`${what} are not a list of objects`);
  return value;
}

/** The error for a document that is no flow. */
export function invalidFlow(reason: string): MigrationError {
  return new MigrationError("ERR_FLOW_INVALID", `this is not a flow: ${reason}`, {
    suggestion:
      "give a flow as the console, `descope flow export` or `c2d flow emit` writes it, or the directory of a flow in a snapshot",
  });
}
