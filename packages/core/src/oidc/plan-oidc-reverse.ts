import type { Finding } from "../findings/finding.ts";
import { createFindings } from "../findings/findings.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { FederatedApp, NewFederatedApp } from "../ports/federated-apps.ts";
import type { AppClientDescription, CognitoSettings, IdentityProviderDescription } from "../ports/pool-settings.ts";
import type { OidcEndpoints } from "./oidc-endpoints.ts";
import { KEPT_BY_C2D } from "./plan-oidc-setup.ts";
import type { SettingDifference } from "../jit-setup/setting-difference.ts";
import type { SignInFlow } from "./sign-in-flow.ts";
import { settingDifferences } from "./setting-difference.ts";
import { union } from "./sign-in-client.ts";

/** What the operator chose. */
export interface OidcReverseChoices {
  /** Cognito's `ProviderName`, as users see it on the button. @defaultValue `Descope` */
  readonly providerName: string;
  /** Name of the federated application in the project. */
  readonly appName: string;
  /** Where Descope shows the flow. */
  readonly loginPageUrl: string;
}

/** What is there. */
export interface OidcReverseState {
  readonly pool: PoolSnapshot;
  /** Undefined when the pool has no domain. */
  readonly endpoints: OidcEndpoints | undefined;
  /** Ours of an earlier run, or the project's default application; `refused` when the project does not let them be read. */
  readonly app: FederatedApp | undefined | "refused";
  readonly provider: IdentityProviderDescription | undefined;
  /** App clients that are to offer the provider. */
  readonly clients: readonly AppClientDescription[];
}

/** What is to happen to the federated application. */
export interface FederatedAppPlan {
  readonly operation: "create" | "update" | "none" | "manual";
  readonly app: NewFederatedApp;
  readonly differences: readonly SettingDifference[];
}

/** What is to happen to the pool's identity provider. Its client ID and issuer are known once the application exists. */
export interface IdentityProviderPlan {
  readonly operation: "create" | "update" | "none";
  readonly attributeMapping: Readonly<Record<string, string>>;
  readonly differences: readonly SettingDifference[];
}

/** What is to happen to one app client. */
export interface OfferedProviderPlan {
  readonly clientId: string;
  readonly name: string;
  readonly operation: "update" | "none";
  /** `SupportedIdentityProviders` as it is: the before-image. */
  readonly before: readonly string[];
  /** Every setting afterwards, because an update replaces all of them. */
  readonly settings: CognitoSettings;
}

/** Everything that is to happen. Holds no secret. */
export interface OidcReversePlan {
  readonly findings: readonly Finding[];
  readonly app: FederatedAppPlan;
  readonly provider: IdentityProviderPlan;
  readonly clients: readonly OfferedProviderPlan[];
  /** Absent where the operator has a flow of their own. */
  readonly flow?: SignInFlow;
  /** The address that Descope sends users back to; empty while the pool has no domain. */
  readonly redirectUri: string;
}

/** Claims of Descope's ID tokens by the pool attribute they fill. */
const CLAIMS: Readonly<Record<string, string>> = {
  email: "email",
  email_verified: "email_verified",
  name: "name",
  given_name: "given_name",
  family_name: "family_name",
  phone_number: "phone_number",
  phone_number_verified: "phone_number_verified",
  picture: "picture",
};

/** Scopes that Cognito asks Descope for. */
export const REVERSE_SCOPES = "openid email profile phone";

/** Where an external provider sends users back to, at the host of the pool's sign-in pages. */
export function providerRedirectUri({ authorize }: OidcEndpoints): string {
  return authorize.replace(/\/oauth2\/authorize$/, "/oauth2/idpresponse");
}

/** Decides what has to be made or changed, so that users of the pool can sign in through the project. */
export function planOidcReverse(state: OidcReverseState, choices: OidcReverseChoices): OidcReversePlan {
  const { pool, endpoints, provider, clients } = state;
  const findings = createFindings();
  if (endpoints === undefined) findings.add("oidc-no-domain");
  const attributeMapping = mapForCognito(pool);
  for (const { name, required, mutable } of pool.schema) {
    const given = attributeMapping[name] !== undefined;
    if (required && name !== "sub" && !given) findings.add("oidc-required-attribute", name);
    if (given && !mutable) findings.add("oidc-required-attribute", `${name} (immutable)`);
  }
  findings.add("oidc-users-of-their-own");
  return {
    findings: findings.list(),
    app: planApp(state.app, choices),
    provider: planProvider(provider, attributeMapping),
    clients: clients.map((client) => planOffer(client, choices.providerName)),
    redirectUri: endpoints === undefined ? "" : providerRedirectUri(endpoints),
  };
}

/** Only what the pool has: Cognito refuses a mapping to an attribute that it does not know. */
function mapForCognito({ schema }: PoolSnapshot): Readonly<Record<string, string>> {
  const known = new Set(schema.map(({ name }) => name));
  const given = Object.entries(CLAIMS).filter(([attribute]) => known.has(attribute));
  return { ...Object.fromEntries(given), username: "sub" };
}

/** Whether an application of the project is ours. */
export function isOurApp({ description }: Pick<FederatedApp, "description">): boolean {
  return description.includes(KEPT_BY_C2D);
}

function planApp(found: OidcReverseState["app"], { appName, loginPageUrl }: OidcReverseChoices): FederatedAppPlan {
  const app: NewFederatedApp = {
    name: appName,
    description: `Sign-in for users of Amazon Cognito. ${KEPT_BY_C2D}`,
    loginPageUrl,
  };
  const wanted = { ...app };
  if (found === "refused") return { operation: "manual", app, differences: settingDifferences({}, wanted) };
  if (found === undefined) return { operation: "create", app, differences: settingDifferences({}, wanted) };
  // The project's default application is the operator's own: its login page is set in the console.
  if (!isOurApp(found)) return { operation: "none", app, differences: [] };
  const { name, description } = found;
  const differences = settingDifferences({ name, description, loginPageUrl: found.loginPageUrl }, wanted);
  return { operation: differences.length === 0 ? "none" : "update", app, differences };
}

function planProvider(
  found: IdentityProviderDescription | undefined,
  attributeMapping: Readonly<Record<string, string>>,
): IdentityProviderPlan {
  const wanted = {
    details: { attributes_request_method: "GET", authorize_scopes: REVERSE_SCOPES },
    attributeMapping,
  };
  const differences = settingDifferences(
    { details: found?.details ?? {}, attributeMapping: found?.attributeMapping ?? {} },
    wanted,
  );
  const operation = found === undefined ? "create" : differences.length === 0 ? "none" : "update";
  return { operation, attributeMapping, differences };
}

function planOffer({ clientId, name, settings }: AppClientDescription, providerName: string): OfferedProviderPlan {
  // Without the setting a client signs in users of the pool itself.
  const given = union(settings["SupportedIdentityProviders"], []);
  const SupportedIdentityProviders = union(given.length === 0 ? ["COGNITO"] : given, [providerName]);
  const operation = given.includes(providerName) ? "none" : "update";
  return {
    clientId,
    name,
    operation,
    before: given,
    settings: operation === "none" ? settings : { ...settings, SupportedIdentityProviders },
  };
}
