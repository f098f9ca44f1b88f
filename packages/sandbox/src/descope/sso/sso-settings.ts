/** Configuring the SSO connections of tenants. */

import type { Connection, GroupMapping, RoleRules, SamlSettings } from "./connections.ts";
import { readObject, readObjects, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { conflicting, invalid, missing } from "../refusal.ts";
import { findRoles } from "../definitions/roles.ts";
import { fetchIdpMetadata } from "./saml-metadata.ts";
import { answerConnection } from "./sso-answer.ts";
import { readMapping } from "./user-mapping.ts";

function readRules({ project }: Call, settings: JsonObject, tenantId: string): RoleRules {
  const mappings = (readObjects(settings, "roleMappings") ?? readObjects(settings, "groupsMapping") ?? []).map(
    (mapping): GroupMapping => {
      const role = readObject({ role: mapping["role"] }, "role") ?? {};
      return {
        roleName: readString(mapping, "roleName") ?? requireString(role, "name"),
        groups: readStrings(mapping, "groups") ?? [],
      };
    },
  );
  const defaultRoles = readStrings(settings, "defaultSSORoles") ?? [];
  findRoles(project.roles, [...mappings.map(({ roleName }) => roleName), ...defaultRoles], tenantId);
  return {
    groupMappings: mappings,
    defaultRoles,
    groupsPriority: readStrings(settings, "groupsPriority") ?? [],
  };
}

interface Target {
  readonly connection: Connection;
  readonly settings: JsonObject;
  readonly tenantId: string;
}

function readTarget(call: Call): Target {
  const { project, body } = call;
  const tenantId = requireString(body, "tenantId");
  project.tenants.require(tenantId);
  const settings = readObject(body, "settings");
  if (settings === undefined) throw missing("Missing settings");
  const connection = project.connections.forConfiguration(tenantId, readString(body, "ssoId"));
  return { connection, settings, tenantId };
}

/** Changes a connection and what follows for its tenant, once all of the request is read. */
function finish({ project, body }: Call, target: Target, authType: "saml" | "oidc", change: () => void): void {
  const tenant = project.tenants.require(target.tenantId);
  const domains = readStrings(body, "domains");
  refuseTakenDomains(project, tenant.id, domains ?? []);
  change();
  project.connections.keep(target.connection);
  if (domains !== undefined) tenant.domains = domains;
  tenant.authType = authType;
}

function refuseTakenDomains(project: Call["project"], tenantId: string, domains: readonly string[]): void {
  if (project.variants.duplicateSsoDomain === "allowed") return;
  const taken = project.tenants
    .all()
    .some((other) => other.id !== tenantId && other.domains.some((domain) => domains.includes(domain)));
  if (taken) throw conflicting("A domain belongs to another tenant");
}

function samlSettings(
  call: Call,
  { settings, tenantId }: Target,
  idp: Pick<SamlSettings, "idpUrl" | "idpEntityId" | "idpCertificates" | "idpMetadataUrl">,
): SamlSettings {
  return {
    ...idp,
    spEntityId: readString(settings, "spEntityId") ?? "",
    spAcsUrl: readString(settings, "spACSUrl") ?? "",
    subjectNameIdFormat: readString(settings, "subjectNameIdFormat") ?? "",
    mapping: readMapping(readObject(settings, "attributeMapping")),
    ...readRules(call, settings, tenantId),
  };
}

function configure(call: Call, target: Target, saml: SamlSettings): object {
  const { connection } = target;
  const redirectUrl = readString(call.body, "redirectUrl") ?? connection.samlRedirectUrl;
  finish(call, target, "saml", () => {
    connection.saml = saml;
    delete connection.oidc;
    connection.samlRedirectUrl = redirectUrl;
  });
  return nothing;
}

function requested(call: Call): Connection {
  const tenantId = call.query.get("tenantId") ?? "";
  call.project.tenants.require(tenantId);
  const ssoId = call.query.get("ssoId") ?? "";
  return (
    call.project.connections.find(tenantId, ssoId) ??
    (ssoId === ""
      ? { tenantId, ssoId: "", displayName: "", samlRedirectUrl: "", oauthRedirectUrl: "" }
      : call.project.connections.require(tenantId, ssoId))
  );
}

const shownOidc = [
  "name",
  "clientId",
  "redirectUrl",
  "authUrl",
  "tokenUrl",
  "userDataUrl",
  "JWKsUrl",
  "callbackDomain",
  "grantType",
  "issuer",
  "providerID",
  "scimProviderID",
];

function keptSecret({ project }: Call, { oidc }: Connection): string {
  return project.variants.oidcSecretOmitted === "kept" ? (oidc?.client.clientSecret ?? "") : "";
}

function configureOidc(call: Call): object {
  const target = readTarget(call);
  const { settings, connection } = target;
  for (const key of ["clientId", "authUrl", "tokenUrl"]) requireString(settings, key);
  const grantType = readString(settings, "grantType") ?? "authorization_code";
  if (grantType !== "authorization_code" && grantType !== "implicit")
    throw invalid("The grantType field must be authorization_code or implicit");
  const mapping = readMapping(readObject(settings, "userAttrMapping") ?? readObject(settings, "attributeMapping"));
  const scopes = readStrings(settings, "scope") ?? ["openid", "email", "profile"];
  const rules = readRules(call, settings, target.tenantId);
  const texts = Object.fromEntries(shownOidc.map((key) => [key, readString(settings, key) ?? ""]));
  const oidc = {
    ...rules,
    client: {
      clientId: texts["clientId"] ?? "",
      clientSecret: readString(settings, "clientSecret") ?? keptSecret(call, connection),
      authUrl: texts["authUrl"] ?? "",
      tokenUrl: texts["tokenUrl"] ?? "",
      userDataUrl: texts["userDataUrl"] ?? "",
      jwksUrl: texts["JWKsUrl"] ?? "",
      issuer: texts["issuer"] ?? "",
      scopes,
      prompts: readStrings(settings, "prompt") ?? [],
    },
    shown: {
      ...texts,
      grantType,
      scope: scopes,
      prompt: readStrings(settings, "prompt") ?? [],
      manageProviderTokens: settings["manageProviderTokens"] === true,
      userAttrMapping: mapping,
      defaultSSORoles: rules.defaultRoles,
      groupsPriority: rules.groupsPriority,
    },
  };
  finish(call, target, "oidc", () => {
    connection.oidc = oidc;
    delete connection.saml;
    connection.oauthRedirectUrl = texts["redirectUrl"] || connection.oauthRedirectUrl;
  });
  return nothing;
}

export const ssoSettingsOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/sso/saml",
    access: "management",
    fields: ["tenantId", "settings", "redirectUrl", "domains", "ssoId"],
    partly: "requests are not signed and assertions not decrypted with keys of one's own",
    run: (call) => {
      const target = readTarget(call);
      const { settings } = target;
      return configure(
        call,
        target,
        samlSettings(call, target, {
          idpUrl: requireString(settings, "idpUrl"),
          idpEntityId: readString(settings, "entityId") ?? "",
          idpCertificates: [
            requireString(settings, "idpCert"),
            ...(call.project.variants.idpAdditionalCerts === "kept"
              ? (readStrings(settings, "idpAdditionalCerts") ?? [])
              : []),
          ],
          idpMetadataUrl: "",
        }),
      );
    },
  },
  {
    name: "POST /v1/mgmt/sso/saml/metadata",
    access: "management",
    fields: ["tenantId", "settings", "redirectUrl", "domains", "ssoId"],
    partly: "the metadata is read once, when it is configured",
    run: async (call) => {
      const target = readTarget(call);
      const idpMetadataUrl = requireString(target.settings, "idpMetadataUrl");
      const metadata = await fetchIdpMetadata(idpMetadataUrl);
      return configure(
        call,
        target,
        samlSettings(call, target, {
          idpUrl: metadata.ssoUrl,
          idpEntityId: readString(target.settings, "entityId") || metadata.entityId,
          idpCertificates: metadata.certificates,
          idpMetadataUrl,
        }),
      );
    },
  },
  {
    name: "POST /v1/mgmt/sso/oidc",
    access: "management",
    fields: ["tenantId", "settings", "domains", "ssoId", "redirectUrl"],
    partly: "sign-in always uses the authorization code; provider tokens are not kept",
    run: configureOidc,
  },
  {
    name: "GET /v2/mgmt/sso/settings",
    access: "management",
    run: (call) => answerConnection(call, requested(call)),
  },
  {
    name: "GET /v2/mgmt/sso/settings/all",
    access: "management",
    run: (call) => {
      const tenantId = call.query.get("tenantId") ?? "";
      call.project.tenants.require(tenantId);
      return {
        SSOSettings: call.project.connections
          .ofTenant(tenantId)
          .map((connection) => answerConnection(call, connection)),
      };
    },
  },
  {
    name: "POST /v1/mgmt/sso/settings/new",
    access: "management",
    fields: ["tenantId", "ssoId", "displayName"],
    run: (call) => {
      const { project, body } = call;
      const tenantId = requireString(body, "tenantId");
      project.tenants.require(tenantId);
      // The default one stands first, so it must be there before any further one.
      project.connections.keep(project.connections.forConfiguration(tenantId));
      return answerConnection(
        call,
        project.connections.add(tenantId, readString(body, "ssoId") ?? "", readString(body, "displayName") ?? ""),
      );
    },
  },
  {
    name: "DELETE /v1/mgmt/sso/settings",
    access: "management",
    run: (call) => {
      const { project, query } = call;
      const tenant = project.tenants.require(query.get("tenantId") ?? "");
      const connection = project.connections.require(tenant.id, query.get("ssoId") ?? "");
      project.connections.remove(connection);
      if (project.connections.ofTenant(tenant.id).length === 0) tenant.authType = "none";
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/sso/redirect",
    access: "management",
    fields: ["tenantId", "samlRedirectUrl", "oauthRedirectUrl", "ssoId"],
    run: ({ project, body }) => {
      const tenantId = requireString(body, "tenantId");
      project.tenants.require(tenantId);
      const connection = project.connections.forConfiguration(tenantId, readString(body, "ssoId"));
      const samlRedirectUrl = readString(body, "samlRedirectUrl") ?? connection.samlRedirectUrl;
      const oauthRedirectUrl = readString(body, "oauthRedirectUrl") ?? connection.oauthRedirectUrl;
      Object.assign(connection, { samlRedirectUrl, oauthRedirectUrl });
      project.connections.keep(connection);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/sso/recalculate-mappings",
    access: "management",
    fields: ["tenantId", "ssoId"],
    partly: "groups of users are not kept, so there is nothing to recalculate",
    run: ({ project, body }) => {
      const tenant = project.tenants.require(requireString(body, "tenantId"));
      project.connections.require(tenant.id, readString(body, "ssoId"));
      return nothing;
    },
  },
];
