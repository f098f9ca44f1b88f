import { ELSE_BRANCH, type FlowDocument, type FlowTask, START_TASK } from "../flow-document.ts";
import { firstTaskOf, rulesOf, secondHalf, tasksOf } from "../flow-graph.ts";
import { textOf } from "../json.ts";

/** Tasks of two flows that do the same in the same place, first flow to second. */
export type TaskPairs = ReadonlyMap<string, string>;

/**
 * Finds for each task of one flow the task of the other that has its place, whatever their IDs: by walking both from the
 * start along rules for the same, then by what is left over with equal names.
 */
export function pairTasks(a: FlowDocument, b: FlowDocument): TaskPairs {
  const pairs = new Map<string, string>();
  const taken = new Set<string>();
  const waiting: (readonly [string, string])[] = [];
  const [tasksOfA, tasksOfB] = [tasksOf(a), tasksOf(b)];
  const pair = (from: string | undefined, to: string | undefined): void => {
    if (from === undefined || to === undefined || pairs.has(from) || taken.has(to)) return;
    const [one, other] = [tasksOfA[from], tasksOfB[to]];
    if (one === undefined || other === undefined || !sameKind(one, other)) return;
    pairs.set(from, to);
    taken.add(to);
    waiting.push([from, to]);
  };
  const walk = (): void => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [from, to] = next;
      pair(secondHalf(from), secondHalf(to));
      const others = outcomes(tasksOfB[to], to);
      for (const [outcome, target] of outcomes(tasksOfA[from], from)) pair(target, others.get(outcome));
    }
  };
  pair(START_TASK, START_TASK);
  pair(firstTaskOf(a), firstTaskOf(b));
  walk();
  const left = Object.entries(tasksOfB).filter(([id]) => !taken.has(id));
  for (const [id, task] of Object.entries(tasksOfA)) {
    if (pairs.has(id)) continue;
    pair(id, left.find(([to, other]) => !taken.has(to) && sameKind(task, other) && task.name === other.name)?.[0]);
    walk();
  }
  return pairs;
}

function sameKind(one: FlowTask, other: FlowTask): boolean {
  return textOf(one.type) === textOf(other.type) && textOf(one.action) === textOf(other.action);
}

/** By outcome, where it leads. IDs of branches are made up by the console, so their place names them. */
function outcomes(task: FlowTask | undefined, id: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { interactionId, taskId } of rulesOf(task)) {
    // A step of two halves has two rules for success, one of which leads to its own second half.
    const outcome = taskId === secondHalf(id) ? "its second half" : outcomeName(task, textOf(interactionId));
    if (!found.has(outcome)) found.set(outcome, taskId);
  }
  return found;
}

/** What an outcome is called, whatever IDs the console has made up. */
export function outcomeName(task: FlowTask | undefined, interactionId: string): string {
  if (task?.type !== "condition" || interactionId === ELSE_BRANCH) return interactionId;
  const index = (task.conditions ?? []).findIndex((one) => one.interactionId === interactionId);
  return index < 0 ? interactionId : `branch ${index + 1}`;
}
