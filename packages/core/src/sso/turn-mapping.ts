import { assignLegalNames, ATTRIBUTE_NAME } from "../mapping/legal-names.ts";
import { type MappingRules, OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { ClaimField, ConnectionClaims } from "./connection-settings.ts";

/** Cognito's attributes that Descope has a field for, by protocol where they differ. */
const FIELDS: Readonly<Record<string, ClaimField>> = {
  email: "email",
  email_verified: "verifiedEmail",
  phone_number: "phoneNumber",
  phone_number_verified: "verifiedPhone",
  name: "name",
  given_name: "givenName",
  middle_name: "middleName",
  family_name: "familyName",
  picture: "picture",
};

/** Fields that only OIDC has: a SAML response tells no verification, and its username is the name identifier. */
const OIDC_ONLY: ReadonlySet<ClaimField> = new Set<ClaimField>(["verifiedEmail", "verifiedPhone", "username"]);

/** A mapping turned round, with what it needs and what it could not take. */
export interface TurnedMapping {
  readonly claims: ConnectionClaims;
  /** Custom attributes by name, with the pool attribute that they come from. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Pool attributes that no field and no custom attribute takes. */
  readonly dropped: readonly string[];
  /** Claims that look as if they held groups. */
  readonly groupClaims: readonly string[];
}

const LOOKS_LIKE_GROUPS = /groups?\b|groups?$|roles?\b|roles?$|member[_-]?of/i;

/**
 * Turns Cognito's mapping (pool attribute ← claim) into Descope's (user field ← claim).
 *
 * Custom attributes get the names that the import gives them, so that a sign-in writes what the import wrote.
 */
export function turnMapping(
  attributeMapping: Readonly<Record<string, string>>,
  protocol: "saml" | "oidc" | "social",
  rules: MappingRules,
): TurnedMapping {
  const fields: Partial<Record<ClaimField, string>> = {};
  const attributes = new Map<string, string>();
  const customAttributes: Record<string, string> = {};
  const dropped: string[] = [];
  const names = customNames(Object.keys(attributeMapping), rules);
  const entries = Object.entries(attributeMapping).filter(([, claim]) => claim !== "");
  for (const [attribute, claim] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
    // The subject of the response or token, which Descope takes by itself.
    if (attribute === "username") continue;
    const rule = rules.attributes[attribute];
    if (rule === false) continue;
    const field =
      rule !== undefined && "field" in rule ? rule.field : rule === undefined ? FIELDS[attribute] : undefined;
    if (field !== undefined) {
      if (protocol !== "oidc" && OIDC_ONLY.has(field)) dropped.push(attribute);
      else fields[field] = claim;
      continue;
    }
    if (protocol === "oidc" && attribute === "preferred_username" && rule === undefined) fields.username = claim;
    const name = names.get(attribute);
    if (name === undefined) dropped.push(attribute);
    else {
      customAttributes[name] = claim;
      attributes.set(name, attribute);
    }
  }
  const groupClaims = entries
    .filter(([attribute, claim]) => LOOKS_LIKE_GROUPS.test(attribute) || LOOKS_LIKE_GROUPS.test(lastPart(claim)))
    .map(([, claim]) => claim);
  return { claims: { fields, customAttributes }, attributes, dropped, groupClaims: [...new Set(groupClaims)] };
}

/** Long claim names are addresses: `http://schemas.xmlsoap.org/claims/Group`. What they mean stands at the end. */
function lastPart(claim: string): string {
  return claim.slice(Math.max(claim.lastIndexOf("/"), claim.lastIndexOf(":")) + 1);
}

function customNames(attributes: readonly string[], rules: MappingRules): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  const unnamed: string[] = [];
  for (const attribute of attributes) {
    const rule = rules.attributes[attribute];
    if (rule === false || (rule !== undefined && "field" in rule)) continue;
    if (rule !== undefined) named.set(attribute, rule.name);
    else if (FIELDS[attribute] === undefined && attribute !== "username") unnamed.push(attribute);
  }
  const given = assignLegalNames(unnamed, [...Object.values(OWN_ATTRIBUTES), ...named.values()], ATTRIBUTE_NAME);
  return new Map([...given, ...named]);
}
