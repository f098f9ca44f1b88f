import type { FlowDocument } from "../../flows/flow-document.ts";
import { actionStep, connectorStep } from "../../flows/generate/draft.ts";
import { connectorId } from "../../flows/generate/kinds/connector-id.ts";
import type { FlowConnector } from "../../flows/generate/options.ts";
import { placeSteps, withViews } from "../../flows/generate/place-steps.ts";

/** Where the probe keeps the gateway's answer. */
export const PROBE_RESULT = "gatewayProbe";

/** What the probe sends: no credentials, so that whoever is let in is told that they are missing. */
export const PROBE_BODY = "{}";

/**
 * A flow that calls the connector once, as no user, and ends. It is written, run by the management API, and deleted.
 *
 * @param flowId - One that no flow of the project has.
 */
export function probeFlow(flowId: string, connector: FlowConnector): FlowDocument {
  const { tasks, screens, first } = placeSteps(
    {
      first: "probe",
      steps: [
        connectorStep(
          "probe",
          "Ask the gateway without credentials",
          {
            connectorId: connectorId(connector),
            endpoint: "/v1/jit/verify",
            timeoutSeconds: 10,
            payload: PROBE_BODY,
            resultPath: PROBE_RESULT,
          },
          { success: "end", refused: "end", unreachable: "end" },
        ),
        actionStep("end", "End", "logged-in", []),
      ],
    },
    flowId,
  );
  return withViews({
    flowId,
    metadata: {
      name: "Probe of c2d",
      description: "Made by c2d jit check, which deletes it. It can be deleted at any time.",
      disabled: false,
    },
    contents: {
      startTask: first,
      tasks: {
        start: { id: "start", name: "start", next: { rules: [{ interactionId: "", taskId: first }] } },
        ...tasks,
      },
    },
    screens,
    references: { connectors: { [connector.name]: connectorId(connector) } },
  });
}
