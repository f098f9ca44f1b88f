import type { FlowDocument, FlowRule, FlowTask } from "../flow-document.ts";
import { rulesOf } from "../flow-graph.ts";
import { derivedId } from "../generate/derived-id.ts";
import { type Draft, type Step, templateTask } from "../generate/draft.ts";
import { PLACE } from "../generate/keys.ts";
import { placeSteps, withViews } from "../generate/place-steps.ts";
import { adoptLook } from "./adopt-look.ts";
import type { FlowTemplate } from "./read-template.ts";

/** A rule of a template. */
export interface Entry {
  readonly taskId: string;
  readonly rule: FlowRule;
}

/** Rules of a template that will lead to a new step, from where {@link PLACE.otherwise} goes on as before. */
export interface Splice {
  /** Key of the step. */
  readonly gate: string;
  readonly entries: readonly Entry[];
}

/** Pixels between the template's tasks and the new ones below them. */
const GAP = 360;

/** Fields in which an export says when and by whom a flow was stored. */
const BOOKKEEPING: ReadonlySet<string> = new Set(["version", "modifiedTime", "etag"]);

/**
 * Puts steps into a copy of a flow. All of the flow's tasks and screens stay; only the given rules lead elsewhere.
 *
 * The screens get IDs of their own: whether two flows can share one is not documented, and the flow that the template is
 * must not change.
 *
 * @param splices - Which rules lead to the steps.
 */
export function spliceInto(
  template: FlowTemplate,
  draft: Draft,
  splices: readonly Splice[],
  made: { readonly flowId: string; readonly name: string; readonly description: string },
): FlowDocument {
  const { document } = template;
  const { flowId } = made;
  const gates = gatesFor(draft, splices);
  const taken = new Set(Object.keys(document.contents.tasks));
  const placed = placeSteps(
    {
      ...draft,
      steps: [...draft.steps.filter(({ key }) => !splices.some(({ gate }) => gate === key)), ...gates.steps],
    },
    flowId,
    taken,
    gates.steps.map(({ key }) => key),
  );
  const screenId = (id: string): string => derivedId("SC", `${flowId}/${id}`);
  const tasks = Object.fromEntries(
    Object.entries(document.contents.tasks).map(([id, task]) => [
      id,
      redirected(
        task.screenId === undefined ? task : { ...task, screenId: screenId(task.screenId) },
        new Map(
          splices.flatMap(({ gate, entries }) =>
            entries
              .filter(({ taskId }) => taskId === id)
              .map(({ rule }) => [rule, placed.idOf(gates.keyOf(gate, rule.taskId))] as const),
          ),
        ),
        task,
      ),
    ]),
  );
  const below = Math.max(0, ...Object.values(tasks).map(({ view }) => view?.y ?? 0)) + GAP;
  const spliced: FlowDocument = {
    ...document,
    flowId,
    metadata: {
      ...Object.fromEntries(Object.entries(document.metadata).filter(([field]) => !BOOKKEEPING.has(field))),
      name: made.name,
      description: made.description,
    },
    contents: { ...document.contents, tasks: { ...tasks, ...placed.tasks } },
    screens: [
      ...(document.screens ?? []).map((screen) => ({ ...screen, screenId: screenId(screen.screenId) })),
      ...adoptLook(placed.screens, document),
    ],
  };
  return withViews(spliced, (id) => !taken.has(id), below);
}

/** A copy of each gate for each place that its rules led to: they differ in where they go on as before. */
function gatesFor(
  draft: Draft,
  splices: readonly Splice[],
): { readonly steps: readonly Step[]; keyOf(gate: string, target: string): string } {
  const targets = new Map(
    splices.map(({ gate, entries }) => [gate, [...new Set(entries.map(({ rule }) => rule.taskId))]] as const),
  );
  const keyOf = (gate: string, target: string): string => {
    const index = targets.get(gate)?.indexOf(target) ?? 0;
    return index === 0 ? gate : `${gate} ${index + 1}`;
  };
  const steps = draft.steps.flatMap((step) =>
    (targets.get(step.key) ?? []).map((target) => ({
      ...step,
      key: keyOf(step.key, target),
      rules: step.rules.map(
        ([interaction, to]) => [interaction, to === PLACE.otherwise ? templateTask(target) : to] as const,
      ),
    })),
  );
  return { steps, keyOf };
}

/** The task with some of its rules leading elsewhere. */
function redirected(task: FlowTask, to: ReadonlyMap<FlowRule, string>, original: FlowTask): FlowTask {
  if (to.size === 0) return task;
  const rules = rulesOf(original).map((rule) => ({ ...rule, taskId: to.get(rule) ?? rule.taskId }));
  return { ...task, next: { ...task.next, rules } };
}

/** The rules of tasks, with the tasks. */
export function rulesWhere(
  { contents }: FlowDocument,
  holds: (task: FlowTask, rule: FlowRule, taskId: string) => boolean,
): readonly Entry[] {
  return Object.entries(contents.tasks).flatMap(([taskId, task]) =>
    rulesOf(task)
      .filter((rule) => holds(task, rule, taskId))
      .map((rule) => ({ taskId, rule })),
  );
}
