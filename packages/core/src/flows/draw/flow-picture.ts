import { type FlowDocument, type FlowTask, START_TASK } from "../flow-document.ts";
import { argumentOf, firstTaskOf, isEnd, reachableTasks, rulesOf, secondHalf, tasksOf } from "../flow-graph.ts";
import { objectsOf, textOf } from "../json.ts";

/** What a box stands for; each looks its own way. */
export type BoxKind = "start" | "end" | "screen" | "condition" | "action" | "connector" | "script" | "flow";

/** A task in a picture. Both halves of a step are one box. */
export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  readonly title: string;
  /** What it does, in the service's words. */
  readonly caption: string;
}

/** A line between two boxes. */
export interface Line {
  readonly from: string;
  readonly to: string;
  /** What has to happen; empty where nothing else can. */
  readonly label: string;
  /** Whether the user goes elsewhere and comes back, or something failed. */
  readonly dashed: boolean;
}

/** A flow as boxes and lines. */
export interface FlowPicture {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

/** Says what is to be drawn of a flow: the tasks that can be reached. */
export function flowPicture(document: FlowDocument): FlowPicture {
  const tasks = tasksOf(document);
  const ids = reachableTasks(document).filter((id) => tasks[id] !== undefined && ownerOf(tasks, id) === id);
  const start = tasks[START_TASK] === undefined ? [START_TASK] : [];
  const boxes = [...start, ...ids].map((id) => boxOf(id, tasks[id]));
  const lines = [...start, ...ids].flatMap((id) => linesOf(document, id));
  return { boxes, lines: joined(lines) };
}

/** The first half of a step, for either half. */
function ownerOf(tasks: FlowDocument["contents"]["tasks"], id: string): string {
  const first = id.replace(/\.end$/, "");
  return first !== id && tasks[first] !== undefined ? first : id;
}

function boxOf(id: string, task: FlowTask | undefined): Box {
  if (task === undefined || id === START_TASK) return { id, kind: "start", title: "Start", caption: "" };
  const action = textOf(task.action);
  const title = textOf(task.name) || id;
  if (isEnd(task)) return { id, kind: "end", title: "Signed in", caption: action };
  switch (textOf(task.type)) {
    case "screen":
      return { id, kind: "screen", title, caption: "screen" };
    case "condition":
      return { id, kind: "condition", title, caption: "condition" };
    case "flow":
      return { id, kind: "flow", title, caption: `flow ${textOf(argumentOf(task, "flowId"))}` };
    default:
      return {
        id,
        kind: action === "connector" ? "connector" : action === "scriptlet" ? "script" : "action",
        title,
        caption: action,
      };
  }
}

function linesOf(document: FlowDocument, id: string): readonly Line[] {
  const tasks = tasksOf(document);
  if (id === START_TASK) {
    const to = firstTaskOf(document);
    return to === undefined ? [] : [{ from: id, to: ownerOf(tasks, to), label: "", dashed: false }];
  }
  const task = tasks[id];
  const half = secondHalf(id);
  const own = rulesOf(task)
    .filter(({ taskId }) => taskId !== half && taskId in tasks)
    .map(({ interactionId, taskId }) => ({
      from: id,
      to: ownerOf(tasks, taskId),
      label: labelOf(document, task, textOf(interactionId)),
      dashed: task?.type === "automated" && textOf(interactionId) !== "success",
    }));
  const back = rulesOf(tasks[half])
    .filter(({ taskId }) => taskId in tasks)
    .map(({ interactionId, taskId }) => ({
      from: id,
      to: ownerOf(tasks, taskId),
      label: textOf(interactionId) === "success" ? "comes back" : textOf(interactionId),
      dashed: true,
    }));
  return [...own, ...back];
}

function labelOf({ screens }: FlowDocument, task: FlowTask | undefined, interactionId: string): string {
  if (interactionId === "success" || interactionId.endsWith(".success")) return "";
  const branch = task?.conditions?.find((one) => one.interactionId === interactionId);
  if (branch !== undefined) return textOf(branch.name) || interactionId;
  const screen = screens?.find(({ screenId }) => screenId === task?.screenId);
  const listed = [...objectsOf(screen?.interactions), ...objectsOf(task?.["interactions"])];
  return textOf(listed.find(({ id }) => id === interactionId)?.["label"]) || interactionId;
}

/** One line for all that leads from one box to another. */
function joined(lines: readonly Line[]): readonly Line[] {
  const found = new Map<string, { line: Line; labels: Set<string> }>();
  for (const line of lines) {
    const key = `${line.from} ${line.to}`;
    const before = found.get(key);
    if (before === undefined) found.set(key, { line, labels: new Set([line.label]) });
    else {
      before.labels.add(line.label);
      if (before.line.dashed && !line.dashed) before.line = { ...before.line, dashed: false };
    }
  }
  return [...found.values()].map(({ line, labels }) => ({
    ...line,
    // What happens in any case needs no words for when it does.
    label: labels.has("") ? "" : [...labels].join(" / "),
  }));
}
