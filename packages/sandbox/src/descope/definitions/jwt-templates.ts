/** JWT templates: what else stands in tokens, and how they name their issuer. */

import { interpolate, resolvePath } from "../flows/flow-context.ts";
import { isJsonObject, readBoolean, readObject, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import type { ProjectState } from "../project-state.ts";
import { Refusal, conflicting, invalid, missing } from "../refusal.ts";

/** A template, as answers show it. */
export interface JwtTemplate {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `user` or `key`. */
  readonly type: string;
  /** Claims: constants, or texts with paths such as `{{user.email}}`. */
  readonly template: JsonObject;
  /** `default`, `tenantOnly` or `none`. */
  readonly authSchema: string;
  /** Whether the issuer is an address instead of the bare project ID. */
  readonly conformanceIssuer: boolean;
  readonly enforceIssuer: boolean;
  readonly issuerType: string;
  readonly autoDCT: boolean;
  /** What becomes of claims whose path leads nowhere: `none` keeps them empty, `nil` makes them null, `delete`. */
  readonly emptyClaimPolicy: string;
  readonly overrideSubject: boolean;
  readonly excludePermissions: boolean;
  readonly addJti: boolean;
  readonly omitCustomClaimsFromDSR: boolean;
  readonly tags: readonly string[];
  readonly source: string;
}

const reservedClaims = new Set(["iss", "exp", "iat", "drn", "rexp", "amr", "tenants", "dct", "jti"]);
const schemas = new Set(["default", "tenantOnly", "none"]);
const policies = new Set(["none", "nil", "delete"]);

interface Issue {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

function issuesOf(template: JwtTemplate): readonly Issue[] {
  const issues: Issue[] = [];
  const add = (field: string, code: string, message: string): void => {
    issues.push({ field, code, message, hint: "" });
  };
  if (template.name === "") add("name", "REQUIRED", "A name is needed");
  if (template.type !== "user" && template.type !== "key") add("type", "INVALID", "The type must be user or key");
  if (!schemas.has(template.authSchema))
    add("authSchema", "INVALID", "The authSchema must be default, tenantOnly or none");
  if (!policies.has(template.emptyClaimPolicy))
    add("emptyClaimPolicy", "INVALID", "The emptyClaimPolicy must be none, nil or delete");
  for (const claim of Object.keys(template.template)) {
    const isSubject = claim === "sub" && !template.overrideSubject;
    if (reservedClaims.has(claim) || isSubject)
      add(`template.${claim}`, "RESERVED_CLAIM_KEY", `The claim ${claim} is reserved`);
  }
  return issues;
}

function readTemplate(from: JsonObject, id: string): JwtTemplate {
  return {
    id,
    name: readString(from, "name") ?? "",
    description: readString(from, "description") ?? "",
    type: readString(from, "type") || "user",
    template: readObject(from, "template") ?? {},
    authSchema: readString(from, "authSchema") || "default",
    conformanceIssuer: readBoolean(from, "conformanceIssuer") ?? false,
    enforceIssuer: readBoolean(from, "enforceIssuer") ?? false,
    issuerType: readString(from, "issuerType") ?? "",
    autoDCT: readBoolean(from, "autoDCT") ?? false,
    emptyClaimPolicy: readString(from, "emptyClaimPolicy") || "none",
    overrideSubject: readBoolean(from, "overrideSubject") ?? false,
    excludePermissions: readBoolean(from, "excludePermissions") ?? false,
    addJti: readBoolean(from, "addJti") ?? false,
    omitCustomClaimsFromDSR: readBoolean(from, "omitCustomClaimsFromDSR") ?? false,
    tags: readStrings(from, "tags") ?? [],
    source: readString(from, "source") ?? "",
  };
}

/** @throws Refusal when a template breaks a rule. */
export function storeTemplate(project: ProjectState, from: JsonObject, id: string): JwtTemplate {
  const template = readTemplate(from, id);
  const issue = issuesOf(template)[0];
  if (issue !== undefined) throw invalid(`${issue.code}: ${issue.message}`);
  const other = [...project.jwtTemplates.values()].find((one) => one.name === template.name);
  if (other !== undefined && other.id !== id) throw conflicting("A JWT template with this name exists");
  project.jwtTemplates.set(id, template);
  return template;
}

/** Ready-made templates. */
function library(project: ProjectState): readonly JsonObject[] {
  const { source: _source, ...gateway } = readTemplate(
    {
      name: "AWS API Gateway",
      description: "Issuer as an address and the project as audience",
      template: { aud: project.projectId },
      conformanceIssuer: true,
    },
    "aws-api-gateway",
  );
  return [{ ...gateway, experimental: false, logoLight: "", logoDark: "" }];
}

/** The template that is in use for users. */
export function templateInUse(project: ProjectState): JwtTemplate | undefined {
  return project.jwtTemplates.get(project.userJwtTemplate);
}

/** Shapes the claims of a user's session by a template. */
export function shapeClaims(
  project: ProjectState,
  template: JwtTemplate,
  claims: JsonObject,
  user: JsonObject,
): JsonObject {
  const context = { user, project: { id: project.projectId }, tenant: { id: claims["dct"] } };
  const own = shapeObject(template, template.template, context);
  const shaped: Record<string, unknown> = { ...withSchema(template, claims), ...own };
  if (template.excludePermissions) delete shaped["permissions"];
  if (template.addJti) shaped["jti"] = project.ids.secret(14);
  if (template.overrideSubject && own["sub"] !== undefined) shaped["dsub"] = claims["sub"];
  return shaped;
}

function withSchema(template: JwtTemplate, claims: JsonObject): JsonObject {
  if (template.authSchema === "default") return claims;
  const { tenants, roles: _roles, permissions: _permissions, ...rest } = claims;
  if (template.authSchema === "none") return rest;
  const current = isJsonObject(tenants) ? tenants[String(claims["dct"])] : undefined;
  return { ...rest, ...(isJsonObject(current) ? current : {}) };
}

function shapeObject(template: JwtTemplate, values: JsonObject, context: JsonObject): JsonObject {
  const shaped: Record<string, unknown> = {};
  for (const [claim, value] of Object.entries(values)) {
    const filled = shapeValue(template, value, context);
    if (filled !== undefined && filled !== "") shaped[claim] = filled;
    else if (template.emptyClaimPolicy === "none") shaped[claim] = "";
    else if (template.emptyClaimPolicy === "nil") shaped[claim] = null;
  }
  return shaped;
}

function shapeValue(template: JwtTemplate, value: unknown, context: JsonObject): unknown {
  if (isJsonObject(value)) return shapeObject(template, value, context);
  if (Array.isArray(value)) return value.map((member) => shapeValue(template, member, context));
  if (typeof value !== "string") return value;
  const path = /^\{\{\s*([^{}\s]+)\s*\}\}$/.exec(value)?.[1];
  return path === undefined ? interpolate(value, context) : resolvePath(context, path);
}

function required({ project, body }: Call): JwtTemplate {
  const template = project.jwtTemplates.get(requireString(body, "id"));
  if (template === undefined) throw new Refusal(404, "E011004", "Invalid arguments", "There is no such JWT template");
  return template;
}

function given({ body }: Call): JsonObject {
  const template = readObject(body, "template");
  if (template === undefined) throw missing("Missing template");
  return template;
}

function libraryEntry({ project, body }: Call, key: string): JsonObject {
  const id = requireString(body, key);
  const entry = library(project).find((one) => one["id"] === id);
  if (entry === undefined) throw new Refusal(404, "E011004", "Invalid arguments", "There is no such library entry");
  return entry;
}

export const jwtTemplateOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/jwt/templates/create",
    access: "management",
    fields: ["template"],
    run: (call) => ({
      template: storeTemplate(call.project, given(call), call.project.ids.next("JT")),
    }),
  },
  {
    name: "POST /v1/mgmt/jwt/templates/update",
    access: "management",
    fields: ["template"],
    run: (call) => {
      const template = given(call);
      const { id } = required({ ...call, body: template });
      return { template: storeTemplate(call.project, template, id) };
    },
  },
  {
    name: "POST /v1/mgmt/jwt/templates/delete",
    access: "management",
    fields: ["id"],
    run: (call) => {
      call.project.jwtTemplates.delete(required(call).id);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/jwt/templates/list",
    access: "management",
    run: ({ project }) => ({ templates: [...project.jwtTemplates.values()] }),
  },
  {
    name: "POST /v1/mgmt/jwt/templates/load",
    access: "management",
    fields: ["id"],
    run: (call) => ({ template: required(call) }),
  },
  {
    name: "POST /v1/mgmt/jwt/templates/validate",
    access: "management",
    fields: ["id", "template"],
    run: (call) => {
      const template = call.body["template"] === undefined ? required(call) : readTemplate(given(call), "");
      const issues = issuesOf(template);
      return { valid: issues.length === 0, issues };
    },
  },
  {
    name: "POST /v1/mgmt/jwt/templates/library/list",
    access: "management",
    partly: "the library has one entry, for Amazon API Gateway",
    run: ({ project }) => ({ entries: library(project) }),
  },
  {
    name: "POST /v1/mgmt/jwt/templates/library/load",
    access: "management",
    fields: ["id"],
    run: (call) => ({ entry: libraryEntry(call, "id") }),
  },
  {
    name: "POST /v1/mgmt/jwt/templates/library/apply",
    access: "management",
    fields: ["libraryEntryId", "nameOverride", "descriptionOverride", "tagsOverride", "templateOverride"],
    run: (call) => {
      const { body, project } = call;
      const entry = libraryEntry(call, "libraryEntryId");
      const template = {
        ...entry,
        name: readString(body, "nameOverride") || entry["name"],
        description: readString(body, "descriptionOverride") || entry["description"],
        tags: readStrings(body, "tagsOverride") ?? entry["tags"],
        template: readObject(body, "templateOverride") ?? entry["template"],
        source: "library",
      };
      return { template: storeTemplate(project, template, project.ids.next("JT")) };
    },
  },
  {
    name: "POST /v1/mgmt/jwt/update",
    access: "management",
    fields: ["jwt", "customClaims", "refreshDuration"],
    partly: "a refresh token that is changed so is a new one; the old one stays good",
    run: ({ project, body }) => {
      const claims = project.signingKey.verify(requireString(body, "jwt"));
      if (claims === undefined) throw conflicting("The JWT is not one of this project");
      const user = project.users.byUserId(String(claims["sub"]));
      if (user === undefined) throw conflicting("The user of the JWT does not exist");
      const jwt = project.signingKey.sign({ ...claims, ...readObject(body, "customClaims") });
      if (claims["drn"] === "DSR") project.sessions.open(jwt, user.userId, Number(claims["exp"]) * 1000);
      return { jwt };
    },
  },
];
