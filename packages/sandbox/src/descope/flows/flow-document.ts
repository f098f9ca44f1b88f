/** Flow documents: the exported form, the console's form, and the parts that are run. */

import { isJsonObject, readObject, readObjects, readString, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { invalid, missing } from "../refusal.ts";

/** A flow in its exported form. Everything is kept as it came. */
export interface FlowDocument {
  readonly flowId: string;
  readonly metadata: JsonObject;
  readonly contents: JsonObject;
  readonly screens: readonly JsonObject[];
  readonly references: JsonObject;
}

/** Where an interaction or an outcome leads. */
export interface FlowRule {
  readonly interactionId: string;
  readonly taskId: string;
}

/** One step of a flow. */
export interface FlowTask {
  readonly id: string;
  readonly name: string;
  /** `screen`, `automated`, `condition`, `flow`; empty for the start. */
  readonly type: string;
  readonly action: string;
  readonly rules: readonly FlowRule[];
  /** The whole task as it came. */
  readonly source: JsonObject;
}

/** The most tasks of a flow. */
export const mostTasks = 200;

/**
 * Reads an exported flow.
 *
 * @throws Refusal when it has no ID, no tasks, too many, or a rule leads nowhere.
 */
export function readFlowDocument(from: JsonObject): FlowDocument {
  const contents = readObject(from, "contents");
  if (contents === undefined) throw missing("Missing contents of the flow");
  const document: FlowDocument = {
    flowId: requireString(from, "flowId"),
    metadata: readObject(from, "metadata") ?? {},
    contents,
    screens: readObjects(from, "screens") ?? [],
    references: readObject(from, "references") ?? {},
  };
  const tasks = flowTasks(document);
  if (tasks.size === 0) throw invalid("The flow has no tasks");
  if (tasks.size > mostTasks + 1) throw invalid(`The flow has more than ${mostTasks} tasks`);
  for (const task of tasks.values())
    for (const { taskId } of task.rules)
      if (!tasks.has(taskId)) throw invalid(`Task ${task.id} of the flow leads to ${taskId}, which does not exist`);
  return document;
}

/** Reads a flow in the console's form (v1), with its screens beside it. */
export function readConsoleFlow(flowId: string, flow: JsonObject, screens: readonly JsonObject[]): FlowDocument {
  const { id: _id, dsl, ...metadata } = flow;
  return readFlowDocument({
    flowId,
    metadata,
    contents: isJsonObject(dsl) ? dsl : undefined,
    screens: screens.map(({ id, htmlTemplate, ...rest }) => ({
      ...rest,
      screenId: id ?? rest["screenId"],
      contents: htmlTemplate ?? {},
    })),
    references: {},
  });
}

/** A flow in the console's form (v1). */
export function writeConsoleFlow(document: FlowDocument): JsonObject {
  return {
    flow: {
      version: 1,
      disabled: false,
      ...document.metadata,
      id: document.flowId,
      dsl: document.contents,
    },
    screens: document.screens.map(({ screenId, contents, ...rest }) => ({
      ...rest,
      id: screenId,
      flowId: document.flowId,
      htmlTemplate: contents ?? {},
    })),
  };
}

/** The tasks of a flow by ID. */
export function flowTasks(document: FlowDocument): ReadonlyMap<string, FlowTask> {
  const tasks = readObject(document.contents, "tasks") ?? {};
  return new Map(
    Object.entries(tasks).map(([id, source]) => {
      if (!isJsonObject(source)) throw invalid(`Task ${id} of the flow must be an object`);
      const next = readObject(source, "next") ?? {};
      const rules = (readObjects(next, "rules") ?? []).map((rule) => ({
        interactionId: readString(rule, "interactionId") ?? "",
        taskId: requireString(rule, "taskId"),
      }));
      return [
        id,
        {
          id,
          name: readString(source, "name") ?? "",
          type: readString(source, "type") ?? "",
          action: readString(source, "action") ?? "",
          rules,
          source,
        },
      ];
    }),
  );
}

/** The task that a flow begins with. */
export function firstTask(document: FlowDocument): string {
  const start = flowTasks(document).get("start")?.rules[0]?.taskId;
  const named = document.contents["startTask"];
  const first = start ?? (typeof named === "string" ? named : undefined);
  if (first === undefined) throw invalid("The flow has no first task");
  return first;
}
