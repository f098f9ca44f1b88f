import type { Finding } from "../findings/finding.ts";
import { createFindings } from "../findings/findings.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { OAuthProviderSettings } from "../ports/oauth-providers.ts";
import type { AppClientDescription } from "../ports/pool-settings.ts";
import type { AttributeDefinition, ProjectSnapshot } from "../project/project-snapshot.ts";
import { mapClaims } from "./claim-mapping.ts";
import type { OidcEndpoints } from "./oidc-endpoints.ts";
import type { SettingDifference } from "../jit-setup/setting-difference.ts";
import { settingDifferences } from "./setting-difference.ts";
import type { SignInFlow } from "./sign-in-flow.ts";
import { OIDC_SCOPES, planLiveClient, planOwnClient, provesEmails, type SignInClientPlan } from "./sign-in-client.ts";

/** In the description of a provider; by it the provider is known to be ours. */
export const KEPT_BY_C2D = "Kept by c2d.";

/** What the operator chose. */
export interface OidcSetupChoices {
  /** ID of the OAuth provider in the project. @defaultValue `cognito` */
  readonly providerId: string;
  /** Whether the pool's e-mail addresses are trusted though the pool does not prove all of them. */
  readonly trustEmails: boolean;
  /** Whether each sign-in through Cognito overwrites the profile in Descope; otherwise only the first one writes it. */
  readonly updateProfiles: boolean;
  readonly callbackUrls: readonly string[];
  /** Host of the project's own domain, as Descope's `callbackDomain`. */
  readonly callbackDomain?: string | undefined;
}

/** What is there. */
export interface OidcSetupState {
  readonly pool: PoolSnapshot;
  readonly project: ProjectSnapshot;
  readonly rules: MappingRules;
  /** Undefined when the pool has no domain. */
  readonly endpoints: OidcEndpoints | undefined;
  /** Our client of an earlier run, or the live client that the operator named. */
  readonly client: AppClientDescription | undefined;
  /** Whether {@link client} is a live client of the application. */
  readonly live: boolean;
  /** `refused` when the project does not let its providers be read. */
  readonly provider: OAuthProviderSettings | undefined | "refused";
  /** Issuers of this very project: a provider of the pool with one of them would lead in a circle. */
  readonly ownIssuers: readonly string[];
}

/** What is to happen to the provider in the project. `manual`: the operator must do it, the project refuses. */
export interface OAuthProviderPlan {
  readonly operation: "create" | "update" | "none" | "manual";
  /** Without the client's ID where the client does not exist yet, and always without its secret. */
  readonly settings: OAuthProviderSettings;
  readonly differences: readonly SettingDifference[];
}

/** Everything that is to happen. Holds no secret. */
export interface OidcSetupPlan {
  readonly findings: readonly Finding[];
  readonly attributes: readonly AttributeDefinition[];
  readonly client: SignInClientPlan;
  readonly provider: OAuthProviderPlan;
  /** Absent where the operator wants none. */
  readonly flow?: SignInFlow;
}

/** Decides what has to be made or changed, so that users of the pool sign in to the project through Cognito. */
export function planOidcSetup(state: OidcSetupState, choices: OidcSetupChoices): OidcSetupPlan {
  const { pool, project, rules, endpoints } = state;
  const findings = createFindings();
  const { userDataClaimsMapping, readAttributes, definitions } = mapClaims(pool, project, rules, findings);
  const emails = provesEmails(pool);
  const { loginId } = userDataClaimsMapping;
  if (endpoints === undefined) findings.add("oidc-no-domain");
  if (loginId === "email" && !emails && !choices.trustEmails) findings.add("oidc-email-unproven");
  if (pool.groups.length > 0) findings.add("oidc-groups-not-mapped");
  const identityProviders = offeredProviders(state, loginId);
  for (const { name } of pool.identityProviders) {
    if (!state.live && !identityProviders.includes(name)) findings.add("oidc-providers-left-out", name);
  }
  const present = new Set(project.attributes.map(({ name }) => name));

  const clientOptions = { callbackUrls: choices.callbackUrls, readAttributes, identityProviders };
  const client =
    state.live && state.client !== undefined
      ? planLiveClient(state.client, clientOptions)
      : planOwnClient(state.client, clientOptions);

  const wanted: OAuthProviderSettings = {
    id: choices.providerId,
    description: `Sign-in through Amazon Cognito. ${KEPT_BY_C2D}`,
    enabled: true,
    ...(client.clientId === undefined ? {} : { clientId: client.clientId }),
    allowedGrantTypes: ["authorization_code"],
    authUrl: endpoints?.authorize ?? "",
    tokenUrl: endpoints?.token ?? "",
    userDataUrl: endpoints?.userInfo ?? "",
    jwksUrl: endpoints?.jwks ?? "",
    issuer: endpoints?.issuer ?? "",
    scopes: [...OIDC_SCOPES],
    trustProvidedEmails: emails || choices.trustEmails,
    jitUpdatesDisabled: !choices.updateProfiles,
    userDataClaimsMapping,
    ...(choices.callbackDomain === undefined ? {} : { callbackDomain: choices.callbackDomain }),
  };
  return {
    findings: findings.list(),
    attributes: definitions.filter(({ name }) => !present.has(name)),
    client,
    provider: planProvider(state.provider, wanted),
  };
}

function planProvider(found: OidcSetupState["provider"], wanted: OAuthProviderSettings): OAuthProviderPlan {
  if (found === "refused") {
    return { operation: "manual", settings: wanted, differences: settingDifferences({}, wanted) };
  }
  if (found === undefined) {
    return { operation: "create", settings: wanted, differences: settingDifferences({}, wanted) };
  }
  const differences = settingDifferences(found, wanted);
  return { operation: differences.length === 0 ? "none" : "update", settings: wanted, differences };
}

/** Whether a provider of the project is ours to change. */
export function isOurProvider({ description }: OAuthProviderSettings): boolean {
  return typeof description === "string" && description.includes(KEPT_BY_C2D);
}

/**
 * The pool's providers that users may go on to from Cognito's page. None where users are known by their username: that of a
 * federated user is Cognito's own, and nothing the import would recognise. Never one that leads back to this project.
 */
function offeredProviders({ pool, ownIssuers }: OidcSetupState, loginId: string): readonly string[] {
  if (loginId !== "email") return [];
  return pool.identityProviders
    .filter(({ details }) => !ownIssuers.some((issuer) => (details["oidc_issuer"] ?? "").startsWith(issuer)))
    .map(({ name }) => name);
}
