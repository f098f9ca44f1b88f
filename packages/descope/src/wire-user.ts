import type {
  AttributeValue,
  NewProjectUser,
  ProjectUser,
  ProjectUserPatch,
  UserTenant,
} from "@cognito-to-descope/core";

/** The fields of a user as the management API takes them. */
export type WireUser = Record<string, unknown>;

/**
 * The item that creates a user in a batch.
 *
 * The API's documentation and its SDKs disagree about two names, so both go out: `name` and `displayName`,
 * `additionalIdentifiers` and `additionalLoginIds`; see `facts.md#field-names`.
 *
 * @throws TypeError when the user has roles beside its tenants: the API takes one or the other.
 */
export function toWireUser(user: NewProjectUser): WireUser {
  if (user.userTenants.length > 0 && user.roleNames.length > 0) {
    throw new TypeError("a user with tenants holds its roles in them");
  }
  // One object, filled in place: this runs once for every user of a migration.
  const wire: WireUser = { loginId: user.loginId };
  setLoginIds(wire, user.additionalLoginIds);
  setProfile(wire, user);
  wire["verifiedEmail"] = user.verifiedEmail;
  wire["verifiedPhone"] = user.verifiedPhone;
  wire["status"] = user.status;
  if (user.userTenants.length > 0) wire["userTenants"] = user.userTenants;
  else wire["roleNames"] = user.roleNames;
  wire["customAttributes"] = user.customAttributes;
  if (user.createdTime !== undefined) wire["createdTime"] = Math.floor(user.createdTime);
  return wire;
}

/** The item that changes a user: only what the patch names. */
export function toWirePatch(patch: ProjectUserPatch): WireUser {
  const wire: WireUser = { loginId: patch.loginId };
  if (patch.additionalLoginIds !== undefined) setLoginIds(wire, patch.additionalLoginIds);
  setProfile(wire, patch);
  for (const field of ["verifiedEmail", "verifiedPhone", "status", "roleNames", "userTenants"] as const) {
    if (patch[field] !== undefined) wire[field] = patch[field];
  }
  if (patch.customAttributes !== undefined) wire["customAttributes"] = patch.customAttributes;
  return wire;
}

function setLoginIds(wire: WireUser, loginIds: readonly string[]): void {
  wire["additionalLoginIds"] = loginIds;
  wire["additionalIdentifiers"] = loginIds;
}

const PROFILE_FIELDS = ["email", "phone", "name", "givenName", "middleName", "familyName", "picture"] as const;

function setProfile(wire: WireUser, user: Pick<ProjectUserPatch, (typeof PROFILE_FIELDS)[number]>): void {
  for (const field of PROFILE_FIELDS) {
    const value = user[field];
    if (value !== undefined) wire[field] = value;
  }
  if (user.name !== undefined) wire["displayName"] = user.name;
}

/** A user as the API gives it. Fields that are missing or have another type count as not set. */
export function fromWireUser(wire: unknown): ProjectUser {
  const user = (typeof wire === "object" && wire !== null ? wire : {}) as Record<string, unknown>;
  return {
    userId: text(user["userId"]),
    loginIds: loginIdsOf(user),
    email: text(user["email"]),
    phone: text(user["phone"]),
    verifiedEmail: user["verifiedEmail"] === true,
    verifiedPhone: user["verifiedPhone"] === true,
    name: text(user["name"]) || text(user["displayName"]),
    givenName: text(user["givenName"]),
    middleName: text(user["middleName"]),
    familyName: text(user["familyName"]),
    picture: text(user["picture"]),
    status: text(user["status"]),
    roleNames: texts(user["roleNames"]),
    userTenants: list(user["userTenants"]).map(toUserTenant),
    customAttributes: toCustomAttributes(user["customAttributes"]),
    createdTime: seconds(user["createdTime"]),
    ...credentialsOf(user),
  };
}

/** What an answer says that the user can sign in with, by the field that says it. */
const CREDENTIAL_FIELDS = ["password", "TOTP", "webauthn", "push", "SAML", "OIDC", "SCIM"] as const;

function credentialsOf(user: Readonly<Record<string, unknown>>): { readonly credentials?: readonly string[] } {
  const held: string[] = [];
  for (const field of CREDENTIAL_FIELDS) if (user[field] === true) held.push(field.toLowerCase());
  const oauth = user["OAuth"];
  if (typeof oauth === "object" && oauth !== null && Object.values(oauth).includes(true)) held.push("oauth");
  return held.length === 0 ? {} : { credentials: held };
}

/** The login IDs in an answer, under the name that the answer has for them. */
export function loginIdsOf(user: Readonly<Record<string, unknown>>): readonly string[] {
  const loginIds = texts(user["loginIds"]);
  if (loginIds.length > 0) return loginIds;
  const externalIds = texts(user["externalIds"]);
  return externalIds.length > 0 ? externalIds : texts([user["loginId"]]);
}

function toUserTenant(wire: unknown): UserTenant {
  const { tenantId, roleNames } = (typeof wire === "object" && wire !== null ? wire : {}) as Record<string, unknown>;
  return { tenantId: text(tenantId), roleNames: texts(roleNames) };
}

function toCustomAttributes(wire: unknown): Readonly<Record<string, AttributeValue>> {
  if (typeof wire !== "object" || wire === null || Array.isArray(wire)) return {};
  const values = wire as Record<string, unknown>;
  for (const name in values) if (!isAttributeValue(values[name])) return convertAttributes(values);
  return values as Record<string, AttributeValue>;
}

function isAttributeValue(value: unknown): value is AttributeValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return true;
  return Array.isArray(value) && value.every((part) => typeof part === "string");
}

/** A value of a shape that no attribute type has stays readable as JSON text, so that it shows as a difference. */
function convertAttributes(values: Readonly<Record<string, unknown>>): Readonly<Record<string, AttributeValue>> {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    set.map(([name, value]) => [name, isAttributeValue(value) ? value : JSON.stringify(value)]),
  );
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): readonly string[] {
  const parts = list(value);
  return parts.every(isText) ? parts : parts.filter(isText);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Epoch seconds; some answers carry integers as text. */
function seconds(value: unknown): number {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? Math.trunc(number) : 0;
}
