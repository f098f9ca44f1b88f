import { hasCode, MigrationError } from "../errors.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { OidcFlowOptions } from "../flows/generate/options.ts";
import type { Flows } from "../ports/flows.ts";
import type { OAuthProviders } from "../ports/oauth-providers.ts";
import type { OidcProbe } from "../ports/oidc-probe.ts";
import type { AppClientDescription, PoolSettings } from "../ports/pool-settings.ts";
import type { ProjectTarget } from "../ports/project-target.ts";
import type { AbortableOptions, UserPoolSource } from "../ports/user-pool-source.ts";
import { type AuthorizationCheck, checkAuthorization } from "./check-authorization.ts";
import { isRefusal } from "./is-refusal.ts";
import { discoverEndpoints } from "./oidc-endpoints.ts";
import { isOurProvider, type OidcSetupChoices, type OidcSetupPlan, planOidcSetup } from "./plan-oidc-setup.ts";
import { cognitoFlow, isFlowToWrite, planSignInFlow, writeSignInFlow } from "./sign-in-flow.ts";
import { OIDC_CLIENT_NAME, union } from "./sign-in-client.ts";

/** What the setup works with. */
export interface OidcSetupPorts {
  readonly source: Pick<UserPoolSource, "readSnapshot">;
  readonly settings: PoolSettings;
  readonly target: Pick<ProjectTarget, "projectId" | "readSnapshot" | "createAttributes">;
  readonly providers: OAuthProviders;
  readonly flows: Flows;
  readonly probe: OidcProbe;
}

/** How it is set up. */
export interface OidcSetupRequest extends OidcSetupChoices {
  readonly rules: MappingRules;
  /** What takes the place of Cognito's endpoint. */
  readonly endpoint: string | undefined;
  /** The live client to use, in place of one of our own. */
  readonly liveClientId?: string | undefined;
  /** Whether a provider of that ID may be changed though it is not ours. */
  readonly takeOver: boolean;
  /** Where sign-ins return to in the check; nobody is sent there. */
  readonly applicationUrl: string;
  readonly ownIssuers: readonly string[];
  /** The flow that sends users there once; absent for none. */
  readonly flow?: { readonly flowId: string; readonly afterwards: OidcFlowOptions["afterwards"] } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Asked before anything is written; false leaves everything as it is. */
  readonly mayWrite: (plan: OidcSetupPlan) => Promise<boolean>;
}

/** What was done. */
export interface OidcSetupResult {
  readonly plan: OidcSetupPlan;
  /** Whether a blocker keeps anything from being done. */
  readonly blocked: boolean;
  readonly written: {
    readonly attributes: number;
    readonly client: boolean;
    readonly provider: boolean;
    readonly flow: boolean;
  };
  /** Absent while the client does not exist. */
  readonly clientId?: string;
  /** Whether the provider is left to the operator, because the project refuses. */
  readonly manual: boolean;
  /** Absent when there was nothing to check yet. */
  readonly check?: AuthorizationCheck;
}

/**
 * Sets up sign-in through Cognito: custom attributes, app client, OAuth provider; then asks Cognito for the sign-in page as
 * Descope sends users there. Reads first, writes what differs, and nothing the second time.
 *
 * @throws MigrationError those of both services, and `ERR_USAGE` when something is in the way that is not ours.
 */
export async function applyOidcSetup(ports: OidcSetupPorts, request: OidcSetupRequest): Promise<OidcSetupResult> {
  const { settings, target, providers, flows } = ports;
  const abortable: AbortableOptions = request.signal === undefined ? {} : { signal: request.signal };
  const { plan, client } = await readAndPlan(ports, request, abortable);
  const nothing = { attributes: 0, client: false, provider: false, flow: false };
  const known = client === undefined ? {} : { clientId: client.clientId };
  const manual = plan.provider.operation === "manual";
  if (plan.findings.some(({ severity }) => severity === "blocker")) {
    return { plan, blocked: true, written: nothing, manual, ...known };
  }
  const changes =
    plan.attributes.length > 0 ||
    plan.client.operation !== "none" ||
    !["none", "manual"].includes(plan.provider.operation) ||
    (plan.flow !== undefined && isFlowToWrite(plan.flow));
  if (changes && !(await request.mayWrite(plan))) return { plan, blocked: false, written: nothing, manual, ...known };

  if (plan.attributes.length > 0) await target.createAttributes(plan.attributes, abortable);
  const made = await writeClient(settings, plan, client, abortable);
  const isNew = plan.provider.operation === "create" || plan.client.operation === "create";
  const provider = manual
    ? "refused"
    : plan.provider.operation === "none"
      ? "unchanged"
      : await writeProvider(providers, plan, made, isNew, abortable);
  // The flow comes last: it must not send anybody to a provider that is not there.
  const flow = provider === "refused" ? false : await writeSignInFlow(flows, plan.flow, abortable);
  const result = {
    plan,
    blocked: false,
    written: {
      attributes: plan.attributes.length,
      client: plan.client.operation !== "none",
      provider: provider === "written",
      flow,
    },
    clientId: made.clientId,
    manual: provider === "refused",
  };
  const check = await checkAndMend(ports, request, made, abortable);
  // What the project refuses to let be written may be there all the same, made by hand.
  if (provider === "refused" && check.redirectUri === undefined) return result;
  return { ...result, check };
}

async function readAndPlan(
  { source, settings, target, providers, flows, probe }: OidcSetupPorts,
  request: OidcSetupRequest,
  abortable: AbortableOptions,
): Promise<{ readonly plan: OidcSetupPlan; readonly client: AppClientDescription | undefined }> {
  const pool = await source.readSnapshot(abortable);
  const [project, endpoints, client, provider] = await Promise.all([
    target.readSnapshot(abortable),
    discoverEndpoints(probe, pool, request.endpoint, abortable),
    findClient(settings, request.liveClientId, abortable),
    readProvider(providers, request.providerId, abortable),
  ]);
  if (provider !== undefined && provider !== "refused" && !isOurProvider(provider) && !request.takeOver) {
    throw new MigrationError("ERR_USAGE", "the project has an OAuth provider of this ID that c2d did not make", {
      suggestion: "choose another ID with --provider-id, or change that one with --take-over",
    });
  }
  const issuer = provider === undefined || provider === "refused" ? undefined : provider["issuer"];
  if (typeof issuer === "string" && issuer !== "" && !issuer.endsWith(`/${pool.userPoolId}`) && !request.takeOver) {
    throw new MigrationError("ERR_USAGE", "the OAuth provider of this ID stands for another user pool", {
      suggestion: "give each pool a provider of its own with --provider-id",
    });
  }
  const live = request.liveClientId !== undefined;
  const state = {
    pool,
    project,
    rules: request.rules,
    endpoints,
    client,
    live,
    provider,
    ownIssuers: request.ownIssuers,
  };
  const plan = planOidcSetup(state, request);
  if (request.flow === undefined) return { plan, client };
  const { flowId, afterwards } = request.flow;
  const { loginId } = plan.provider.settings["userDataClaimsMapping"] as { readonly loginId: string };
  const document = cognitoFlow(flowId, request.providerId, loginId, afterwards);
  return { plan: { ...plan, flow: await planSignInFlow(flows, document, abortable) }, client };
}

async function findClient(
  settings: PoolSettings,
  liveClientId: string | undefined,
  abortable: AbortableOptions,
): Promise<AppClientDescription | undefined> {
  if (liveClientId !== undefined) {
    const client = await settings.readAppClient(liveClientId, abortable);
    if (client === undefined) {
      throw new MigrationError("ERR_USAGE", "the pool has no app client of this ID", {
        suggestion: "`c2d assess --json` lists the pool's app clients; without --client a new one is made",
      });
    }
    if (client.secret === undefined) {
      throw new MigrationError("ERR_USAGE", "the app client has no secret, and Descope needs one that has", {
        suggestion: "leave --client out: a new app client with a secret is made, and no live one is touched",
      });
    }
    return client;
  }
  return await findOwnClient(settings, abortable);
}

/** Our client of an earlier run, by its name. */
export async function findOwnClient(
  settings: PoolSettings,
  abortable: AbortableOptions,
): Promise<AppClientDescription | undefined> {
  const own = (await settings.listAppClients(abortable)).filter(({ name }) => name === OIDC_CLIENT_NAME);
  const [first] = own.map(({ clientId }) => clientId).sort();
  return first === undefined ? undefined : await settings.readAppClient(first, abortable);
}

async function readProvider(
  providers: OAuthProviders,
  id: string,
  abortable: AbortableOptions,
): Promise<Awaited<ReturnType<OAuthProviders["read"]>> | "refused"> {
  try {
    return await providers.read(id, abortable);
  } catch (error) {
    if (isRefusal(error)) return "refused";
    throw error;
  }
}

async function writeClient(
  settings: PoolSettings,
  { client: plan }: OidcSetupPlan,
  found: AppClientDescription | undefined,
  abortable: AbortableOptions,
): Promise<AppClientDescription> {
  if (found === undefined) return await settings.createAppClient(OIDC_CLIENT_NAME, plan.settings, abortable);
  if (plan.operation === "none") return found;
  const { secret, ...changed } = await settings.replaceAppClient(
    found.clientId,
    { ...plan.settings, ClientName: found.name },
    abortable,
  );
  const kept = secret ?? found.secret;
  return kept === undefined ? changed : { ...changed, secret: kept };
}

async function writeProvider(
  providers: OAuthProviders,
  { provider }: OidcSetupPlan,
  { clientId, secret }: AppClientDescription,
  isNew: boolean,
  abortable: AbortableOptions,
): Promise<"written" | "refused"> {
  try {
    // A secret is sent with what is new. Whether the project still has that of an old provider cannot be read.
    await providers.write({ ...provider.settings, clientId }, isNew ? secret : undefined, abortable);
    return "written";
  } catch (error) {
    if (isRefusal(error)) return "refused";
    throw error;
  }
}

/**
 * Asks for the sign-in page. The request shows which address Descope really sends users back to: where our own client does
 * not have it yet it is added, whatever the texts say.
 */
async function checkAndMend(
  { settings, providers, probe }: OidcSetupPorts,
  request: OidcSetupRequest,
  client: AppClientDescription,
  abortable: AbortableOptions,
): Promise<AuthorizationCheck> {
  const ask = async (): Promise<AuthorizationCheck> => {
    let url: string;
    try {
      url = await providers.start(request.providerId, request.applicationUrl, abortable);
    } catch (error) {
      if (!hasCode(error, "ERR_TARGET_REFUSED", "ERR_TARGET_UNAUTHORIZED")) throw error;
      const problem = `the project begins no sign-in at the provider: ${error.vendorCode ?? error.status ?? "refused"}`;
      return { ok: false, problem, suggestion: "check in the console that the provider is enabled", trail: [] };
    }
    return await checkAuthorization(probe, url, request.applicationUrl, abortable);
  };
  const first = await ask();
  const { redirectUri } = first;
  const urls = client.settings["CallbackURLs"];
  const missing = redirectUri !== undefined && !union(urls, []).includes(redirectUri);
  if (first.ok || !missing || request.liveClientId !== undefined) return first;
  const CallbackURLs = union(urls, [redirectUri]);
  await settings.replaceAppClient(
    client.clientId,
    { ...client.settings, CallbackURLs, ClientName: client.name },
    abortable,
  );
  return await ask();
}
