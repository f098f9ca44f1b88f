/** SSO connections: the SAML or OIDC identity providers of tenants, several per tenant. */

import type { IdentifierSource } from "../identifiers.ts";
import type { OidcClientSettings } from "./oidc-client.ts";
import { Refusal, conflicting } from "../refusal.ts";

/** Which attribute of the provider goes into which field of a user. */
export interface UserMapping {
  readonly loginId?: string;
  readonly username?: string;
  readonly name?: string;
  readonly email?: string;
  readonly phoneNumber?: string;
  readonly verifiedEmail?: string;
  readonly verifiedPhone?: string;
  readonly picture?: string;
  readonly givenName?: string;
  readonly middleName?: string;
  readonly familyName?: string;
  readonly group?: string;
  readonly customAttributes?: Readonly<Record<string, string>>;
}

/** Groups of the provider that give a role. */
export interface GroupMapping {
  readonly roleName: string;
  readonly groups: readonly string[];
}

/** What both kinds of connection say about roles. */
export interface RoleRules {
  readonly groupMappings: readonly GroupMapping[];
  readonly defaultRoles: readonly string[];
  readonly groupsPriority: readonly string[];
}

/** A SAML identity provider. */
export interface SamlSettings extends RoleRules {
  readonly idpUrl: string;
  readonly idpEntityId: string;
  /** The certificate, then additional ones. */
  readonly idpCertificates: readonly string[];
  readonly idpMetadataUrl: string;
  /** Empty: the service's own. */
  readonly spEntityId: string;
  /** Empty: the service's own. */
  readonly spAcsUrl: string;
  readonly subjectNameIdFormat: string;
  readonly mapping: UserMapping;
}

/** An OIDC identity provider of a tenant. */
export interface OidcSettings extends RoleRules {
  readonly client: OidcClientSettings;
  /** Settings as they came, for answers. */
  readonly shown: Readonly<Record<string, unknown>>;
}

/** One connection of a tenant. */
export interface Connection {
  readonly tenantId: string;
  readonly ssoId: string;
  readonly displayName: string;
  saml?: SamlSettings;
  oidc?: OidcSettings;
  /** Where users go after a SAML sign-in that names no other place. */
  samlRedirectUrl: string;
  oauthRedirectUrl: string;
  /** When a sign-in that was begun as a test last succeeded, in epoch seconds; absent when none did. */
  lastSuccessTestTime?: number;
}

/** Keeps the connections of all tenants. The first of a tenant is its default. */
export class ConnectionStore {
  readonly #byTenant = new Map<string, Connection[]>();
  readonly #ids: IdentifierSource;

  constructor(ids: IdentifierSource) {
    this.#ids = ids;
  }

  /** The connections of a tenant, its default first. */
  ofTenant(tenantId: string): readonly Connection[] {
    return this.#byTenant.get(tenantId) ?? [];
  }

  all(): readonly Connection[] {
    return [...this.#byTenant.values()].flat();
  }

  /** A connection by its ID; the tenant's default when the ID is empty. */
  find(tenantId: string, ssoId = ""): Connection | undefined {
    const held = this.ofTenant(tenantId);
    return ssoId === "" ? held[0] : held.find((connection) => connection.ssoId === ssoId);
  }

  /** @throws Refusal when there is no such connection. */
  require(tenantId: string, ssoId = ""): Connection {
    const connection = this.find(tenantId, ssoId);
    if (connection === undefined) throw new Refusal(404, "E111104", "SSO settings not found", "SSO settings not found");
    return connection;
  }

  /** A connection to configure; the default one comes into being when {@link keep} takes its first configuration. */
  forConfiguration(tenantId: string, ssoId = ""): Connection {
    const found = this.find(tenantId, ssoId);
    if (found !== undefined) return found;
    if (ssoId !== "") return this.require(tenantId, ssoId);
    return this.#create(tenantId, "", "");
  }

  /** Keeps a connection that was configured. */
  keep(connection: Connection): void {
    if (!this.ofTenant(connection.tenantId).includes(connection)) this.restore(connection);
  }

  /** @throws Refusal when the tenant has a connection with this ID. */
  add(tenantId: string, ssoId: string, displayName: string): Connection {
    if (ssoId !== "" && this.find(tenantId, ssoId) !== undefined)
      throw conflicting("The tenant has an SSO configuration with this ID");
    const connection = this.#create(tenantId, ssoId, displayName);
    this.restore(connection);
    return connection;
  }

  #create(tenantId: string, ssoId: string, displayName: string): Connection {
    return {
      tenantId,
      ssoId: ssoId === "" ? this.#ids.next("SSO") : ssoId,
      displayName,
      samlRedirectUrl: "",
      oauthRedirectUrl: "",
    };
  }

  /** Takes a connection as it was saved. */
  restore(connection: Connection): void {
    const held = this.#byTenant.get(connection.tenantId);
    if (held === undefined) this.#byTenant.set(connection.tenantId, [connection]);
    else held.push(connection);
  }

  remove(connection: Connection): void {
    const left = this.ofTenant(connection.tenantId).filter((other) => other !== connection);
    this.#byTenant.set(connection.tenantId, left);
  }

  removeTenant(tenantId: string): void {
    this.#byTenant.delete(tenantId);
  }
}
