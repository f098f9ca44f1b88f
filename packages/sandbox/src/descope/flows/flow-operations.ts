/** Keeping flows and themes, and running flows. */

import { readBoolean, readObject, readObjects, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import type { ProjectState } from "../project-state.ts";
import { Refusal, missing } from "../refusal.ts";
import { readConsoleFlow, readFlowDocument, writeConsoleFlow } from "./flow-document.ts";
import type { FlowDocument } from "./flow-document.ts";
import { continueFlow, startFlow } from "./flow-runner.ts";

function required({ project }: Call, flowId: string): FlowDocument {
  const document = project.flows.get(flowId);
  if (document === undefined) throw new Refusal(404, "E103202", "Flow not found", "There is no such flow");
  return document;
}

/** Stores a flow; connectors and roles that it refers to by name must exist. */
export function storeFlow({ project }: Call, document: FlowDocument): void {
  const connectors = Object.keys(readObject(document.references, "connectors") ?? {});
  const known = new Set([...project.connectors.values()].map((connector) => connector.name));
  const stranger = connectors.find((name) => !known.has(name));
  if (stranger !== undefined)
    throw new Refusal(
      400,
      "E103009",
      "Flow is not valid",
      `The flow refers to a connector that does not exist: ${stranger}`,
    );
  if (project.variants.flowScreens === "of-project") replaceScreens(project, document);
  project.flows.set(document.flowId, document);
}

/** Screens that other flows have under the same IDs become those of this flow. */
function replaceScreens(project: ProjectState, document: FlowDocument): void {
  const screens = new Map(document.screens.map((screen) => [screen["screenId"], screen]));
  for (const [flowId, other] of project.flows)
    if (other.screens.some(({ screenId }) => screens.has(screenId)))
      project.flows.set(flowId, {
        ...other,
        screens: other.screens.map((screen) => screens.get(screen["screenId"]) ?? screen),
      });
}

function list({ project, body }: Call): JsonObject {
  const ids = readStrings(body, "ids") ?? [];
  const flows = [...project.flows.values()]
    .filter((document) => ids.length === 0 || ids.includes(document.flowId))
    .map(({ flowId, metadata }) => ({
      id: flowId,
      name: readString(metadata, "name") ?? flowId,
      description: readString(metadata, "description") ?? "",
      disabled: readBoolean(metadata, "disabled") ?? false,
    }));
  return { flows, total: flows.length };
}

const partly =
  "passkeys are added, on trust, and do not sign in; e-mail connectors, setup links and libraries in scripts are not run";

export const flowOperations: readonly Operation[] = [
  { name: "POST /v1/mgmt/flow/list", access: "management", fields: ["ids"], run: list },
  {
    name: "POST /v1/mgmt/flow/delete",
    access: "management",
    fields: ["ids", "flowId"],
    run: ({ project, body }) => {
      const ids = readStrings(body, "ids") ?? [];
      if (ids.length === 0) throw missing("Missing ids");
      for (const id of ids) project.flows.delete(id);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/flow/export",
    access: "management",
    fields: ["flowId"],
    run: (call) => writeConsoleFlow(required(call, requireString(call.body, "flowId"))),
  },
  {
    name: "POST /v1/mgmt/flow/import",
    access: "management",
    fields: ["flowId", "flow", "screens"],
    run: (call) => {
      const flow = readObject(call.body, "flow");
      if (flow === undefined) throw missing("Missing flow");
      const flowId = requireString(call.body, "flowId");
      const document = readConsoleFlow(flowId, flow, readObjects(call.body, "screens") ?? []);
      storeFlow(call, document);
      return writeConsoleFlow(document);
    },
  },
  {
    name: "POST /v2/mgmt/flow/export",
    access: "management",
    fields: ["flowId"],
    run: (call) => ({ flow: required(call, requireString(call.body, "flowId")) }),
  },
  {
    name: "POST /v2/mgmt/flow/import",
    access: "management",
    fields: ["flow", "skipRender", "changelog"],
    run: (call) => {
      const flow = readObject(call.body, "flow");
      if (flow === undefined) throw missing("Missing flow");
      storeFlow(call, readFlowDocument(flow));
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/flow",
    access: "management",
    run: (call) => {
      storeFlow(call, readFlowDocument(call.body));
      return nothing;
    },
  },
  {
    name: "GET /v1/mgmt/flow",
    access: "management",
    run: (call) => ({ ...required(call, call.query.get("id") ?? "") }),
  },
  {
    name: "DELETE /v1/mgmt/flow",
    access: "management",
    run: (call) => {
      required(call, call.query.get("id") ?? "");
      call.project.flows.delete(call.query.get("id") ?? "");
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/flow/run",
    access: "management",
    fields: ["flowId", "options"],
    partly: "the output has the results of connectors and scripts; a flow that shows a screen ends there",
    run: async (call) => {
      const options = readObject(call.body, "options") ?? {};
      const answer = await startFlow(call, requireString(call.body, "flowId"), {
        redirectUrl: "",
        tenant: readString(options, "tenant") ?? "",
        input: readObject(options, "input") ?? {},
        deviceInfo: {},
      });
      return { output: answer["output"] ?? {} };
    },
  },
  {
    name: "POST /v1/flow/start",
    access: "project",
    partly,
    run: async (call) => {
      const options = readObject(call.body, "options") ?? {};
      const answer = await startFlow(call, requireString(call.body, "flowId"), {
        redirectUrl: readString(options, "redirectUrl") ?? "",
        tenant: readString(options, "tenant") ?? "",
        input: readObject(call.body, "input") ?? {},
        deviceInfo: readObject(options, "deviceInfo") ?? {},
      });
      const interactionId = readString(call.body, "interactionId") ?? "";
      if (interactionId === "" || answer["action"] !== "screen") return answer;
      // The first screen was answered already, before the run began.
      return continueFlow(
        call,
        String(answer["executionId"]),
        String(answer["stepId"]),
        interactionId,
        readObject(call.body, "input") ?? {},
      );
    },
  },
  {
    name: "POST /v1/flow/next",
    access: "project",
    partly,
    run: (call) =>
      continueFlow(
        call,
        requireString(call.body, "executionId"),
        requireString(call.body, "stepId"),
        requireString(call.body, "interactionId"),
        readObject(call.body, "input") ?? {},
      ),
  },
  {
    name: "POST /v1/mgmt/theme/export",
    access: "management",
    run: ({ project }) => ({ theme: project.theme }),
  },
  {
    name: "POST /v1/mgmt/theme/import",
    access: "management",
    run: ({ project, body }) => {
      project.theme = readObject(body, "theme") ?? {};
      return { theme: project.theme };
    },
  },
  {
    name: "POST /v2/mgmt/theme/export",
    access: "management",
    run: ({ project }) => ({ theme: project.theme }),
  },
  {
    name: "POST /v2/mgmt/theme/import",
    access: "management",
    run: ({ project, body }) => {
      project.theme = readObject(body, "theme") ?? {};
      return nothing;
    },
  },
];
