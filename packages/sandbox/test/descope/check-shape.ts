/** Holds answers to the shapes that are derived from the published API description. */

import { readFileSync } from "node:fs";

interface Shapes {
  readonly answers: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const shapes: Shapes = JSON.parse(readFileSync(new URL("api-shapes.json", import.meta.url), "utf8")) as Shapes;

/** Answers that stand at the root, where the description wraps them in a field: SDKs read them so. */
export const answeredAtRoot: Readonly<Record<string, string>> = {
  "GET /oauth2/v1/apps/userinfo": "userInfoClaims",
  "GET /oauth2/v1/userinfo": "userInfoClaims",
  "POST /oauth2/v1/apps/userinfo": "userInfoClaims",
  "POST /oauth2/v1/userinfo": "userInfoClaims",
  "GET /v1/auth/me/history": "authHistory",
  "GET /v1/mgmt/sso/idp/app/load": "app",
  "GET /v1/mgmt/tenant": "tenant",
  "GET /v1/mgmt/thirdparty/app/load": "app",
  "POST /v1/auth/validate": "parsedJWT",
  "POST /v1/mgmt/user/history": "usersAuthHistory",
};

/** Fields that SDKs read and the description lacks, as `Type.field`. */
export const undocumentedFields: ReadonlySet<string> = new Set([
  "ExchangeAccessKeyResponse.expiration",
  "OAuthUserDataClaimsMapping.phoneNumber",
  "SamlSettingsResponse.lastSuccessTestTime",
  "SSOOIDCSettings.lastSuccessTestTime",
  "UserMapping.phoneNumber",
]);

/** What is wrong with an answer; empty when nothing is. */
export function shapeProblems(operation: string, body: unknown): readonly string[] {
  const type = shapes.answers[operation];
  if (type === undefined) return [];
  const field = answeredAtRoot[operation];
  const expected = field === undefined ? type : (shapes.types[type]?.[field] ?? "any");
  const problems: string[] = [];
  // One key was one answer before there were several; SDKs still take a list there.
  const actual = operation === "GET /v1/keys/{projectId}" ? (body as readonly unknown[])[0] : body;
  compare(expected, actual, operation, problems);
  return problems;
}

function compare(type: string, value: unknown, at: string, problems: string[]): void {
  if (type === "any") return;
  if (type.startsWith("[")) {
    if (!Array.isArray(value)) problems.push(`${at}: is no list`);
    else value.forEach((member, n) => compare(type.slice(1, -1), member, `${at}[${n}]`, problems));
    return;
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (type.startsWith("{")) {
    if (!isObject) problems.push(`${at}: is no object`);
    // The description calls values of custom attributes and claims strings; they are any JSON value.
    else if (type !== "{string}")
      for (const [key, member] of Object.entries(value)) compare(type.slice(1, -1), member, `${at}.${key}`, problems);
    return;
  }
  const fields = shapes.types[type];
  if (fields === undefined) {
    const fits = type === "integer" ? Number.isInteger(value) : typeof value === type;
    if (!fits) problems.push(`${at}: is no ${type}`);
    return;
  }
  if (!isObject) {
    problems.push(`${at}: is no ${type}`);
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    const field = fields[key];
    if (field === undefined) {
      if (!undocumentedFields.has(`${type}.${key}`)) problems.push(`${at}: ${type} has no field ${key}`);
    } else compare(field, member, `${at}.${key}`, problems);
  }
}
