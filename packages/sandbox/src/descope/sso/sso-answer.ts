/** SSO connections as answers show them, with the identity that the service has towards their providers. */

import type { Connection, RoleRules } from "./connections.ts";
import type { JsonObject } from "../json-fields.ts";
import type { Call } from "../operation.ts";
import { answerTenant } from "../definitions/tenants.ts";

/** The entity ID that a connection answers to: its own, or the service's for the tenant. */
export function spEntityId(projectId: string, connection: Connection): string {
  const own = connection.saml?.spEntityId ?? "";
  return own === "" ? `${projectId}-${connection.tenantId}` : own;
}

/** The address that a connection expects responses at: its own, or the service's for the tenant. */
export function spAcsUrl(call: Call, connection: Connection): string {
  const own = connection.saml?.spAcsUrl ?? "";
  if (own !== "") return own;
  const { projectId } = call.project;
  const isDefault = call.project.connections.find(connection.tenantId) === connection;
  const sso = isDefault ? "" : `&ssoId=${encodeURIComponent(connection.ssoId)}`;
  return `${call.baseUrl}/v1/auth/saml/acs?projectId=${projectId}&tenantId=${encodeURIComponent(connection.tenantId)}${sso}`;
}

function answerGroups(call: Call, rules: RoleRules, tenantId: string): readonly JsonObject[] {
  return rules.groupMappings.map(({ roleName, groups }) => {
    const role = call.project.roles.byName(roleName, tenantId) ?? call.project.roles.byName(roleName);
    return { role: { id: role?.id ?? "", name: roleName }, groups };
  });
}

function answerSaml(call: Call, connection: Connection): JsonObject {
  const saml = connection.saml;
  const own = {
    spEntityId: spEntityId(call.project.projectId, connection),
    spACSUrl: spAcsUrl(call, connection),
    spCertificate: "",
    spSignCertificate: "",
    redirectUrl: connection.samlRedirectUrl,
    lastSuccessTestTime: connection.lastSuccessTestTime ?? 0,
  };
  if (saml === undefined)
    return {
      idpEntityId: "",
      idpSSOUrl: "",
      idpCertificate: "",
      idpAdditionalCertificates: [],
      idpMetadataUrl: "",
      ...own,
      attributeMapping: {},
      groupsMapping: [],
      subjectNameIdFormat: "",
      defaultSSORoles: [],
      groupsPriority: [],
    };
  return {
    idpEntityId: saml.idpEntityId,
    idpSSOUrl: saml.idpUrl,
    idpCertificate: saml.idpCertificates[0] ?? "",
    idpAdditionalCertificates: saml.idpCertificates.slice(1),
    idpMetadataUrl: saml.idpMetadataUrl,
    ...own,
    attributeMapping: saml.mapping,
    groupsMapping: answerGroups(call, saml, connection.tenantId),
    subjectNameIdFormat: saml.subjectNameIdFormat,
    defaultSSORoles: saml.defaultRoles,
    groupsPriority: saml.groupsPriority,
  };
}

/** A connection as answers show it. */
export function answerConnection(call: Call, connection: Connection): JsonObject {
  const tenant = call.project.tenants.require(connection.tenantId);
  const { oidc } = connection;
  return {
    tenant: answerTenant(call, tenant),
    saml: answerSaml(call, connection),
    oidc:
      oidc === undefined
        ? { name: "", clientId: "", scope: [], userAttrMapping: {}, redirectUrl: connection.oauthRedirectUrl }
        : {
            ...oidc.shown,
            clientSecret: "",
            redirectUrl: connection.oauthRedirectUrl,
            lastSuccessTestTime: connection.lastSuccessTestTime ?? 0,
            groupsMapping: answerGroups(call, oidc, connection.tenantId),
          },
    ssoId: connection.ssoId,
  };
}
