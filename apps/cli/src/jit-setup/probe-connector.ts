import { randomBytes } from "node:crypto";
import {
  type AbortableOptions,
  type Connectors,
  type ConnectorProbe,
  type Flows,
  judgeConnectorProbe,
  probeFlow,
} from "@cognito-to-descope/core";
import { type CheckResult, failed } from "../doctor/check.ts";

const CHECK = "the connector, from Descope";

const TOLD: Readonly<Record<ConnectorProbe, Omit<CheckResult, "check">>> = {
  "let-in": { result: "ok", detail: "the gateway knows it" },
  refused: {
    result: "fail",
    detail: "the gateway refuses it: token or HMAC secret are not those of the gateway",
    advice: "run `c2d jit setup --connector-id <id>` with the gateway's secrets in the environment",
  },
  unreached: {
    result: "fail",
    detail: "it reaches no gateway",
    advice: "compare its base URL with the gateway's address, which Descope must reach from the internet",
  },
  untold: {
    result: "warn",
    detail: "the project does not tell what the connector was answered",
    advice: "try a sign-in of a test user in the flow instead",
  },
};

/** Has Descope call the gateway once by the connector: a flow of one step is written, run as nobody, and deleted. */
export async function probeConnector(
  flows: Flows,
  connectors: Connectors,
  name: string,
  abortable: AbortableOptions,
): Promise<CheckResult> {
  const flowId = `c2d-jit-probe-${randomBytes(4).toString("hex")}`;
  try {
    const id = (await connectors.list(abortable))?.find((connector) => connector.name === name)?.id;
    await flows.write(probeFlow(flowId, { name, id }), abortable);
    try {
      return { check: CHECK, ...TOLD[judgeConnectorProbe(await flows.run(flowId, abortable))] };
    } finally {
      // Also when the check is interrupted: nothing is to be left in the project.
      await flows.delete(flowId);
    }
  } catch (error) {
    abortable.signal?.throwIfAborted();
    return failed(CHECK, error);
  }
}
