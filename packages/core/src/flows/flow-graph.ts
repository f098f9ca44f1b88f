import { type FlowDocument, type FlowRule, type FlowTask, START_TASK } from "./flow-document.ts";
import { textOf } from "./json.ts";

/** The tasks by ID, and nothing that every object has: an ID may be `valueOf`. */
export function tasksOf({ contents }: FlowDocument): Readonly<Record<string, FlowTask>> {
  return Object.assign(Object.create(null) as Record<string, FlowTask>, contents.tasks);
}

/** The ID of the second half of a step. */
export function secondHalf(taskId: string): string {
  return `${taskId}.end`;
}

/** The rules of a task. */
export function rulesOf(task: FlowTask | undefined): readonly FlowRule[] {
  return task?.next?.rules ?? [];
}

/** The task that a flow begins with, `start` aside; undefined when it names none. */
export function firstTaskOf(document: FlowDocument): string | undefined {
  return rulesOf(tasksOf(document)[START_TASK])[0]?.taskId ?? document.contents.startTask;
}

/** An argument's value. */
export function argumentOf(task: FlowTask, name: string): unknown {
  return task.arguments?.[name]?.value;
}

/** IDs of the tasks that can be reached from the start, in the order in which a reader meets them. */
export function reachableTasks(document: FlowDocument): readonly string[] {
  const tasks = tasksOf(document);
  const first = firstTaskOf(document);
  const found = new Set<string>(START_TASK in tasks ? [START_TASK] : []);
  const waiting = first === undefined ? [] : [first];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const task = tasks[id];
    if (task === undefined || found.has(id)) continue;
    found.add(id);
    waiting.push(...rulesOf(task).map(({ taskId }) => taskId));
    // Where the service itself comes back to, no rule may lead.
    const half = secondHalf(id);
    if (half in tasks) waiting.push(half);
  }
  return [...found];
}

/** Whether a task ends the flow with a session. */
export function isEnd(task: FlowTask): boolean {
  return textOf(task.action) === "logged-in";
}
