import { type FlowDocument, START_TASK } from "../flow-document.ts";
import { firstTaskOf, reachableTasks, rulesOf, secondHalf, tasksOf } from "../flow-graph.ts";
import type { GraphEdge } from "./layer-graph.ts";

/** The tasks of a flow that can be reached, and the lines between them. */
export function flowEdges(document: FlowDocument): {
  readonly names: readonly string[];
  readonly edges: readonly GraphEdge[];
} {
  const tasks = tasksOf(document);
  const names = reachableTasks(document);
  const edges: GraphEdge[] = [];
  for (const name of names) {
    if (name === START_TASK) {
      const first = firstTaskOf(document);
      if (first !== undefined) edges.push({ from: name, to: first });
      continue;
    }
    for (const { taskId } of rulesOf(tasks[name])) if (taskId in tasks) edges.push({ from: name, to: taskId });
    const half = secondHalf(name);
    if (half in tasks) edges.push({ from: name, to: half });
  }
  return { names, edges };
}
