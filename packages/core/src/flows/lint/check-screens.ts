import type { FlowDocument, FlowScreen, FlowTask } from "../flow-document.ts";
import { rulesOf } from "../flow-graph.ts";
import { isJsonObject, objectsOf, textOf } from "../json.ts";
import type { Report } from "./rules.ts";

/** Interactions that come from the page itself and not from a component. */
const BUILT_IN: ReadonlySet<string> = new Set([
  "submit",
  "polling",
  "polling-error",
  "resend",
  "oneTimeCodeId",
  "abort",
  "saml",
]);

/** Checks screens, and the rules of the tasks that show them. */
export function checkScreens(document: FlowDocument, report: Report): void {
  const screens = new Map((document.screens ?? []).map((screen) => [screen.screenId, screen]));
  const shown = new Set<string>();
  for (const [id, task] of Object.entries(document.contents.tasks)) {
    if (task.type !== "screen") continue;
    const screen = screens.get(textOf(task.screenId)) ?? inlineScreen(task);
    shown.add(textOf(task.screenId));
    if (screen === undefined) {
      report("screen-missing", id, textOf(task.screenId));
      continue;
    }
    const listed = objectsOf(screen.interactions);
    const offered = new Set([
      ...listed.map(({ id: one }) => textOf(one)),
      ...Object.keys(screen.contents ?? {}),
      ...BUILT_IN,
    ]);
    const ruled = new Set(rulesOf(task).map(({ interactionId }) => textOf(interactionId)));
    for (const interaction of ruled) if (!offered.has(interaction)) report("interaction-missing", id, interaction);
    for (const { id: one } of listed)
      if (!ruled.has(textOf(one)) && !BUILT_IN.has(textOf(one))) report("interaction-unhandled", id, textOf(one));
  }
  for (const screenId of screens.keys()) if (!shown.has(screenId)) report("screen-unused", undefined, screenId);
}

/** The screen that a task itself carries, as some exports have it. */
function inlineScreen(task: FlowTask): FlowScreen | undefined {
  const nodes = task["htmlTemplate"];
  if (!isJsonObject(nodes)) return undefined;
  return { screenId: textOf(task.screenId), interactions: objectsOf(task["interactions"]), contents: nodes };
}
