import { ELSE_BRANCH, type FlowDocument, type FlowTask, START_TASK, SUCCESS } from "../flow-document.ts";
import { argumentOf, firstTaskOf, isEnd, reachableTasks, rulesOf, secondHalf, tasksOf } from "../flow-graph.ts";
import { isJsonObject, ownOf, textOf } from "../json.ts";
import { KNOWN_OPERATORS, knownAction } from "./known-actions.ts";
import type { Report } from "./rules.ts";

const SOFT_LIMIT = 100;
const LIMIT = 200;

/** Checks tasks and what they lead to. */
export function checkTasks(document: FlowDocument, report: Report): void {
  const tasks = tasksOf(document);
  const own = Object.entries(tasks).filter(([id]) => id !== START_TASK);
  if (own.length > LIMIT) report("tasks-too-many", undefined, String(own.length));
  else if (own.length > SOFT_LIMIT) report("tasks-many", undefined, String(own.length));
  const first = firstTaskOf(document);
  if (first === undefined) report("start-missing");
  else if (!(first in tasks)) report("task-dangling", START_TASK, first);

  const reachable = new Set(reachableTasks(document));
  if (first !== undefined && !own.some(([id, task]) => reachable.has(id) && isEnd(task))) report("end-missing");
  for (const [id, task] of own) {
    if (!reachable.has(id)) report("task-unreachable", id);
    if (task.id !== undefined && task.id !== id) report("task-id-differs", id, task.id);
    for (const { taskId } of rulesOf(task)) if (!(taskId in tasks)) report("task-dangling", id, taskId);
    switch (textOf(task.type)) {
      case "automated":
        checkAction(document, id, task, report);
        break;
      case "condition":
        checkCondition(id, task, report);
        break;
      case "flow":
        if (textOf(argumentOf(task, "flowId")) === document.flowId) report("subflow-itself", id);
        if (!rulesOf(task).some(({ interactionId }) => textOf(interactionId).endsWith(SUCCESS)))
          report("success-missing", id);
        break;
      case "screen":
        break;
      default:
        report("task-type-unknown", id, textOf(task.type));
    }
  }
  for (const id of loops(document)) report("loop-without-screen", id);
}

function checkAction(document: FlowDocument, id: string, task: FlowTask, report: Report): void {
  const tasks = tasksOf(document);
  const action = textOf(task.action);
  if (action === "") {
    report("action-missing", id);
    return;
  }
  const known = knownAction(action);
  if (known === undefined) report("action-unknown", id, action);
  const interactions = new Set(rulesOf(task).map(({ interactionId }) => textOf(interactionId)));
  if (known?.ends !== true && !interactions.has(SUCCESS)) report("success-missing", id);
  // Both halves carry the same arguments; only the first one needs the other.
  if (known?.half !== undefined) {
    const named = textOf(argumentOf(task, known.half.argument)) || secondHalf(id);
    const half = tasks[named];
    if (half === undefined) report("half-missing", id, named);
    else if (half.action !== known.half.action) report("half-differs", id, named);
  }
  const handled = task.errorHandlingV2 ?? {};
  for (const [error, { errorHandlingType }] of Object.entries(handled))
    if (errorHandlingType === "custom" && !interactions.has(error)) report("error-without-rule", id, error);
  if (known === undefined) return;
  for (const interaction of interactions)
    if (interaction !== SUCCESS && !isCustom(ownOf(handled, interaction)))
      report("rule-without-error", id, interaction);
}

function isCustom(handling: unknown): boolean {
  return isJsonObject(handling) && handling["errorHandlingType"] === "custom";
}

function checkCondition(id: string, task: FlowTask, report: Report): void {
  const branches = (task.conditions ?? []).map(({ interactionId }) => textOf(interactionId));
  if (!branches.includes(ELSE_BRANCH)) report("else-missing", id);
  const ruled = rulesOf(task).map(({ interactionId }) => textOf(interactionId));
  for (const branch of branches) if (!ruled.includes(branch)) report("branch-without-rule", id, branch);
  for (const rule of ruled) if (!branches.includes(rule)) report("rule-without-branch", id, rule);
  for (const { atomicConditions } of task.conditions ?? [])
    for (const { operator } of atomicConditions ?? [])
      if (!KNOWN_OPERATORS.has(textOf(operator))) report("operator-unknown", id, textOf(operator));
}

/** Tasks from which a way leads back to themselves that shows no screen and waits for nobody. */
function loops(document: FlowDocument): readonly string[] {
  const tasks = tasksOf(document);
  const waits = (id: string): boolean => {
    const task = tasks[id];
    return task === undefined || task.type === "screen" || knownAction(textOf(task.action))?.half !== undefined;
  };
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (id: string): void => {
    state.set(id, "open");
    for (const { taskId } of rulesOf(tasks[id])) {
      if (waits(taskId)) continue;
      if (state.get(taskId) === "open") found.push(taskId);
      else if (!state.has(taskId)) visit(taskId);
    }
    state.set(id, "done");
  };
  for (const id of Object.keys(tasks)) if (!waits(id) && !state.has(id)) visit(id);
  return [...new Set(found)];
}
