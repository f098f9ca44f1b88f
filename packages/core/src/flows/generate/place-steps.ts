import type { FlowDocument, FlowScreen, FlowTask } from "../flow-document.ts";
import { secondHalf } from "../flow-graph.ts";
import { sameJson } from "../json.ts";
import { flowEdges } from "../layout/flow-edges.ts";
import { layerGraph } from "../layout/layer-graph.ts";
import { derivedId } from "./derived-id.ts";
import { bareTask, type Draft, halfKey, handling, type Step, type StepRule, templateTaskOf } from "./draft.ts";
import { screenContents, screenInteractions } from "./screen-contents.ts";

/** Steps that have their IDs. */
export interface PlacedSteps {
  readonly tasks: Readonly<Record<string, FlowTask>>;
  readonly screens: readonly FlowScreen[];
  /** The task of the first step. */
  readonly first: string;
  /** The ID that a key has got. */
  idOf(key: string): string;
}

/** Pixels between the tasks in the console. */
const COLUMN = 480;
const ROW = 240;

/**
 * Numbers the steps that can be reached, in the order in which a reader meets them, and ties them together.
 *
 * @param taken - IDs of tasks that are in use already.
 * @param roots - Keys of the steps that are reached from elsewhere. @defaultValue the first one
 */
export function placeSteps(
  draft: Draft,
  flowId: string,
  taken: ReadonlySet<string> = new Set(),
  roots: readonly string[] = [draft.first],
): PlacedSteps {
  const steps = new Map(draft.steps.map((step) => [step.key, step]));
  for (const step of draft.steps)
    if (!sameJson(step, steps.get(step.key))) throw new RangeError(`two steps have the key ${step.key}`);
  const ids = numberSteps(draft, steps, taken, roots);
  const idOf = (named: string): string => {
    const key = resolveKey(draft, named);
    const id = templateTaskOf(key) ?? ids.get(key);
    if (id === undefined) throw new RangeError(`there is no step ${key}`);
    return id;
  };
  const rules = (of: readonly StepRule[]): FlowTask["next"] =>
    of.length === 0 ? {} : { rules: of.map(([interactionId, to]) => ({ interactionId, taskId: idOf(to) })) };
  const tasks: Record<string, FlowTask> = {};
  const screens: FlowScreen[] = [];
  for (const [key, id] of ids) {
    const step = steps.get(key);
    if (step === undefined) continue;
    const task = { id, ...bareTask(step) };
    if (step.half === undefined) {
      tasks[id] = { ...task, next: rules(step.rules) };
    } else {
      const { half } = step;
      const args = { ...task.arguments, [half.argument]: { type: "inline", value: secondHalf(id) } };
      const second = half.follows ? [["success", halfKey(key)] as const] : [];
      tasks[id] = { ...task, arguments: args, next: rules([...step.rules, ...second]) };
      tasks[secondHalf(id)] = {
        ...task,
        id: secondHalf(id),
        action: half.action,
        arguments: args,
        ...(half.errors === undefined ? {} : { errorHandlingV2: handling(half.errors) }),
        next: rules(half.rules),
      };
    }
    if (step.screen !== undefined) {
      const screenId = derivedId("SC", `${flowId}/${key}`);
      tasks[id] = { ...tasks[id], screenId };
      screens.push({
        screenId,
        interactions: screenInteractions(step.screen),
        contents: screenContents(step.screen),
      });
    }
  }
  return { tasks, screens, first: idOf(draft.first), idOf };
}

function resolveKey({ aliases = {} }: Draft, key: string): string {
  const seen = new Set<string>();
  let at = key;
  for (let next = aliases[at]; next !== undefined && !seen.has(at); next = aliases[at]) {
    seen.add(at);
    at = next;
  }
  return at;
}

function numberSteps(
  draft: Draft,
  steps: ReadonlyMap<string, Step>,
  taken: ReadonlySet<string>,
  roots: readonly string[],
): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  let number = 0;
  const waiting: string[] = [...roots];
  for (let named = waiting.shift(); named !== undefined; named = waiting.shift()) {
    const key = resolveKey(draft, named);
    if (ids.has(key) || templateTaskOf(key) !== undefined) continue;
    const step = steps.get(key);
    if (step === undefined) continue;
    while (taken.has(String(number))) number += 1;
    const id = String(number);
    number += 1;
    ids.set(key, id);
    if (step.half !== undefined) ids.set(halfKey(key), secondHalf(id));
    waiting.push(...[...step.rules, ...(step.half?.rules ?? [])].map(([, to]) => to));
  }
  return ids;
}

/**
 * Says where the console draws the tasks: from left to right.
 *
 * @param which - The tasks to say it of; others keep their place.
 * @param below - Pixels that they are moved down, to lie below the others.
 */
export function withViews(
  document: FlowDocument,
  which: (taskId: string) => boolean = () => true,
  below = 0,
): FlowDocument {
  const { names, edges } = flowEdges(document);
  const { places } = layerGraph(names, edges);
  const tasks = Object.fromEntries(
    Object.entries(document.contents.tasks).map(([id, task]) => {
      const place = places.get(id);
      if (!which(id) || place === undefined) return [id, task];
      return [id, { ...task, view: { x: place.column * COLUMN, y: place.row * ROW + below } }];
    }),
  );
  return { ...document, contents: { ...document.contents, tasks } };
}
