/** Everything one Descope project holds. */

import type { SeededRandom } from "../wire/seeded-random.ts";
import type { AccessKey } from "./definitions/access-keys.ts";
import type { InboundApplication, SsoApplication } from "./definitions/applications.ts";
import type { AuthorizationCode, PendingAuthorization } from "./sign-in/authorization-server.ts";
import { AuditTrail } from "./audit.ts";
import type { Connector } from "./definitions/connectors.ts";
import { ConnectionStore } from "./sso/connections.ts";
import type { AttributeDefinitions } from "./definitions/custom-attributes.ts";
import { FederationStore } from "./sso/federation.ts";
import type { FlowDocument } from "./flows/flow-document.ts";
import type { FlowRun } from "./flows/flow-run.ts";
import { createIdentifierSource } from "./identifiers.ts";
import type { IdentifierSource } from "./identifiers.ts";
import type { OAuthProvider } from "./sso/oauth-providers.ts";
import type { JsonObject } from "./json-fields.ts";
import type { JwtTemplate } from "./definitions/jwt-templates.ts";
import { OneTimeTokens } from "./sign-in/one-time-tokens.ts";
import { Outbox } from "./sign-in/outbox.ts";
import { defaultPasswordPolicy } from "./definitions/password-policy.ts";
import type { PasswordPolicy } from "./definitions/password-policy.ts";
import { PermissionStore, systemPermissions } from "./definitions/permissions.ts";
import { RoleStore } from "./definitions/roles.ts";
import { SessionStore } from "./sign-in/session-store.ts";
import type { SigningKey } from "./sign-in/signing-key.ts";
import { ShortLivedMap } from "./short-lived-map.ts";
import { TenantStore } from "./definitions/tenants.ts";
import { UserStore } from "./users/user-store.ts";
import type { DescopeVariants } from "./variants.ts";

/** What a project is made of. */
export interface ProjectParts {
  readonly projectId: string;
  readonly managementKey: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly random: SeededRandom;
  readonly variants: DescopeVariants;
  readonly signingKey: SigningKey;
}

/** One project. */
export class ProjectState {
  readonly projectId: string;
  readonly managementKey: string;
  readonly clock: () => number;
  readonly variants: DescopeVariants;
  readonly ids: IdentifierSource;
  readonly users: UserStore;
  readonly attributes: AttributeDefinitions = new Map();
  readonly permissions: PermissionStore;
  readonly roles: RoleStore;
  readonly tenants: TenantStore;
  /** By tenant ID; the project's own under the empty text. */
  readonly passwordPolicies: Map<string, PasswordPolicy> = new Map();
  readonly signingKey: SigningKey;
  readonly sessions: SessionStore;
  readonly oneTimeTokens: OneTimeTokens;
  readonly connections: ConnectionStore;
  readonly oauthProviders: Map<string, OAuthProvider> = new Map();
  readonly jwtTemplates: Map<string, JwtTemplate> = new Map();
  /** ID of the template of users' tokens; empty for none. */
  userJwtTemplate = "";
  readonly accessKeys: Map<string, AccessKey> = new Map();
  readonly inboundApplications: Map<string, InboundApplication> = new Map();
  readonly ssoApplications: Map<string, SsoApplication> = new Map();
  readonly authorizationCodes: ShortLivedMap<AuthorizationCode>;
  /** Requests of applications whose users go through a flow. */
  readonly pendingAuthorizations: ShortLivedMap<PendingAuthorization>;
  readonly audit: AuditTrail = new AuditTrail();
  name = "Sandbox";
  readonly connectors: Map<string, Connector> = new Map();
  readonly flows: Map<string, FlowDocument> = new Map();
  readonly flowRuns: ShortLivedMap<FlowRun>;
  theme: JsonObject = { styles: {}, componentsVersion: "", references: {} };
  readonly federation: FederationStore;
  readonly outbox: Outbox = new Outbox();

  constructor(parts: ProjectParts) {
    const { variants, clock } = parts;
    this.projectId = parts.projectId;
    this.managementKey = parts.managementKey;
    this.clock = clock;
    this.variants = variants;
    this.signingKey = parts.signingKey;
    this.ids = createIdentifierSource(parts.random);
    this.users = new UserStore({
      foldLoginIds: variants.loginIdCase === "folded",
      searchLagMs: variants.searchLag,
      clock,
    });
    this.permissions = new PermissionStore(this.ids, variants.duplicatePermission);
    this.roles = new RoleStore(this.ids, variants.duplicateRole);
    this.tenants = new TenantStore(this.ids, variants.duplicateTenant);
    this.connections = new ConnectionStore(this.ids);
    this.federation = new FederationStore(this.ids, clock);
    this.flowRuns = new ShortLivedMap(clock, 10_000);
    this.authorizationCodes = new ShortLivedMap(clock);
    this.pendingAuthorizations = new ShortLivedMap(clock);
    this.sessions = new SessionStore(clock);
    this.oneTimeTokens = new OneTimeTokens(this.ids, clock);
  }

  /** The policy of a tenant, else the project's, else that of a new project. */
  policyOf(tenantId: string): PasswordPolicy {
    return this.passwordPolicies.get(tenantId) ?? this.passwordPolicies.get("") ?? defaultPasswordPolicy;
  }
}

/** Gives a new project the permissions and the role that every project starts with. */
export function addSystemDefinitions(project: ProjectState): void {
  const permissions = systemPermissions.map((name) => project.permissions.create(name, "", true));
  project.roles.add({
    name: "Tenant Admin",
    description: "",
    permissions,
    createdTime: Math.floor(project.clock() / 1000),
    tenantId: "",
    default: false,
    private: false,
  });
}
