/** Mappings from a provider's attributes or claims to the fields of a user. */

import type { Connection, UserMapping } from "./connections.ts";
import { readObject, readString, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";

const mappingKeys = [
  "loginId",
  "username",
  "name",
  "email",
  "phoneNumber",
  "verifiedEmail",
  "verifiedPhone",
  "picture",
  "givenName",
  "middleName",
  "familyName",
  "group",
] as const;

/** Reads a mapping of attributes or claims; only what it names. */
export function readMapping(from: JsonObject | undefined): UserMapping {
  if (from === undefined) return {};
  const mapping: Record<string, unknown> = {};
  for (const key of mappingKeys) {
    const value = readString(from, key);
    if (value !== undefined && value !== "") mapping[key] = value;
  }
  const phone = readString(from, "phone");
  if (phone !== undefined && phone !== "") mapping["phoneNumber"] ??= phone;
  const custom = readObject(from, "customAttributes");
  if (custom !== undefined)
    mapping["customAttributes"] = Object.fromEntries(
      Object.keys(custom).map((name) => [name, requireString(custom, name)]),
    );
  return mapping;
}

/** The mapping of an OIDC connection. */
export function oidcMapping(connection: Connection): UserMapping {
  const mapping = (connection.oidc?.shown["userAttrMapping"] ?? {}) as UserMapping;
  return Object.keys(mapping).length > 0 ? mapping : standardClaims;
}

/** Where the standard claims go when a provider has no mapping. */
export const standardClaims: UserMapping = {
  email: "email",
  verifiedEmail: "email_verified",
  phoneNumber: "phone_number",
  verifiedPhone: "phone_number_verified",
  name: "name",
  givenName: "given_name",
  middleName: "middle_name",
  familyName: "family_name",
  picture: "picture",
};
