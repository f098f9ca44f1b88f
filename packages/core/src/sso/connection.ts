/** How a connection signs users in. `social`: a provider of the whole project, not of one tenant. */
export type ConnectionProtocol = "saml" | "oidc" | "social";

/**
 * What moving a connection takes, told apart by who has to act.
 *
 * - `A` SAML behind a custom domain: settings taken over, bridge; nobody acts.
 * - `B` as A, and the provider signs users out through Cognito: that address has to be answered, or is lost.
 * - `C` as A, and Cognito signs its requests: a test shows whether the provider insists on that.
 * - `D` assertions are encrypted to Cognito's key: the provider's administrator must act.
 * - `E` OIDC behind a custom domain: the bridge translates the redirect URI.
 * - `F` no custom domain: Cognito stays upstream, or the provider's administrator acts.
 * - `G` a social provider: the owner of the OAuth application adds an address.
 */
export type ConnectionClass = "A" | "B" | "C" | "D" | "E" | "F" | "G";

/** By what a SAML identity provider knows the user pool, to the character. */
export interface ServiceProvider {
  /** Where responses are posted: `https://<domain>/saml2/idpresponse`. */
  readonly acsUrl: string;
  /** `urn:amazon:cognito:sp:<userPoolId>`. */
  readonly entityId: string;
}

/** The OIDC provider behind a connection, as the user pool calls it. Without the client's secret. */
export interface UpstreamProvider {
  readonly issuer: string;
  readonly clientId: string;
  /** Empty where the pool left it to discovery and it is not known. */
  readonly authorizeUrl: string;
  /** Empty where the pool left it to discovery and it is not known. */
  readonly tokenUrl: string;
  /** Empty where the provider has none. */
  readonly userInfoUrl: string;
  readonly jwksUrl: string;
  readonly scopes: readonly string[];
  /** The redirect URI that is registered at the provider: `https://<domain>/oauth2/idpresponse`. */
  readonly redirectUrl: string;
}

/**
 * One identity provider of a user pool, with what it becomes in the project. Plain data without any secret: it is
 * written into plans and into the bridge's config.
 */
export interface Connection {
  readonly userPoolId: string;
  /** Cognito's `ProviderName`, unique in the pool. */
  readonly name: string;
  readonly protocol: ConnectionProtocol;
  readonly class: ConnectionClass;
  /** Cognito's `IdpIdentifiers`, verbatim. */
  readonly identifiers: readonly string[];
  /** Those identifiers that have the form of a domain, lower-cased: they route by email address. */
  readonly domains: readonly string[];
  /** Entity IDs of a SAML provider. Several where its metadata describes several entities; empty where it is unread. */
  readonly idpEntityIds: readonly string[];
  /** SAML only. Absent while the pool has no domain at all. */
  readonly serviceProvider?: ServiceProvider;
  /** OIDC and social providers only. */
  readonly upstream?: UpstreamProvider;
  /** The tenant of the project; empty for a social provider. */
  readonly tenantId: string;
  /** Which of the tenant's SSO configurations; empty for its first one. */
  readonly ssoId: string;
}
