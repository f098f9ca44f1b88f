import type { FlowDocument, FlowScreen, FlowTask } from "../flow-document.ts";
import { rulesOf, secondHalf } from "../flow-graph.ts";
import { isJsonObject, type JsonObject, textOf } from "../json.ts";
import { outcomeName } from "./pair-tasks.ts";

/** Fields that say where something is drawn, what it is numbered, or when it was stored. */
const ASIDE: ReadonlySet<string> = new Set(["id", "view", "screenId", "next", "conditions", "htmlTemplate"]);
const BOOKKEEPING: ReadonlySet<string> = new Set(["version", "modifiedTime", "etag"]);

/** A task in words of its own: what it does, what it shows, and where each outcome leads. */
export function canonicalTask(
  document: FlowDocument,
  id: string,
  task: FlowTask,
  nameOf: (taskId: string) => string,
): JsonObject {
  const fields = Object.fromEntries(
    Object.entries(task)
      .filter(([field]) => !ASIDE.has(field))
      .map(([field, value]) => [field, withoutOwnId(value, id)]),
  );
  const screen = document.screens?.find(({ screenId }) => screenId === task.screenId);
  const inline = isJsonObject(task["htmlTemplate"]) ? task["htmlTemplate"] : undefined;
  const leads = new Map<string, string[]>();
  for (const { interactionId, taskId } of rulesOf(task)) {
    const outcome = outcomeName(task, textOf(interactionId));
    leads.set(outcome, [...(leads.get(outcome) ?? []), nameOf(taskId)].sort());
  }
  return substance({
    ...fields,
    conditions: (task.conditions ?? []).map(({ interactionId, ...condition }) => ({
      ...condition,
      ...(interactionId === "ELSE" ? { otherwise: true } : {}),
    })),
    screen: screen === undefined ? (inline ?? {}) : canonicalScreen(screen),
    leads: Object.fromEntries(leads),
  }) as JsonObject;
}

function canonicalScreen({
  screenId: _screenId,
  interactions: _interactions,
  flowId: _flowId,
  ...screen
}: FlowScreen): JsonObject {
  return screen;
}

/** What is said of the flow as a whole. */
export function canonicalSettings({ metadata, references }: FlowDocument): JsonObject {
  const connectors = Object.keys(references?.connectors ?? {});
  return substance({
    ...Object.fromEntries(Object.entries(metadata).filter(([field]) => !BOOKKEEPING.has(field))),
    // The IDs are those of one project; by the names the flow is known in any.
    references: { ...references, connectors },
  }) as JsonObject;
}

/** A value without what says nothing: exports leave out empty fields, or do not. */
function substance(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => substance(one) ?? null);
  if (!isJsonObject(value)) return value === "" || value === false || value === null ? undefined : value;
  const fields = Object.entries(value)
    .map(([field, one]) => [field, substance(one)] as const)
    .filter(
      ([, one]) => one !== undefined && !(typeof one === "object" && one !== null && Object.keys(one).length === 0),
    );
  return Object.fromEntries(fields);
}

/** Arguments name the second half of their own step. */
function withoutOwnId(value: unknown, id: string): unknown {
  const first = id.endsWith(".end") ? id.slice(0, -".end".length) : id;
  if (value === secondHalf(first)) return "(its second half)";
  if (Array.isArray(value)) return value.map((one) => withoutOwnId(one, id));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      // A connector is known by its name; see the references.
      .filter(([field]) => field !== "connectorId")
      .map(([field, one]) => [field, withoutOwnId(one, id)]),
  );
}
