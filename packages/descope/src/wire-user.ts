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
  return {
    loginId: user.loginId,
    ...loginIdFields(user.additionalLoginIds),
    ...profileFields(user),
    verifiedEmail: user.verifiedEmail,
    verifiedPhone: user.verifiedPhone,
    status: user.status,
    ...(user.userTenants.length > 0 ? { userTenants: user.userTenants } : { roleNames: user.roleNames }),
    customAttributes: user.customAttributes,
    ...(user.createdTime === undefined ? {} : { createdTime: Math.floor(user.createdTime) }),
  };
}

/** The item that changes a user: only what the patch names. */
export function toWirePatch(patch: ProjectUserPatch): WireUser {
  const { verifiedEmail, verifiedPhone, status, roleNames, userTenants, customAttributes } = patch;
  return {
    loginId: patch.loginId,
    ...(patch.additionalLoginIds === undefined ? {} : loginIdFields(patch.additionalLoginIds)),
    ...profileFields(patch),
    ...(verifiedEmail === undefined ? {} : { verifiedEmail }),
    ...(verifiedPhone === undefined ? {} : { verifiedPhone }),
    ...(status === undefined ? {} : { status }),
    ...(roleNames === undefined ? {} : { roleNames }),
    ...(userTenants === undefined ? {} : { userTenants }),
    ...(customAttributes === undefined ? {} : { customAttributes }),
  };
}

function loginIdFields(loginIds: readonly string[]): WireUser {
  return { additionalLoginIds: loginIds, additionalIdentifiers: loginIds };
}

function profileFields(
  user: Pick<ProjectUserPatch, "email" | "phone" | "name" | "givenName" | "middleName" | "familyName" | "picture">,
): WireUser {
  const { email, phone, name, givenName, middleName, familyName, picture } = user;
  return {
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    ...(name === undefined ? {} : { name, displayName: name }),
    ...(givenName === undefined ? {} : { givenName }),
    ...(middleName === undefined ? {} : { middleName }),
    ...(familyName === undefined ? {} : { familyName }),
    ...(picture === undefined ? {} : { picture }),
  };
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
  };
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
  const attributes: Record<string, AttributeValue> = {};
  if (typeof wire !== "object" || wire === null) return attributes;
  for (const [name, value] of Object.entries(wire)) {
    if (value === null || value === undefined) continue;
    // Assigning to it would set the prototype; no attribute can have that name.
    if (name !== "__proto__") attributes[name] = toAttributeValue(value);
  }
  return attributes;
}

/** A value of a shape that no attribute type has stays readable as JSON text, so that it shows as a difference. */
function toAttributeValue(value: unknown): AttributeValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value) && value.every((part): part is string => typeof part === "string")) return value;
  return JSON.stringify(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): readonly string[] {
  return list(value).filter((part): part is string => typeof part === "string" && part !== "");
}

/** Epoch seconds; some answers carry integers as text. */
function seconds(value: unknown): number {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? Math.trunc(number) : 0;
}
