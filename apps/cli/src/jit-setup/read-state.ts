import type {
  AbortableOptions,
  AppClientDescription,
  FlowDocument,
  JitSetupRecord,
  JitSetupRequest,
  JitSetupState,
  PoolObservation,
  PoolSettings,
  ReadPool,
} from "@cognito-to-descope/core";
import type { OpenSource } from "../open-sources.ts";
import type { OpenSetup } from "./open-setup.ts";
import type { SetupOptions } from "./setup-options.ts";

/** What was made and seen before. */
export interface Before {
  readonly record: JitSetupRecord;
  /** What runs saw of the pools: the gateway maps users by it, and so asks for what it needs. */
  readonly observations: ReadonlyMap<string, PoolObservation>;
}

/** Reads everything that the plan of a set-up depends on. Writes nothing. */
export async function readSetupState(
  request: JitSetupRequest,
  { sources, ports, target }: OpenSetup,
  { record, observations }: Before,
  options: SetupOptions & { readonly flowId: string },
  abortable: AbortableOptions,
): Promise<JitSetupState> {
  const [project, passwordPolicy, listed, flow] = await Promise.all([
    target.readSnapshot(abortable),
    target.readPasswordPolicy(abortable),
    ports.connectors.list(abortable),
    ports.flows.read(options.flowId, abortable),
  ]);
  const pools: ReadPool[] = [];
  for (const source of sources) {
    const observation = observations.get(source.source.userPoolId);
    pools.push({ ...(await readPool(source, request, record, abortable)), observation });
  }
  const { connectorId: chosenId, connectorByHand: trusted } = options;
  const id = chosenId ?? connectorOf(flow, request.connector.name) ?? recordedConnector(record, request.connector.name);
  const read = listed === undefined && id !== undefined ? await ports.connectors.read(id, abortable) : undefined;
  return { pools, project, passwordPolicy, connectors: { listed, read, chosenId, trusted }, flow };
}

async function readPool(
  { source, tenant, tenantName }: OpenSource,
  { client: choice }: JitSetupRequest,
  record: JitSetupRecord,
  abortable: AbortableOptions,
): Promise<ReadPool> {
  const settings = source.settings();
  const [signIn, snapshot] = [await settings.readSignIn(abortable), await source.readSnapshot(abortable)];
  const recordedId = record.clients.find(
    (client) => client.userPoolId === source.userPoolId && client.change === undefined,
  )?.clientId;
  const wanted =
    choice.kind === "own"
      ? [recordedId, ...snapshot.appClients.filter(({ name }) => name === choice.name).map(({ clientId }) => clientId)]
      : [choice.clientId];
  const clients = await readClients(settings, wanted, abortable);
  return { signIn, snapshot, tenant, tenantName, clients, recordedId };
}

async function readClients(
  settings: PoolSettings,
  clientIds: readonly (string | undefined)[],
  abortable: AbortableOptions,
): Promise<readonly AppClientDescription[]> {
  const clients: AppClientDescription[] = [];
  for (const clientId of new Set(clientIds)) {
    const found = clientId === undefined ? undefined : await settings.readAppClient(clientId, abortable);
    if (found !== undefined) clients.push(found);
  }
  return clients;
}

/** The ID that the project gave the connector, as the flow that calls it tells. */
function connectorOf(flow: FlowDocument | undefined, name: string): string | undefined {
  const connectors: Readonly<Record<string, unknown>> = flow?.references?.connectors ?? {};
  const id = connectors[name];
  return typeof id === "string" && id !== "" ? id : undefined;
}

function recordedConnector({ connector }: JitSetupRecord, name: string): string | undefined {
  return connector?.name === name ? connector.id : undefined;
}
