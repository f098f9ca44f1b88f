/** Fields of a user that a claim can fill, by Descope's names. */
export type ClaimField =
  | "loginId"
  | "username"
  | "name"
  | "email"
  | "verifiedEmail"
  | "phoneNumber"
  | "verifiedPhone"
  | "givenName"
  | "middleName"
  | "familyName"
  | "picture"
  | "group";

/** Which claim or assertion attribute fills which field of a user: Descope's name first, the provider's second. */
export interface ConnectionClaims {
  readonly fields: Readonly<Partial<Record<ClaimField, string>>>;
  /** Custom attributes by their name in the project. */
  readonly customAttributes: Readonly<Record<string, string>>;
}

/** Groups of a provider that give a role. */
export interface RoleMapping {
  readonly groups: readonly string[];
  readonly role: string;
}

/** What a connection gives its users. Roles are by name and must exist. */
export interface ConnectionRoles {
  readonly mappings: readonly RoleMapping[];
  readonly defaults: readonly string[];
}

/** How Descope knows a SAML provider. */
export type SamlProviderSource =
  /** Read by Descope itself, which follows the provider's new certificates. */
  | { readonly metadataUrl: string }
  /** Certificates in PEM, the one in use first. */
  | { readonly signOnUrl: string; readonly certificates: readonly string[] };

/** A SAML configuration of a tenant. */
export interface SamlSettings {
  readonly protocol: "saml";
  readonly source: SamlProviderSource;
  /** Always set where it is known: by it sign-ins that begin at the provider find their tenant. */
  readonly idpEntityId: string;
  /** Empty: Descope's own. */
  readonly spAcsUrl: string;
  /** Empty: Descope's own. */
  readonly spEntityId: string;
  readonly claims: ConnectionClaims;
  readonly roles: ConnectionRoles;
  /** Where users go after a sign-in that names no other place. Empty: as it is. */
  readonly redirectUrl: string;
}

/** An OIDC configuration of a tenant. The client's secret is kept out of it. */
export interface OidcSettings {
  readonly protocol: "oidc";
  readonly name: string;
  readonly clientId: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly userInfoUrl: string;
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
  readonly claims: ConnectionClaims;
  readonly roles: ConnectionRoles;
  /** Where users go after a sign-in that names no other place. Empty: as it is. */
  readonly redirectUrl: string;
}

/** An OAuth provider of the whole project. The client's secret is kept out of it. */
export interface SocialSettings {
  readonly protocol: "social";
  /** ID of the provider in the project: `google`, `facebook`, `apple`, or a name of our own. */
  readonly providerId: string;
  /** Descope knows endpoints and claims of those that are not custom by itself, and takes none. */
  readonly custom: boolean;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Custom providers only; empty otherwise. */
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly userInfoUrl: string;
  readonly claims: ConnectionClaims;
}

/** What a connection becomes in a project. Plain data without any secret. */
export type ConnectionSettings = SamlSettings | OidcSettings | SocialSettings;

/** One SSO configuration of a tenant, as the project shows it. */
export interface SsoConfiguration {
  readonly ssoId: string;
  /** Absent while nothing is configured. */
  readonly settings?: SamlSettings | OidcSettings;
  /** Certificates that Descope read from the address of metadata, in base64 or PEM, where it shows any. */
  readonly followedCertificates?: readonly string[];
  /** When a test sign-in last succeeded, in epoch seconds; 0 when none did. */
  readonly lastSuccessTestTime: number;
}
