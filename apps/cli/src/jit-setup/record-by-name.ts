import {
  type AbortableOptions,
  DEFAULT_CLIENT_NAME,
  DEFAULT_CONNECTOR_NAME,
  emptyRecord,
  isOwnClient,
  isOwnConnector,
  type JitSetupRecord,
  madeByUs,
} from "@cognito-to-descope/core";
import type { OpenSetup } from "./open-setup.ts";
import type { SetupOptions } from "./setup-options.ts";

/** Flows of this name are made unless another ID is given. */
const DEFAULT_FLOW_IDS: readonly string[] = ["cognito-jit-password", "cognito-combined", "cognito-direct-cognito"];

/** What can be found of a set-up whose record is lost: what has its names and its marks. Edited app clients cannot. */
export async function recordByName(
  { ports }: OpenSetup,
  projectId: string,
  options: SetupOptions,
  abortable: AbortableOptions,
): Promise<JitSetupRecord> {
  const { clientName = DEFAULT_CLIENT_NAME, connectorName = DEFAULT_CONNECTOR_NAME } = options;
  const clients: JitSetupRecord["clients"][number][] = [];
  for (const [userPoolId, pool] of ports.pools) {
    for (const { clientId, name } of await pool.listAppClients(abortable)) {
      if (name !== clientName) continue;
      const found = await pool.readAppClient(clientId, abortable);
      if (found !== undefined && isOwnClient(found.settings)) clients.push({ userPoolId, clientId, name });
    }
  }
  const listed = (await ports.connectors.list(abortable)) ?? [];
  const connector = listed.find((one) => one.name === connectorName && isOwnConnector(one));
  const flowId = await findFlow(
    ports.flows,
    options.flowId === undefined ? DEFAULT_FLOW_IDS : [options.flowId],
    abortable,
  );
  return {
    ...emptyRecord(projectId),
    clients,
    ...(connector?.id === undefined ? {} : { connector: { id: connector.id, name: connector.name, made: true } }),
    ...(flowId === undefined ? {} : { flow: { flowId } }),
  };
}

async function findFlow(
  flows: OpenSetup["ports"]["flows"],
  flowIds: readonly string[],
  abortable: AbortableOptions,
): Promise<string | undefined> {
  for (const flowId of flowIds) {
    const found = await flows.read(flowId, abortable);
    if (found !== undefined && madeByUs(found.metadata.description ?? "") !== undefined) return flowId;
  }
  return undefined;
}
