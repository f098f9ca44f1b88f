import { MigrationError } from "../errors.ts";
import type { FederatedApp, FederatedApps } from "../ports/federated-apps.ts";
import type { Flows } from "../ports/flows.ts";
import type { OidcProbe } from "../ports/oidc-probe.ts";
import type { AppClientDescription, IdentityProviderDescription, PoolSettings } from "../ports/pool-settings.ts";
import type { AbortableOptions, UserPoolSource } from "../ports/user-pool-source.ts";
import type { Secret } from "../secret.ts";
import { isRefusal } from "./is-refusal.ts";
import { type AuthorizationCheck, checkAuthorization } from "./check-authorization.ts";
import { chooseClientId } from "./federated-client-id.ts";
import { discoverEndpoints, type OidcEndpoints } from "./oidc-endpoints.ts";
import {
  isOurApp,
  type OidcReverseChoices,
  type OidcReversePlan,
  planOidcReverse,
  REVERSE_SCOPES,
} from "./plan-oidc-reverse.ts";
import { claimsFlow, isFlowToWrite, planSignInFlow, writeSignInFlow } from "./sign-in-flow.ts";
import { settingDifferences } from "./setting-difference.ts";
import { union } from "./sign-in-client.ts";

/** What the reverse direction works with. */
export interface OidcReversePorts {
  readonly source: Pick<UserPoolSource, "readSnapshot">;
  readonly settings: PoolSettings;
  readonly apps: FederatedApps;
  readonly flows: Flows;
  readonly probe: OidcProbe;
}

/** How it is set up. */
export interface OidcReverseRequest extends OidcReverseChoices {
  readonly projectId: string;
  /** What takes the place of Cognito's endpoint. */
  readonly endpoint: string | undefined;
  /** App clients that are to offer the provider. Their settings are replaced whole, so they are named one by one. */
  readonly clientIds: readonly string[];
  /** Whether the project's default application is used, in place of one of its own. */
  readonly defaultApp: boolean;
  /** ID of the flow that puts the email into the token; absent where the operator has one. */
  readonly flowId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Asked before anything is written; false leaves everything as it is. Keeps the before-images, where it says yes. */
  readonly mayWrite: (plan: OidcReversePlan) => Promise<boolean>;
}

/** The result of the request for one client's sign-in page. */
export interface ClientCheck {
  readonly clientId: string;
  readonly check: AuthorizationCheck;
}

/** What was done. */
export interface OidcReverseResult {
  readonly plan: OidcReversePlan;
  readonly blocked: boolean;
  /** Whether the application is left to the operator, because the project refuses. */
  readonly manual: boolean;
  readonly written: {
    readonly app: boolean;
    readonly provider: boolean;
    readonly flow: boolean;
    readonly clients: number;
  };
  /** Absent while there is no application. */
  readonly app?: { readonly id: string; readonly clientId: string; readonly issuer: string };
  readonly checks: readonly ClientCheck[];
}

/**
 * Makes the project an identity provider of the pool: federated application, identity provider, app clients; then asks for
 * the sign-in page as a client does. Reads first, writes what differs, and nothing the second time.
 *
 * @throws MigrationError those of both services, and `ERR_USAGE` when something is in the way that is not ours.
 */
export async function applyOidcReverse(
  ports: OidcReversePorts,
  request: OidcReverseRequest,
): Promise<OidcReverseResult> {
  const { settings, apps } = ports;
  const abortable: AbortableOptions = request.signal === undefined ? {} : { signal: request.signal };
  const read = await readAndPlan(ports, request, abortable);
  const { plan, endpoints } = read;
  const untouched = { plan, written: { app: false, provider: false, flow: false, clients: 0 }, checks: [] };
  const blocked = endpoints === undefined || plan.findings.some(({ severity }) => severity === "blocker");
  const manual = plan.app.operation === "manual";
  if (blocked || manual) return { ...untouched, blocked, manual };
  const offers = plan.clients.filter(({ operation }) => operation === "update");
  const changes =
    plan.app.operation !== "none" || plan.provider.operation !== "none" || offers.length > 0 || isNewFlow(plan);
  if (changes && !(await request.mayWrite(plan))) return { ...untouched, blocked, manual };

  const app = await writeApp(apps, plan, read.app, abortable);
  if (app === "refused") return { ...untouched, blocked, manual: true };
  const flow = await writeSignInFlow(ports.flows, plan.flow, abortable);
  const clientId = await chooseClientId(ports.probe, app, request.projectId, plan.redirectUri, abortable);
  const provider = await writeProvider(ports, request, { plan, app, clientId, found: read.provider }, abortable);
  for (const offer of offers) {
    await settings.replaceAppClient(offer.clientId, { ...offer.settings, ClientName: offer.name }, abortable);
  }
  const checks: ClientCheck[] = [];
  for (const client of read.clients) checks.push(await checkClient(ports.probe, client, endpoints, request, abortable));
  return {
    plan,
    blocked,
    manual,
    written: { app: plan.app.operation !== "none", provider, flow, clients: offers.length },
    app: { id: app.id, clientId, issuer: app.issuer },
    checks,
  };
}

function isNewFlow({ flow }: OidcReversePlan): boolean {
  return flow !== undefined && isFlowToWrite(flow);
}

interface ReadReverse {
  readonly plan: OidcReversePlan;
  readonly endpoints: OidcEndpoints | undefined;
  readonly app: FederatedApp | undefined | "refused";
  readonly provider: IdentityProviderDescription | undefined;
  readonly clients: readonly AppClientDescription[];
}

async function readAndPlan(
  { source, settings, apps, flows, probe }: OidcReversePorts,
  request: OidcReverseRequest,
  abortable: AbortableOptions,
): Promise<ReadReverse> {
  const pool = await source.readSnapshot(abortable);
  const endpoints = await discoverEndpoints(probe, pool, request.endpoint, abortable);
  const app = await readApp(apps, request, abortable);
  const provider = await settings.readIdentityProvider(request.providerName, abortable);
  const issuer = provider?.details["oidc_issuer"] ?? "";
  // Ours is known by where it leads: to this project.
  if (provider !== undefined && !(provider.type === "OIDC" && issuer.split("/").includes(request.projectId))) {
    throw new MigrationError("ERR_USAGE", "the pool has an identity provider of this name that leads elsewhere", {
      suggestion: "choose another name with --provider-name",
    });
  }
  const clients: AppClientDescription[] = [];
  for (const clientId of request.clientIds) {
    const client = await settings.readAppClient(clientId, abortable);
    if (client === undefined) {
      throw new MigrationError("ERR_USAGE", `the pool has no app client ${clientId}`, {
        suggestion: "`c2d assess --json` lists the pool's app clients",
      });
    }
    clients.push(client);
  }
  const plan = planOidcReverse({ pool, endpoints, app, provider, clients }, request);
  const read = { endpoints, app, provider, clients };
  if (request.flowId === undefined) return { plan, ...read };
  return { plan: { ...plan, flow: await planSignInFlow(flows, claimsFlow(request.flowId), abortable) }, ...read };
}

async function readApp(
  apps: FederatedApps,
  { appName, defaultApp }: OidcReverseRequest,
  abortable: AbortableOptions,
): Promise<FederatedApp | undefined | "refused"> {
  if (defaultApp) return await apps.readDefault(abortable);
  try {
    const found = (await apps.list(abortable)).filter(({ name }) => name === appName);
    const [own] = found.filter(isOurApp);
    if (own === undefined && found.length > 0) {
      throw new MigrationError("ERR_USAGE", "the project has an application of this name that c2d did not make", {
        suggestion: "choose another name with --app-name",
      });
    }
    return own;
  } catch (error) {
    if (isRefusal(error)) return "refused";
    throw error;
  }
}

async function writeApp(
  apps: FederatedApps,
  { app: plan }: OidcReversePlan,
  found: FederatedApp | undefined | "refused",
  abortable: AbortableOptions,
): Promise<FederatedApp | "refused"> {
  try {
    if (found === undefined || found === "refused") return await apps.create(plan.app, abortable);
    return plan.operation === "update" ? await apps.update(found, plan.app, abortable) : found;
  } catch (error) {
    if (isRefusal(error)) return "refused";
    throw error;
  }
}

/** Writes the provider where it differs from what it should be, now that issuer and client ID are known. */
async function writeProvider(
  { settings, apps }: OidcReversePorts,
  request: OidcReverseRequest,
  of: {
    readonly plan: OidcReversePlan;
    readonly app: FederatedApp;
    readonly clientId: string;
    readonly found: IdentityProviderDescription | undefined;
  },
  abortable: AbortableOptions,
): Promise<boolean> {
  const { plan, app, clientId, found } = of;
  const details = {
    client_id: clientId,
    oidc_issuer: app.issuer.replace(/\/+$/, ""),
    authorize_scopes: REVERSE_SCOPES,
    attributes_request_method: "GET",
  };
  const differences = settingDifferences(found?.details ?? {}, details);
  if (plan.provider.operation === "none" && differences.length === 0) return false;
  const secrets = await secretsOf(apps, app, found, abortable);
  const provider: IdentityProviderDescription = {
    name: request.providerName,
    type: "OIDC",
    details: { ...found?.details, ...details },
    secrets,
    attributeMapping: { ...found?.attributeMapping, ...plan.provider.attributeMapping },
    identifiers: found?.identifiers ?? [],
  };
  if (found === undefined) await settings.createIdentityProvider(provider, abortable);
  else await settings.replaceIdentityProvider(provider, abortable);
  return true;
}

/** The secret of the default application is an access key, shown once: the one that the pool has stays. */
async function secretsOf(
  apps: FederatedApps,
  app: FederatedApp,
  found: IdentityProviderDescription | undefined,
  abortable: AbortableOptions,
): Promise<Readonly<Record<string, Secret>>> {
  const kept = found?.secrets["client_secret"];
  if (!isOurApp(app) && kept !== undefined) return { client_secret: kept };
  return {
    client_secret: isOurApp(app) ? await apps.readSecret(app.id, abortable) : await apps.createAccessKey(abortable),
  };
}

async function checkClient(
  probe: OidcProbe,
  { clientId, settings }: AppClientDescription,
  endpoints: OidcEndpoints,
  { providerName }: OidcReverseRequest,
  abortable: AbortableOptions,
): Promise<ClientCheck> {
  const [redirectUri] = union(settings["CallbackURLs"], []);
  const flows = union(settings["AllowedOAuthFlows"], []);
  const responseType = flows.includes("code") ? "code" : "token";
  if (redirectUri === undefined || settings["AllowedOAuthFlowsUserPoolClient"] !== true || flows.length === 0) {
    const problem = "the app client does not use Cognito's sign-in pages";
    const suggestion = "only clients that send users to /oauth2/authorize can offer an identity provider";
    return { clientId, check: { ok: false, problem, suggestion, trail: [] } };
  }
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: responseType,
    redirect_uri: redirectUri,
    scope: union(settings["AllowedOAuthScopes"], []).includes("openid") ? "openid" : "",
    state: "c2d-check",
    identity_provider: providerName,
  });
  const url = `${endpoints.authorize}?${query.toString()}`;
  return { clientId, check: await checkAuthorization(probe, url, redirectUri, abortable) };
}
