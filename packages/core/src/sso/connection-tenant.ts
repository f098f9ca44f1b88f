/** The tenant that a connection becomes, chosen by the operator. */
export interface ConnectionTenant {
  readonly tenant: string;
  /** Name of the tenant, where it has to be created. @defaultValue the connection's name */
  readonly name?: string | undefined;
  /** Which SSO configuration of the tenant, where it has several. @defaultValue its first one */
  readonly ssoId?: string | undefined;
}
