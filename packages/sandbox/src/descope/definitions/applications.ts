/** Inbound applications (OAuth clients of the project) and SSO applications (OIDC, SAML, WS-Federation). */

import { readBoolean, readObjects, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { Refusal, conflicting, invalid, missing, notLicensed } from "../refusal.ts";

/** An inbound application: what was asked for, with its credentials. */
export interface InboundApplication {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly settings: JsonObject;
}

/** An SSO application. */
export interface SsoApplication {
  readonly id: string;
  readonly appType: "oidc" | "saml" | "wsfed";
  readonly clientSecret: string;
  readonly settings: JsonObject;
}

function notFound(): Refusal {
  return new Refusal(404, "E011004", "Invalid arguments", "There is no such application");
}

const emptyInbound = {
  name: "",
  description: "",
  logo: "",
  logoUrl: "",
  loginPageUrl: "",
  approvedCallbackUrls: [],
  permissionsScopes: [],
  attributesScopes: [],
  connectionsScopes: [],
  nonConfidentialClient: false,
  audienceWhitelist: [],
  forceAddAllAuthorizationInfo: false,
  defaultAudience: "",
  customAttributes: {},
  allowedTenants: [],
  dynamic: false,
  status: "enabled",
};

function readInbound(body: JsonObject): JsonObject {
  const { id: _id, clientId: _clientId, clientSecret: _secret, ...settings } = body;
  if (requireString(settings, "name").length > 100) throw invalid("The name field must be at most 100 characters");
  for (const url of readStrings(settings, "approvedCallbackUrls") ?? [])
    if (!URL.canParse(url)) throw invalid("The approvedCallbackUrls field must have addresses");
  for (const key of ["permissionsScopes", "attributesScopes", "connectionsScopes"])
    for (const scope of readObjects(settings, key) ?? []) requireString(scope, "name");
  readBoolean(settings, "nonConfidentialClient");
  return settings;
}

function answerInbound({ id, clientId, settings }: InboundApplication): JsonObject {
  return { ...emptyInbound, ...settings, id, clientId };
}

function requiredInbound({ project }: Call, id: string): InboundApplication {
  const application = project.inboundApplications.get(id);
  if (application === undefined) throw notFound();
  return application;
}

function createInbound({ project, body }: Call): JsonObject {
  if (project.variants.inboundAppApi === "refused") throw notLicensed();
  const settings = readInbound(body);
  const id = readString(body, "id") || project.ids.next("TPA");
  const asked = project.variants.inboundCredentials === "kept" ? body : {};
  const clientId = readString(asked, "clientId") || project.ids.secret(16);
  const all = [...project.inboundApplications.values()];
  if (all.some((other) => other.id === id || other.clientId === clientId))
    throw conflicting("An application with this ID or client ID exists");
  if (all.some((other) => other.settings["name"] === settings["name"]))
    throw conflicting("An application with this name exists");
  const isPublic = settings["nonConfidentialClient"] === true;
  const clientSecret = isPublic ? "" : readString(asked, "clientSecret") || project.ids.secret(24);
  project.inboundApplications.set(id, { id, clientId, clientSecret, settings });
  return { id, clientId, cleartext: clientSecret };
}

/** Applications on a page of the variants that have pages. */
const inboundPageSize = 2;

function listInbound({ project, query }: Call): JsonObject {
  const { inboundAppApi, inboundAppPages } = project.variants;
  if (inboundAppApi === "refused") throw notLicensed();
  const apps = [...project.inboundApplications.values()].map(answerInbound);
  const total = apps.length;
  const given = Number(query.get("limit"));
  const size = given > 0 ? given : inboundAppPages === "all" ? Math.max(total, 1) : inboundPageSize;
  const page = Math.max(Number(query.get("page")) - (inboundAppPages === "from-one" ? 1 : 0), 0);
  return { apps: apps.slice(page * size, (page + 1) * size), total };
}

const inboundOperations: readonly Operation[] = (["v1", "v2"] as const).flatMap((version) => [
  {
    name: `POST /${version}/mgmt/thirdparty/app/create`,
    access: "management" as const,
    run: createInbound,
  },
  {
    name: `POST /${version}/mgmt/thirdparty/app/update`,
    access: "management" as const,
    run: (call: Call) => {
      const before = requiredInbound(call, requireString(call.body, "id"));
      call.project.inboundApplications.set(before.id, { ...before, settings: readInbound(call.body) });
      return nothing;
    },
  },
  {
    name: `GET /${version}/mgmt/thirdparty/app/load`,
    access: "management" as const,
    run: (call: Call) => {
      const clientId = call.query.get("clientId") ?? "";
      const byClient = [...call.project.inboundApplications.values()].find(
        (one) => clientId !== "" && one.clientId === clientId,
      );
      const app = answerInbound(byClient ?? requiredInbound(call, call.query.get("id") ?? ""));
      return call.project.variants.inboundAnswer === "wrapped" ? { app } : app;
    },
  },
]);

function answerSso({ project, baseUrl }: Call, application: SsoApplication): JsonObject {
  const { id, appType, settings } = application;
  const { name, description, enabled, logo, ...rest } = settings;
  const common = { id, name, description: description ?? "", enabled: enabled ?? true, logo: logo ?? "" };
  const issuer = `${baseUrl}/${project.projectId}/${id}`;
  if (appType === "oidc")
    return {
      ...common,
      appType,
      oidcSettings: {
        loginPageUrl: "",
        claims: [],
        forceAuthentication: false,
        ...rest,
        issuer,
        discoveryUrl: `${issuer}/.well-known/openid-configuration`,
      },
    };
  const entity = {
    idpEntityId: `${project.projectId}-${id}`,
    idpSsoUrl: `${baseUrl}/v1/auth/${appType}/idp/sso?app=${project.projectId}-${id}`,
    idpMetadataUrl: `${baseUrl}/v1/auth/${appType}/idp/metadata?app=${project.projectId}-${id}`,
    idpCert: "",
  };
  return appType === "saml"
    ? { ...common, appType, samlSettings: { attributeMapping: [], groupsMapping: [], ...rest, ...entity } }
    : { ...common, appType, wsfedSettings: { attributeMapping: [], groupsMapping: [], ...rest, ...entity } };
}

function requiredSso({ project }: Call, id: string): SsoApplication {
  const application = project.ssoApplications.get(id);
  if (application === undefined) throw notFound();
  return application;
}

function readSso(body: JsonObject): JsonObject {
  const { id: _id, ...settings } = body;
  requireString(settings, "name");
  readBoolean(settings, "enabled");
  return settings;
}

function ssoOperations(appType: SsoApplication["appType"]): readonly Operation[] {
  const partly = appType === "oidc" ? undefined : "the application is stored; nobody can sign in to it here";
  return [
    {
      name: `POST /v1/mgmt/sso/idp/app/${appType}/create`,
      access: "management",
      ...(partly === undefined ? {} : { partly }),
      run: ({ project, body }) => {
        if (project.variants.federatedAppApi === "refused") throw notLicensed();
        const settings = readSso(body);
        const id = readString(body, "id") || project.ids.next("SA");
        if (project.ssoApplications.has(id)) throw conflicting("An application with this ID exists");
        project.ssoApplications.set(id, {
          id,
          appType,
          clientSecret: project.ids.secret(24),
          settings,
        });
        return { id };
      },
    },
    {
      name: `POST /v1/mgmt/sso/idp/app/${appType}/update`,
      access: "management",
      ...(partly === undefined ? {} : { partly }),
      run: (call) => {
        const before = requiredSso(call, requireString(call.body, "id"));
        if (before.appType !== appType) throw conflicting("The application is of another type");
        call.project.ssoApplications.set(before.id, { ...before, settings: readSso(call.body) });
        return nothing;
      },
    },
  ];
}

export const applicationOperations: readonly Operation[] = [
  ...inboundOperations,
  {
    name: "POST /v1/mgmt/thirdparty/app/patch",
    access: "management",
    run: (call) => {
      const before = requiredInbound(call, requireString(call.body, "id"));
      const settings = readInbound({ ...before.settings, ...call.body });
      call.project.inboundApplications.set(before.id, { ...before, settings });
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/thirdparty/app/delete",
    access: "management",
    fields: ["id"],
    run: (call) => {
      call.project.inboundApplications.delete(requiredInbound(call, requireString(call.body, "id")).id);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/thirdparty/app/delete/batch",
    access: "management",
    fields: ["ids"],
    run: (call) => {
      const ids = readStrings(call.body, "ids") ?? [];
      if (ids.length === 0) throw missing("Missing ids");
      for (const { id } of ids.map((one) => requiredInbound(call, one))) call.project.inboundApplications.delete(id);
      return nothing;
    },
  },
  {
    name: "GET /v1/mgmt/thirdparty/apps/load",
    access: "management",
    run: listInbound,
  },
  {
    name: "GET /v1/mgmt/thirdparty/app/secret",
    access: "management",
    run: (call) => ({ cleartext: requiredInbound(call, call.query.get("id") ?? "").clientSecret }),
  },
  {
    name: "POST /v1/mgmt/thirdparty/app/rotate",
    access: "management",
    fields: ["id"],
    run: (call) => {
      const before = requiredInbound(call, requireString(call.body, "id"));
      const clientSecret = call.project.ids.secret(24);
      call.project.inboundApplications.set(before.id, { ...before, clientSecret });
      return { cleartext: clientSecret };
    },
  },
  ...ssoOperations("oidc"),
  ...ssoOperations("saml"),
  ...ssoOperations("wsfed"),
  {
    name: "POST /v1/mgmt/sso/idp/app/delete",
    access: "management",
    fields: ["id"],
    run: (call) => {
      call.project.ssoApplications.delete(requiredSso(call, requireString(call.body, "id")).id);
      return nothing;
    },
  },
  {
    name: "GET /v1/mgmt/sso/idp/app/load",
    access: "management",
    run: (call) => answerSso(call, requiredSso(call, call.query.get("id") ?? "")),
  },
  {
    name: "GET /v1/mgmt/sso/idp/apps/load",
    access: "management",
    run: (call) => ({
      apps: [...call.project.ssoApplications.values()].map((one) => answerSso(call, one)),
    }),
  },
  {
    name: "GET /v1/mgmt/sso/idp/app/secret",
    access: "management",
    run: (call) => ({ cleartext: requiredSso(call, call.query.get("id") ?? "").clientSecret }),
  },
  {
    name: "POST /v1/mgmt/sso/idp/app/rotate",
    access: "management",
    fields: ["id"],
    run: (call) => {
      const before = requiredSso(call, requireString(call.body, "id"));
      const clientSecret = call.project.ids.secret(24);
      call.project.ssoApplications.set(before.id, { ...before, clientSecret });
      return { cleartext: clientSecret };
    },
  },
];
