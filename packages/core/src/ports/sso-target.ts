import type { Secret } from "../secret.ts";
import type { OidcSettings, SamlSettings, SocialSettings, SsoConfiguration } from "../sso/connection-settings.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/** A tenant with what SSO depends on. */
export interface SsoTenant {
  readonly id: string;
  readonly name: string;
  readonly domains: readonly string[];
}

/** Which SSO configuration: of a tenant, its first one when `ssoId` is empty. */
export interface SsoPlace {
  readonly tenantId: string;
  readonly ssoId: string;
}

/** What is written of a connection beside its settings. */
export interface ConfigureOptions extends AbortableOptions {
  /** All domains that the tenant has afterwards. */
  readonly domains: readonly string[];
  /** The client's secret, OIDC only. Left out: what the project has is to stay. */
  readonly secret?: Secret | undefined;
}

/** The request that a test sign-in would send to a SAML provider. */
export interface TestSamlRequest {
  readonly destination: string;
  readonly issuer: string;
  readonly acsUrl: string;
  readonly isSigned: boolean;
}

/** Where a test sign-in sends the browser. */
export interface TestSignIn {
  /** Without its query: a state in it is nobody's business. */
  readonly address: string;
  /** Query parameters that say who asks for what: `client_id`, `identity_provider`, `redirect_uri`, `scope`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** SAML only; absent when the address holds none that can be read. */
  readonly samlRequest?: TestSamlRequest;
}

/**
 * The SSO settings of a project. Faults are thrown as {@link MigrationError}s; what the project will not take is
 * `ERR_TARGET_REFUSED`, and is the fault of one connection.
 */
export interface SsoTarget {
  readonly projectId: string;
  /** Every tenant, with its domains. */
  readTenants(options?: AbortableOptions): Promise<readonly SsoTenant[]>;
  /** One tenant, read directly; undefined when there is none. */
  readTenant(tenantId: string, options?: AbortableOptions): Promise<SsoTenant | undefined>;
  /** Whether anybody is in a tenant. */
  hasUsers(tenantId: string, options?: AbortableOptions): Promise<boolean>;
  /** The configurations of a tenant, its first one first; empty when the tenant is not there or has none. */
  readConfigurations(tenantId: string, options?: AbortableOptions): Promise<readonly SsoConfiguration[]>;
  /** Makes a further configuration, beside the first one. That it is there already is no error. */
  addConfiguration(place: SsoPlace, displayName: string, options?: AbortableOptions): Promise<void>;
  configureSaml(place: SsoPlace, settings: SamlSettings, options: ConfigureOptions): Promise<void>;
  configureOidc(place: SsoPlace, settings: OidcSettings, options: ConfigureOptions): Promise<void>;
  /** Removes a configuration. One that is not there is no error. */
  deleteConfiguration(place: SsoPlace, options?: AbortableOptions): Promise<void>;
  /** Sets the domains of a tenant. */
  setDomains(tenantId: string, domains: readonly string[], options?: AbortableOptions): Promise<void>;
  /** An OAuth provider of the project; undefined when it has none of this ID. */
  readProvider(providerId: string, options?: AbortableOptions): Promise<SocialSettings | undefined>;
  writeProvider(
    settings: SocialSettings,
    options: AbortableOptions & { readonly secret?: Secret | undefined },
  ): Promise<void>;
  /** Removes an OAuth provider. One that is not there is no error. */
  deleteProvider(providerId: string, options?: AbortableOptions): Promise<void>;
  /** A link by which the administrator of a tenant's provider sets SSO up. Whoever has it can: it is a secret. */
  makeSetupLink(place: SsoPlace, options?: AbortableOptions): Promise<Secret>;
  /** Begins a sign-in that is marked as a test, and says where it leads. Signs nobody in. */
  startTest(place: SsoPlace, options?: AbortableOptions): Promise<TestSignIn>;
}
