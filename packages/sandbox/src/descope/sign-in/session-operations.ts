/** Operations on sessions, and the published keys. */

import { readString, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { JsonText, nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { Refusal } from "../refusal.ts";
import { renew, requireRefresh, requireSession } from "./sessions.ts";
import { writeUser } from "../users/user-answer.ts";

function keySet(call: Call): JsonObject {
  if (call.parameters["projectId"] !== call.project.projectId)
    throw new Refusal(404, "E011008", "Project not found", "Project not found");
  return { keys: [call.project.signingKey.publicJwk()] };
}

/** The discovery document of the project's own application, of an SSO application, or of inbound applications. */
function discovery(call: Call, of: "project" | "application" | "inbound"): JsonObject {
  const { projectId } = call.project;
  const applicationId = call.parameters["applicationId"] ?? "";
  if (call.parameters["projectId"] !== projectId)
    throw new Refusal(404, "E011008", "Project not found", "Project not found");
  if (of === "application" && call.project.ssoApplications.get(applicationId)?.appType !== "oidc")
    throw new Refusal(404, "E011004", "Invalid arguments", "There is no such application");
  const { baseUrl } = call;
  const issuers = {
    project: `${baseUrl}/${projectId}`,
    application: `${baseUrl}/${projectId}/${applicationId}`,
    inbound: `${baseUrl}/v1/apps/${projectId}`,
  };
  const endpoints = `${baseUrl}/oauth2/v1${of === "inbound" ? "/apps" : ""}`;
  return {
    issuer: issuers[of],
    jwks_uri: `${baseUrl}/${projectId}/.well-known/jwks.json`,
    authorization_endpoint: `${endpoints}/authorize`,
    token_endpoint: `${endpoints}/token`,
    userinfo_endpoint: `${endpoints}/userinfo`,
    revocation_endpoint: `${endpoints}/revoke`,
    end_session_endpoint: `${baseUrl}/oauth2/v1/logout`,
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token", ...(of === "inbound" ? ["client_credentials"] : [])],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic", "none"],
    scopes_supported: ["openid", "email", "profile", "phone", "descope.claims", "descope.custom_claims"],
    claims_supported: ["iss", "sub", "aud", "exp", "iat", "email", "email_verified", "name"],
  };
}

export const sessionOperations: readonly Operation[] = [
  { name: "GET /v2/keys/{projectId}", access: "public", run: keySet },
  {
    name: "GET /v1/keys/{projectId}",
    access: "public",
    run: (call) => {
      keySet(call);
      return [call.project.signingKey.publicJwk()];
    },
  },
  { name: "GET /{projectId}/.well-known/jwks.json", access: "public", run: keySet },
  {
    name: "GET /{projectId}/.well-known/openid-configuration",
    access: "public",
    run: (call) => discovery(call, "project"),
  },
  {
    name: "GET /v1/apps/{projectId}/.well-known/openid-configuration",
    access: "public",
    run: (call) => discovery(call, "inbound"),
  },
  {
    name: "GET /{projectId}/{applicationId}/.well-known/openid-configuration",
    access: "public",
    run: (call) => discovery(call, "application"),
  },
  {
    name: "POST /v1/auth/refresh",
    access: "project",
    partly: "tokens of other services (`externalToken`) are not exchanged",
    run: (call) => renew(call),
  },
  {
    name: "POST /v1/auth/try-refresh",
    access: "project",
    partly: "tokens of other services (`externalToken`) are not exchanged",
    run: (call) => {
      try {
        // The description leaves user and firstSeen out of this answer.
        const { user: _user, firstSeen: _firstSeen, ...tokens } = JSON.parse(renew(call).text) as JsonObject;
        return tokens;
      } catch (error) {
        if (error instanceof Refusal) return nothing;
        throw error;
      }
    },
  },
  {
    name: "POST /v1/auth/tenant/select",
    access: "project",
    fields: ["tenant"],
    run: (call) => renew(call, requireString(call.body, "tenant")),
  },
  { name: "POST /v1/auth/validate", access: "project", run: requireSession },
  {
    name: "GET /v1/auth/me",
    access: "project",
    run: (call) => new JsonText(writeUser(requireRefresh(call).user)),
  },
  {
    name: "GET /v1/auth/me/tenants",
    access: "project",
    run: (call) => ({
      tenants: requireRefresh(call).user.memberships.map(({ tenant }) => ({
        id: tenant.id,
        name: tenant.name,
        customAttributes: tenant.customAttributes,
      })),
    }),
  },
  {
    name: "POST /v1/auth/me/tenants",
    access: "project",
    run: (call) => {
      readString(call.body, "dct");
      return {
        tenants: requireRefresh(call).user.memberships.map(({ tenant }) => ({
          id: tenant.id,
          name: tenant.name,
          customAttributes: tenant.customAttributes,
        })),
      };
    },
  },
  {
    name: "GET /v1/auth/me/history",
    access: "project",
    run: (call) => {
      const { user } = requireRefresh(call);
      return (user.extras.signIns ?? []).map((signIn) => ({
        userId: user.userId,
        ...signIn,
        city: "",
        country: "",
      }));
    },
  },
  {
    name: "POST /v1/auth/logout",
    access: "project",
    run: (call) => {
      call.project.sessions.close(requireRefresh(call).refreshJwt);
      return nothing;
    },
  },
  {
    name: "POST /v1/auth/logoutall",
    access: "project",
    run: (call) => {
      call.project.sessions.closeAll(requireRefresh(call).user.userId);
      return nothing;
    },
  },
];
