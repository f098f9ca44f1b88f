import { contextReads, screenReads } from "../context-reads.ts";
import { type FlowDocument, type FlowTask, START_TASK } from "../flow-document.ts";
import { argumentOf, firstTaskOf, rulesOf, secondHalf, tasksOf } from "../flow-graph.ts";
import { isJsonObject, objectsOf, textOf, textsOf } from "../json.ts";
import { KNOWN_ROOTS, knownAction, mayAuthenticate } from "./known-actions.ts";
import type { Report } from "./rules.ts";

/** Checks the paths that tasks read: that something is there, and that it is there already. */
export function checkContext(document: FlowDocument, report: Report): void {
  const tasks = tasksOf(document);
  const fields = formFields(document);
  const results = storedResults(document);
  const unproved = beforeProof(document);
  const screens = new Map((document.screens ?? []).map((screen) => [screen.screenId, screen]));
  const referenced = document.references?.["userAttributes"];
  const attributes = Array.isArray(referenced) ? new Set(textsOf(referenced)) : undefined;
  for (const [id, task] of Object.entries(tasks)) {
    const shown = task.type === "screen" ? screenReads(screens.get(textOf(task.screenId))) : [];
    for (const { path } of [...contextReads(task), ...shown]) {
      const [root = "", name = ""] = path.split(".");
      if (!KNOWN_ROOTS.has(root)) report("path-unknown", id, path);
      if (root === "user" && name !== "loggedIn" && unproved.has(id)) report("user-before-authentication", id, path);
      if (root === "form" && !fields.has(path.slice("form.".length)) && !fields.has(name))
        report("form-field-missing", id, path);
      if ((root === "connectors" || root === "scripts") && !results.has(`${root}.${name}`))
        report("result-missing", id, `${root}.${name}`);
      const attribute = /(?:^|\.)customAttributes\.([\w-]+)/.exec(path)?.[1];
      if (attribute !== undefined && attributes !== undefined && !attributes.has(attribute))
        report("attribute-not-referenced", id, attribute);
    }
  }
}

/** Fields that a screen, a script or the application fills in. */
function formFields({ contents: { tasks }, screens }: FlowDocument): ReadonlySet<string> {
  const fields = new Set<string>(["redirectUrl"]);
  const add = (name: unknown): void => {
    const text = textOf(name).replace(/^form\./, "");
    if (text !== "") fields.add(text);
  };
  const addNodes = (nodes: unknown): void => {
    if (!isJsonObject(nodes)) return;
    for (const node of Object.values(nodes)) {
      if (!isJsonObject(node)) continue;
      if (isJsonObject(node["props"])) add(node["props"]["name"]);
      if (isJsonObject(node["custom"])) add(node["custom"]["contextKey"]);
    }
  };
  for (const task of Object.values(tasks)) {
    for (const key of [...textsOf(task["inputKeys"]), ...textsOf(task["allInputKeys"])]) add(key);
    for (const one of objectsOf(task["inputsMetadata"])) add(one["key"]);
    for (const one of objectsOf(argumentOf(task, "overrideForm"))) add(one["key"]);
    addNodes(task["htmlTemplate"]);
  }
  for (const screen of screens ?? []) {
    addNodes(screen.contents);
    for (const one of objectsOf(screen["inputs"])) add(one["name"] ?? one["key"]);
  }
  return fields;
}

function storedResults({ contents: { tasks } }: FlowDocument): ReadonlySet<string> {
  const stored = new Set<string>();
  for (const task of Object.values(tasks)) {
    const path = textOf(argumentOf(task, "resultPath"));
    if (path !== "") stored.add(`connectors.${path}`);
    if (task.action === "scriptlet") stored.add(`scripts.${textOf(argumentOf(task, "outputPath"))}`);
  }
  return stored;
}

/** Tasks that can be reached without anybody having proved who they are. */
function beforeProof(document: FlowDocument): ReadonlySet<string> {
  const tasks = tasksOf(document);
  const found = new Set<string>([START_TASK]);
  const first = firstTaskOf(document);
  const waiting = first === undefined ? [] : [first];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const task = tasks[id];
    if (task === undefined || found.has(id)) continue;
    found.add(id);
    waiting.push(...unprovedRules(task));
    if (secondHalf(id) in tasks) waiting.push(secondHalf(id));
  }
  return found;
}

/** Where a task leads while nobody has proved who they are. */
function unprovedRules(task: FlowTask): readonly string[] {
  if (task.type === "flow") return [];
  const action = textOf(task.action);
  const signsIn = task.type === "automated" && mayAuthenticate(action);
  return rulesOf(task).flatMap(({ interactionId, taskId }) => {
    // An expired password was the right one, but the user is not signed in by it.
    const passes = signsIn && (textOf(interactionId) === "success" || knownAction(action) === undefined);
    return passes || isLoggedInBranch(task, textOf(interactionId)) ? [] : [taskId];
  });
}

/** Whether a branch is for those who came signed in. */
function isLoggedInBranch(task: FlowTask, interactionId: string): boolean {
  const branch = task.conditions?.find((one) => one.interactionId === interactionId);
  return (branch?.atomicConditions ?? []).some(
    ({ operator, target }) => operator === "is-true" && textOf(target?.value).includes("user.loggedIn"),
  );
}
