import { hasCode } from "../errors.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import type { JitSetupPorts } from "./apply-jit-setup.ts";
import { clientKey, planUndo, type UndoState, type UndoStep } from "./plan-undo.ts";
import { emptyRecord, type JitSetupRecord, type RecordedClient } from "./setup-record.ts";

/** How a set-up is taken back. */
export interface UndoJitSetupOptions extends AbortableOptions {
  readonly record: JitSetupRecord;
  /** Keeps what is still to be taken back. Called after every step that was carried out. */
  readonly keepRecord: (record: JitSetupRecord) => Promise<void>;
  /** Asked before anything is written; false leaves everything as it is. */
  readonly mayWrite: (steps: readonly UndoStep[]) => Promise<boolean>;
}

/** What was taken back. */
export interface UndoneJitSetup {
  readonly steps: readonly UndoStep[];
  readonly written: boolean;
}

/**
 * Takes a set-up back as far as nobody has changed or uses what it made. Reads first.
 *
 * @throws MigrationError those of both services.
 */
export async function undoJitSetup(
  ports: Pick<JitSetupPorts, "pools" | "connectors" | "flows">,
  options: UndoJitSetupOptions,
): Promise<UndoneJitSetup> {
  const { record, signal, keepRecord, mayWrite } = options;
  const abortable = signal === undefined ? {} : { signal };
  const steps = planUndo(record, await readState(record, ports, abortable));
  const done: UndoStep[] = [];
  const isWriting = steps.some(({ operation }) => operation !== "keep");
  if (!isWriting || !(await mayWrite(steps))) return { steps, written: false };
  let left = record;
  for (const step of steps) {
    const outcome = await carryOut(step, ports, abortable);
    done.push(outcome);
    if (outcome.operation !== "keep" || outcome.reason === "gone") {
      left = without(left, outcome);
      await keepRecord(left);
    }
  }
  return { steps: done, written: done.some(({ operation }) => operation !== "keep") };
}

async function readState(
  record: JitSetupRecord,
  { pools, connectors, flows }: Pick<JitSetupPorts, "pools" | "connectors" | "flows">,
  options: AbortableOptions,
): Promise<UndoState> {
  const clients = new Map<string, NonNullable<Awaited<ReturnType<typeof readClient>>>>();
  const readClient = async ({ userPoolId, clientId }: RecordedClient): ReturnType<Pool["readAppClient"]> =>
    await pools.get(userPoolId)?.readAppClient(clientId, options);
  for (const client of record.clients) {
    const found = await readClient(client);
    if (found !== undefined) clients.set(clientKey(client.userPoolId, client.clientId), found);
  }
  const flow = record.flow === undefined ? undefined : await flows.read(record.flow.flowId, options);
  const { id, name } = record.connector ?? {};
  if (id === undefined || name === undefined) {
    return { flow, connector: undefined, connectorsReadable: true, callers: [], clients };
  }
  const listed = await connectors.list(options);
  const connector = listed?.find((one) => one.id === id) ?? (await connectors.read(id, options));
  const callers: string[] = [];
  for (const { flowId } of connector === undefined ? [] : await flows.list(options)) {
    if (flowId === record.flow?.flowId) continue;
    const other = await flows.read(flowId, options);
    if (Object.hasOwn(other?.references?.connectors ?? {}, name)) callers.push(flowId);
  }
  return { flow, connector, connectorsReadable: listed !== undefined, callers, clients };
}

type Pool = JitSetupPorts["pools"] extends ReadonlyMap<string, infer Each> ? Each : never;

async function carryOut(
  step: UndoStep,
  { pools, connectors, flows }: Pick<JitSetupPorts, "pools" | "connectors" | "flows">,
  options: AbortableOptions,
): Promise<UndoStep> {
  const { subject, operation, id, settings } = step;
  if (operation === "keep") return step;
  try {
    if (subject === "flow") await flows.delete(id, options);
    else if (subject === "connector") await connectors.delete(id, options);
    else {
      const pool = pools.get(step.userPoolId ?? "");
      if (operation === "delete") await pool?.deleteAppClient(id, options);
      else await pool?.replaceAppClient(id, settings ?? {}, options);
    }
    return step;
  } catch (error) {
    if (!hasCode(error, "ERR_TARGET_FEATURE_MISSING")) throw error;
    return { ...step, operation: "keep", reason: "by-hand" };
  }
}

function without(record: JitSetupRecord, { subject, id, userPoolId }: UndoStep): JitSetupRecord {
  const { flow, connector, clients, projectId } = record;
  const rest = clients.filter((client) => !(client.clientId === id && client.userPoolId === userPoolId));
  return {
    ...emptyRecord(projectId),
    clients: subject === "app-client" ? rest : clients,
    ...(subject === "flow" || flow === undefined ? {} : { flow }),
    ...(subject === "connector" || connector === undefined ? {} : { connector }),
  };
}
