import type { Finding } from "../findings/finding.ts";
import { createFindings, type Findings } from "../findings/findings.ts";
import type { FlowDocument } from "../flows/flow-document.ts";
import type { GeneratedFlow } from "../flows/generate/generate-flow.ts";
import { type JitPool, prepareJitMapping } from "../jit/jit-mapping.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { PoolSignIn } from "../pool/pool-sign-in.ts";
import type { Connector } from "../ports/connectors.ts";
import type { ProjectPasswordPolicy } from "../project/project-password-policy.ts";
import type { AttributeDefinition, ProjectSnapshot, Role, Tenant } from "../project/project-snapshot.ts";
import { checkAppClient } from "./app-client/check-app-client.ts";
import {
  type AppClientChoice,
  type AppClientPlan,
  planAppClient,
  type ReadAppClients,
} from "./app-client/plan-app-client.ts";
import { checkPool } from "./check-pool.ts";
import { type ConnectorPlan, type FoundConnectors, planConnector } from "./connector/plan-connector.ts";
import type { CheckFlow, PasswordRoute } from "./jit-setup-options.ts";
import { type FlowPlan, planFlow } from "../flows/plan-flow.ts";
import { stricterPasswordRules } from "./stricter-password-rules.ts";

/** What is to be set up. */
export interface JitSetupRequest {
  readonly route: PasswordRoute;
  readonly flow: CheckFlow;
  readonly client: AppClientChoice;
  /** With its secrets. */
  readonly connector: Connector;
  /** Whether the connector calls a gateway without TLS. */
  readonly plainHttp: boolean;
  /** Makes the flow, for IDs that are known only once the connector and the app client are made. */
  readonly makeFlow: (ids: JitSetupIds) => GeneratedFlow;
  readonly replaceFlow: boolean;
  readonly rules: MappingRules;
}

/** IDs that a flow needs; absent as long as they are not known. */
export interface JitSetupIds {
  readonly connectorId?: string | undefined;
  readonly clientId?: string | undefined;
}

/** A pool as it was read. */
export interface ReadPool extends ReadAppClients, Pick<JitPool, "tenant" | "tenantName" | "observation"> {
  readonly signIn: PoolSignIn;
  readonly snapshot: PoolSnapshot;
}

/** Everything that a plan depends on. */
export interface JitSetupState {
  readonly pools: readonly ReadPool[];
  readonly project: ProjectSnapshot;
  readonly passwordPolicy: ProjectPasswordPolicy;
  readonly connectors: FoundConnectors;
  readonly flow: FlowDocument | undefined;
}

/** The app client of one pool. */
export interface PoolClientPlan extends AppClientPlan {
  readonly userPoolId: string;
}

/** What users need to be defined in the project before they come. */
export interface MissingDefinitions {
  readonly attributes: readonly AttributeDefinition[];
  readonly roles: readonly Role[];
  readonly tenants: readonly Tenant[];
}

/** Everything that would be done. */
export interface JitSetupPlan {
  readonly findings: readonly Finding[];
  readonly clients: readonly PoolClientPlan[];
  readonly missing: MissingDefinitions;
  readonly connector: ConnectorPlan;
  readonly flow: FlowPlan;
  /** The flow as it would be written, as far as IDs are known. */
  readonly document: FlowDocument;
}

/**
 * Decides what a set-up does, from what was read. Nothing is written for a plan with a blocker among its findings.
 *
 * @throws MigrationError `ERR_USAGE` when something of the name or ID is there that is somebody else's.
 */
export function planJitSetup(request: JitSetupRequest, state: JitSetupState): JitSetupPlan {
  const findings = createFindings();
  const clients = state.pools.map((pool) => planClient(request, pool, findings));
  for (const { signIn } of state.pools) {
    checkPool(signIn, findings);
    for (const rule of stricterPasswordRules(signIn.passwordPolicy, state.passwordPolicy)) {
      findings.add("jit-password-policy-stricter", rule);
    }
  }
  const sources = state.pools.map(({ snapshot, tenant, tenantName, observation }) => ({
    pool: snapshot,
    tenant,
    tenantName,
    observation,
  }));
  const { missing } = prepareJitMapping(sources, state.project, request.rules);
  const connector = planConnector(state.connectors, request.connector);
  if (connector.unproven) findings.add("jit-secrets-unproven", connector.connector.name);
  if (request.plainHttp) findings.add("jit-gateway-plain-http");
  const { document } = request.makeFlow({ connectorId: connector.connector.id, clientId: clients[0]?.clientId });
  const flow = planFlow(state.flow, document, { connectorName: request.connector.name, replace: request.replaceFlow });
  if (flow.operation === "keep" || !flow.callsConnector) findings.add("jit-flow-kept", flow.flowId);
  return { findings: findings.list(), clients, missing, connector, flow, document };
}

function planClient(request: JitSetupRequest, pool: ReadPool, findings: Findings): PoolClientPlan {
  const plan = planAppClient(pool.signIn, request.flow, request.client, pool);
  checkAppClient(plan, pool.signIn, request, findings);
  if (plan.operation === "update" && !plan.own) findings.add("jit-client-live", plan.name);
  for (const double of plan.doubles) findings.add("jit-client-doubled", double);
  return { ...plan, userPoolId: pool.signIn.userPoolId };
}

/** Whether the plan writes anything. */
export function isNothingToDo({ clients, missing, connector, flow }: JitSetupPlan): boolean {
  return (
    clients.every(({ operation }) => operation === "none") &&
    missing.attributes.length + missing.roles.length + missing.tenants.length === 0 &&
    connector.operation === "none" &&
    (flow.operation === "none" || flow.operation === "keep")
  );
}
