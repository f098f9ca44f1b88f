import { hasCode, MigrationError } from "../errors.ts";
import type { Connector, Connectors } from "../ports/connectors.ts";
import type { Flows } from "../ports/flows.ts";
import type { PoolSettings } from "../ports/pool-settings.ts";
import type { ProjectTarget } from "../ports/project-target.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import { isOwnClient } from "./app-client/plan-app-client.ts";
import type { JitSetupPlan, JitSetupRequest, PoolClientPlan } from "./plan-jit-setup.ts";
import { type JitSetupRecord, type RecordedClient, withClient } from "./setup-record.ts";

/** Where a set-up writes. */
export interface JitSetupPorts {
  /** By user pool ID. */
  readonly pools: ReadonlyMap<string, PoolSettings>;
  readonly target: Pick<ProjectTarget, "createAttributes" | "createRole" | "createTenant">;
  readonly connectors: Connectors;
  readonly flows: Flows;
}

/** How a set-up is applied. */
export interface ApplyJitSetupOptions extends AbortableOptions {
  /** What is on record from earlier set-ups. */
  readonly record: JitSetupRecord;
  /** Leaves attributes, connector and flow to the operator. @defaultValue false */
  readonly byHand?: boolean | undefined;
  /** Keeps the record. Called after everything that was made, so that nothing is forgotten when the rest fails. */
  readonly keepRecord: (record: JitSetupRecord) => Promise<void>;
}

/** What was set up. */
export interface AppliedJitSetup {
  readonly clients: readonly { readonly userPoolId: string; readonly clientId: string; readonly name: string }[];
  /** Absent where it is not known. */
  readonly connectorId?: string | undefined;
  readonly flowId: string;
  /** What the project does not let be written over its API, or was to be left, and has to be made by hand. */
  readonly byHand: readonly ("connector" | "flow")[];
}

/**
 * Carries a plan out: app clients first, then what users need to be defined, the connector, and the flow that calls it.
 *
 * Each part is recorded as soon as it is there. A connector that the project does not take over its API is left to the
 * operator, and the flow with it, because a flow cannot be written before the connector that it calls.
 *
 * @throws MigrationError those of both services; `ERR_PLAN_BLOCKED` when a finding blocks the plan.
 */
export async function applyJitSetup(
  plan: JitSetupPlan,
  request: JitSetupRequest,
  ports: JitSetupPorts,
  options: ApplyJitSetupOptions,
): Promise<AppliedJitSetup> {
  const { signal, keepRecord, byHand = false } = options;
  const abortable = signal === undefined ? {} : { signal };
  refuseBlocked(plan);
  let { record } = options;
  const keep = async (changed: JitSetupRecord): Promise<void> => {
    record = changed;
    await keepRecord(changed);
  };

  const clients: { readonly userPoolId: string; readonly clientId: string; readonly name: string }[] = [];
  for (const client of plan.clients) {
    const { userPoolId, name } = client;
    const { clientId, change } = await writeClient(client, ports, abortable);
    clients.push({ userPoolId, clientId, name });
    if (client.operation === "none") continue;
    await keep(withClient(record, { userPoolId, clientId, name, ...(change === undefined ? {} : { change }) }));
  }

  const { attributes, roles, tenants } = plan.missing;
  if (attributes.length > 0 && !byHand) await ports.target.createAttributes(attributes, abortable);
  for (const tenant of tenants) await ports.target.createTenant(tenant, abortable);
  for (const role of roles) await ports.target.createRole(role, abortable);

  const { connector } = plan;
  const { flowId } = plan.flow;
  const isLeft = byHand && connector.operation !== "none";
  const written = isLeft ? "by-hand" : await unlessByHand(() => writeConnector(plan, ports.connectors, abortable));
  if (written === "by-hand") return { clients, flowId, byHand: ["connector", "flow"] };
  if (written.id !== undefined && connector.operation !== "none") {
    const made = connector.operation === "create" || record.connector?.made === true;
    await keep({ ...record, connector: { id: written.id, name: written.name, made } });
  }
  if (plan.flow.operation === "none" || plan.flow.operation === "keep") {
    return { clients, connectorId: written.id, flowId, byHand: [] };
  }
  if (byHand) return { clients, connectorId: written.id, flowId, byHand: ["flow"] };
  const { document } = request.makeFlow({ connectorId: written.id, clientId: clients[0]?.clientId });
  const flow = await unlessByHand(() => ports.flows.write(document, abortable));
  if (flow !== "by-hand") await keep({ ...record, flow: { flowId } });
  return { clients, connectorId: written.id, flowId, byHand: flow === "by-hand" ? ["flow"] : [] };
}

function refuseBlocked({ findings }: JitSetupPlan): void {
  const blockers = findings.filter(({ severity }) => severity === "blocker");
  if (blockers.length === 0) return;
  throw new MigrationError(
    "ERR_PLAN_BLOCKED",
    `findings block the set-up: ${blockers.map(({ rule }) => rule).join(", ")}`,
    {
      suggestion: blockers.map(({ rule }) => `docs/findings/${rule}.md`).join("\n"),
    },
  );
}

/** A client that is there, with its settings on both sides of a change. */
interface WrittenClient {
  readonly clientId: string;
  readonly change?: RecordedClient["change"];
}

async function writeClient(
  plan: PoolClientPlan,
  { pools }: JitSetupPorts,
  options: AbortableOptions,
): Promise<WrittenClient> {
  const pool = pools.get(plan.userPoolId);
  if (pool === undefined) throw new TypeError(`there is no access to user pool ${plan.userPoolId}`);
  const { clientId, differences, settings, name } = plan;
  if (clientId === undefined) return { clientId: await createClient(plan, pool, options) };
  if (plan.operation === "none") return { clientId };
  // Read once more: a replacement takes back whatever somebody else has changed since the plan.
  const now = await pool.readAppClient(clientId, options);
  if (now === undefined) {
    throw new MigrationError("ERR_PLAN_STALE", "the app client is gone since it was read", {
      suggestion: "run the command again",
    });
  }
  const wanted = Object.fromEntries(differences.map(({ setting }) => [setting, settings[setting]]));
  const { settings: after } = await pool.replaceAppClient(
    clientId,
    { ...now.settings, ...wanted, ClientName: name },
    options,
  );
  return plan.own ? { clientId } : { clientId, change: { before: now.settings, after } };
}

async function createClient(plan: PoolClientPlan, pool: PoolSettings, options: AbortableOptions): Promise<string> {
  const { name, settings, hasSecret } = plan;
  try {
    return (await pool.createAppClient(name, { ...settings, GenerateSecret: hasSecret }, options)).clientId;
  } catch (error) {
    if (!hasCode(error, "ERR_SOURCE_UNREACHABLE") || options.signal?.aborted === true) throw error;
    // Whether it was made shows when the clients are read again: making one is never sent twice.
    for (const { clientId } of (await pool.listAppClients(options)).filter((one) => one.name === name)) {
      const found = await pool.readAppClient(clientId, options);
      if (found !== undefined && isOwnClient(found.settings)) return clientId;
    }
    throw error;
  }
}

async function writeConnector(
  { connector: plan }: JitSetupPlan,
  connectors: Connectors,
  options: AbortableOptions,
): Promise<Connector> {
  if (plan.operation === "none") return plan.connector;
  if (plan.operation === "update") return await connectors.update(plan.connector, options);
  try {
    return await connectors.create(plan.connector, options);
  } catch (error) {
    if (!hasCode(error, "ERR_TARGET_ANSWER_LOST") || options.signal?.aborted === true) throw error;
    const found = (await connectors.list(options))?.find(({ name }) => name === plan.connector.name);
    if (found === undefined) throw error;
    return found;
  }
}

async function unlessByHand<Result>(work: () => Promise<Result>): Promise<Result | "by-hand"> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, "ERR_TARGET_FEATURE_MISSING")) return "by-hand";
    throw error;
  }
}
