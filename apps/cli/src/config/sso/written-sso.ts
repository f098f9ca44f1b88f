import type { ConnectionTenant, SsoOptions } from "@cognito-to-descope/core";

/**
 * How the pools' connections become SSO settings. Keys of the records are connections: by name, or `<userPoolId>/<name>`.
 *
 * With this section, empty or not, the import gives users the tenant of their connection.
 */
export interface WrittenSso {
  /** Tenant of a connection. @defaultValue a tenant of its own, by its name */
  readonly tenants?: Readonly<Record<string, string | ConnectionTenant>> | undefined;
  /** Roles of a connection's users; `*` is for every connection without an entry. */
  readonly roles?: Readonly<Record<string, WrittenConnectionRoles>> | undefined;
  /** Claim that holds a user's groups. What is not listed is only proposed. */
  readonly groupClaims?: Readonly<Record<string, string>> | undefined;
  /** Whether domain-shaped identifiers become domains of the tenant. @defaultValue `identifiers` */
  readonly domains?: SsoOptions["domains"] | undefined;
  /** A domain that connections of several tenants claim. @defaultValue `first` */
  readonly sharedDomains?: SsoOptions["sharedDomains"] | undefined;
  /** SSO settings of a tenant that this product did not make. @defaultValue `keep` */
  readonly existing?: SsoOptions["existing"] | undefined;
  /** Connections that are left out. */
  readonly skip?: readonly string[] | undefined;
  /** Where users go after a sign-in that names no other place. @defaultValue as it is in the project */
  readonly redirectUrl?: string | undefined;
  /** App client through which Cognito stays upstream where there is no custom domain; by pool ID where there are several. */
  readonly upstreamClient?: string | Readonly<Record<string, string>> | undefined;
  /** Who tells Cognito the provider then: the address in the settings, or the bridge at a host. @defaultValue `address` */
  readonly upstreamVia?: SsoOptions["upstreamVia"] | undefined;
  /** How the metadata of providers is fetched. */
  readonly metadata?: WrittenMetadataRules | undefined;
  /** Name of the product, in texts for administrators. @defaultValue `our product` */
  readonly product?: string | undefined;
}

/** Roles of a connection's users. They must exist in the project. */
export interface WrittenConnectionRoles {
  /** Roles that everybody gets. */
  readonly defaults?: readonly string[] | undefined;
  /** Roles by groups of the provider. */
  readonly groups?: readonly { readonly groups: readonly string[]; readonly role: string }[] | undefined;
}

/** How the metadata of providers is fetched. */
export interface WrittenMetadataRules {
  /** Private and loopback addresses too; link-local ones never. @defaultValue false */
  readonly privateAddresses?: boolean | undefined;
  /** Plain http too, for rehearsals. @defaultValue false */
  readonly http?: boolean | undefined;
  /** File with further certificate authorities in PEM. */
  readonly caFile?: string | undefined;
}
