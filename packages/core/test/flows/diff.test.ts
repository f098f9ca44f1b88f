import { expect, test } from "vitest";
import { diffFlows } from "../../src/flows/diff/diff-flows.ts";
import type { FlowDocument, FlowTask } from "../../src/flows/flow-document.ts";
import { generateFlow } from "../../src/flows/generate/generate-flow.ts";
import { LINK_FLOW, PASSWORD_FLOW } from "./customer-flows.ts";
import { EVERY_KIND } from "./every-kind.ts";

/** The same flow as another project might give it back: other IDs everywhere, moved about, empty fields written out. */
function renumbered(document: FlowDocument): FlowDocument {
  const text = JSON.stringify(document.contents)
    .replaceAll(/"(\d+)((?:\.end)?)"/g, (_all, id: string, half: string) => `"${Number(id) + 700}${half}"`)
    .replaceAll("SC2", "SC2other");
  const contents = JSON.parse(text) as FlowDocument["contents"];
  const tasks = Object.fromEntries(
    Object.entries(contents.tasks)
      .toReversed()
      .map(([id, task]): [string, FlowTask] => [
        id,
        {
          errorHandlingV2: {},
          clientScripts: [],
          ...task,
          view: { x: 1, y: 2 },
          ...(task.conditions === undefined ? {} : renamedBranches(task)),
        },
      ]),
  );
  return {
    ...document,
    flowId: "elsewhere",
    contents: { ...contents, tasks },
    screens: (document.screens ?? []).map((screen) => ({
      ...screen,
      screenId: screen.screenId.replace("SC2", "SC2other"),
    })),
    references: {
      ...document.references,
      connectors: Object.fromEntries(
        Object.keys(document.references?.connectors ?? {}).map((name) => [name, "CI2other"]),
      ),
    },
  };
}

function renamedBranches(task: FlowTask): Partial<FlowTask> {
  const name = (id: string | undefined): string => (id === "ELSE" ? id : `other-${id}`);
  return {
    conditions: task.conditions?.map((one) => ({ ...one, interactionId: name(one.interactionId) })),
    next: { rules: task.next?.rules?.map((rule) => ({ ...rule, interactionId: name(rule.interactionId) })) },
  };
}

test.each([
  ["of a customer, with passwords", PASSWORD_FLOW],
  ["of a customer, with links", LINK_FLOW],
  ...EVERY_KIND.map((options): [string, FlowDocument] => [JSON.stringify(options), generateFlow(options).document]),
])("a flow with other IDs does the same: %s", (_name, document) => {
  expect(diffFlows(document, renumbered(document))).toEqual([]);
});

test("what differs is said with where and what", () => {
  const { contents, metadata } = PASSWORD_FLOW;
  const after = renumbered({
    ...PASSWORD_FLOW,
    metadata: { ...metadata, name: "Log In" },
    contents: {
      ...contents,
      tasks: {
        ...contents.tasks,
        "1": { ...contents.tasks["1"], next: { rules: [{ interactionId: "success", taskId: "40" }] } },
        "40": {
          id: "40",
          name: "Risk",
          type: "automated",
          action: "risk",
          next: { rules: [{ interactionId: "success", taskId: "2" }] },
        },
        "9": {
          ...contents.tasks["9"],
          arguments: {
            userPropertiesDefinitions: {
              type: "inline",
              value: [{ key: "customAttributes.terms", type: "boolean", value: "later" }],
            },
          },
        },
      },
    },
  });
  expect(diffFlows(PASSWORD_FLOW, after)).toEqual([
    { kind: "changed", where: "flow", values: [{ path: "name", before: "Sign In", after: "Log In" }] },
    {
      kind: "changed",
      where: "Sign In / Password",
      from: "1",
      to: "701",
      values: [{ path: "leads.success.0", before: "task 2", after: "task 740 (new)" }],
    },
    {
      kind: "changed",
      where: "Note it",
      from: "9",
      to: "709",
      values: [{ path: "arguments.userPropertiesDefinitions.value.0.value", before: true, after: "later" }],
    },
    { kind: "added", where: "Risk", to: "740", values: [] },
  ]);
  expect(diffFlows(after, PASSWORD_FLOW).map(({ kind, where }) => `${kind} ${where}`)).toEqual([
    "changed flow",
    "changed Sign In / Password",
    "changed Note it",
    "removed Risk",
  ]);
});
