import { type FlowDocument, START_TASK } from "../flow-document.ts";
import { tasksOf } from "../flow-graph.ts";
import { isJsonObject, ownOf, sameJson } from "../json.ts";
import { canonicalSettings, canonicalTask } from "./canonical-flow.ts";
import { pairTasks } from "./pair-tasks.ts";

/** One difference between two flows. */
export interface FlowDifference {
  readonly kind: "added" | "removed" | "changed";
  /** A task by its name, or `flow` for what is said of the flow as a whole. */
  readonly where: string;
  /** IDs of the task on either side. */
  readonly from?: string;
  readonly to?: string;
  /** What of it differs; none where all of it came or went. */
  readonly values: readonly FlowValueDifference[];
}

/** One value that differs. */
export interface FlowValueDifference {
  /** `arguments.args.value.2.value`, `leads.success`. */
  readonly path: string;
  /** Absent where there is none. */
  readonly before?: unknown;
  readonly after?: unknown;
}

const MISSING = " (missing)";

/**
 * Says how two flows differ in what they do. IDs, places on the canvas, and fields that say nothing do not count: an export
 * of a flow that was imported under another ID has no differences.
 */
export function diffFlows(before: FlowDocument, after: FlowDocument): readonly FlowDifference[] {
  const pairs = pairTasks(before, after);
  const [tasksBefore, tasksAfter] = [tasksOf(before), tasksOf(after)];
  const names = new Map([...pairs].map(([from, to]) => [to, from]));
  const differences: FlowDifference[] = [];
  const settings = valuesThatDiffer(canonicalSettings(before), canonicalSettings(after));
  if (settings.length > 0) differences.push({ kind: "changed", where: "flow", values: settings });
  for (const [id, task] of Object.entries(before.contents.tasks)) {
    const to = pairs.get(id);
    const other = to === undefined ? undefined : tasksAfter[to];
    const where = task.name ?? id;
    if (to === undefined || other === undefined) {
      if (id !== START_TASK) differences.push({ kind: "removed", where, from: id, values: [] });
      continue;
    }
    const values = valuesThatDiffer(
      canonicalTask(before, id, task, (taskId) => `task ${taskId}${taskId in tasksBefore ? "" : MISSING}`),
      canonicalTask(after, to, other, (taskId) => {
        if (!(taskId in tasksAfter)) return `task ${taskId}${MISSING}`;
        return `task ${names.get(taskId) ?? `${taskId} (new)`}`;
      }),
    );
    if (values.length > 0) differences.push({ kind: "changed", where, from: id, to, values });
  }
  for (const [id, task] of Object.entries(after.contents.tasks))
    if (!names.has(id) && id !== START_TASK)
      differences.push({ kind: "added", where: task.name ?? id, to: id, values: [] });
  return differences;
}

/** The innermost values that differ. */
function valuesThatDiffer(before: unknown, after: unknown, path = ""): readonly FlowValueDifference[] {
  if (sameJson(before, after)) return [];
  const inner = fieldsOf(before, after);
  if (inner === undefined)
    return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  return inner.flatMap(([field, one, other]) => valuesThatDiffer(one, other, path === "" ? field : `${path}.${field}`));
}

/** Members of two objects or two lists by name; undefined for anything else. */
function fieldsOf(a: unknown, b: unknown): readonly (readonly [string, unknown, unknown])[] | undefined {
  if (isJsonObject(a) && isJsonObject(b))
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((field) => [
      field,
      ownOf(a, field),
      ownOf(b, field),
    ]);
  if (Array.isArray(a) && Array.isArray(b))
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => [String(index), a[index], b[index]]);
  return undefined;
}
