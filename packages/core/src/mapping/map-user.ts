import { applyTransform } from "./apply-transform.ts";
import { convertValue } from "./attribute-value.ts";
import type { AttributeTarget } from "./attribute-mapping.ts";
import { isTrue, validEmail, validPhone } from "./contact.ts";
import { foldLoginId } from "./fold-login-id.ts";
import type { GroupEffect } from "./group-mapping.ts";
import { type ExternalIdentity, parseIdentities, writtenIdentities } from "./identities.ts";
import { type LoginIdSource, type MappingRules, OWN_ATTRIBUTES, type ProfileField } from "./rules.ts";
import type { UserFinding } from "../findings/finding.ts";
import type { UserKind } from "../plan/plan.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { AttributeValue, NewProjectUser, UserStatus, UserTenant } from "../project/project-user.ts";

/** Everything that mapping a user of one source needs, made once per source. */
export interface SourceMapping {
  readonly pool: PoolSnapshot;
  readonly rules: MappingRules;
  readonly attributes: ReadonlyMap<string, AttributeTarget>;
  readonly groups: ReadonlyMap<string, GroupEffect>;
  /** The tenant of every user of this source. */
  readonly tenant?: string | undefined;
}

/** A source user in the target's words, or the reason why it is left out. */
export type MappedUser = {
  readonly kind: UserKind;
  readonly findings: readonly UserFinding[];
} & ({ readonly planned: NewProjectUser } | { readonly leftOut: string });

/** Maps one user. Pure, and never throws: what does not fit becomes a finding. */
export function mapUser(mapping: SourceMapping, user: PoolUser, groups: readonly string[]): MappedUser {
  const { rules } = mapping;
  const findings: UserFinding[] = [];
  const identities = readIdentities(user, findings);
  const email = readEmail(user, findings);
  const phone = readPhone(user, findings);
  const kind = kindOf(user, identities, email, phone);
  const federated = isFederated(user, identities);
  const status = statusOf(user, rules, findings);

  if (status === "skip") return { kind, findings, leftOut: `status ${user.status} is left out by policy` };
  if (federated) {
    findings.push({ rule: "user-federated", subject: identities[0]?.providerName ?? user.status });
    if (rules.federated === "skip") {
      findings.push({ rule: "user-skipped-by-policy", subject: "federated" });
      return { kind, findings, leftOut: "federated users are left out by policy" };
    }
  }

  let contactEmail = email;
  if (email === undefined && phone === undefined) {
    if (rules.noContact === "skip") {
      findings.push({ rule: "user-no-contact" });
      return { kind, findings, leftOut: "neither a valid email address nor a valid phone number" };
    }
    findings.push({ rule: "user-no-contact-placeholder" });
    contactEmail = `${user.sub}@${rules.noContact.placeholderDomain}`;
  }

  const verifiedEmail = email !== undefined && isTrue(user.attributes["email_verified"]);
  const verifiedPhone = phone !== undefined && isTrue(user.attributes["phone_number_verified"]);
  if (email !== undefined && !verifiedEmail) findings.push({ rule: "email-unverified" });

  const loginIds = loginIdsOf(mapping, user, {
    federated,
    email,
    phone,
    verifiedEmail,
    verifiedPhone,
  });
  const loginId = loginIds[0] ?? contactEmail?.toLowerCase() ?? phone;
  if (loginId === undefined) {
    findings.push({ rule: "user-no-login-id" });
    return { kind, findings, leftOut: "no login ID" };
  }

  const profile: Partial<Record<ProfileField, string>> = {};
  const customAttributes = mapAttributeValues(mapping, user, profile, findings);
  const { roleNames, userTenants } = mapMemberships(mapping, groups, identities);
  const planned: NewProjectUser = {
    loginId,
    additionalLoginIds: loginIds.slice(1),
    ...(contactEmail === undefined ? {} : { email: contactEmail }),
    ...(phone === undefined ? {} : { phone }),
    verifiedEmail,
    verifiedPhone,
    ...profile,
    status,
    roleNames,
    userTenants,
    customAttributes,
    ...(user.createdAt > 0 ? { createdTime: Math.floor(user.createdAt / 1000) } : {}),
  };
  return { kind, findings, ...applyTransform(rules, planned, user, groups, findings) };
}

/** All login IDs of a planned user, in the form in which they are compared. */
export function plannedLoginIds(planned: NewProjectUser): readonly string[] {
  return [...new Set([planned.loginId, ...planned.additionalLoginIds].map(foldLoginId))];
}

function readIdentities(user: PoolUser, findings: UserFinding[]): readonly ExternalIdentity[] {
  const text = user.attributes["identities"];
  if (text === undefined || text === "") return [];
  const identities = parseIdentities(text);
  if (identities === undefined) findings.push({ rule: "identities-invalid" });
  return identities ?? [];
}

function readEmail(user: PoolUser, findings: UserFinding[]): string | undefined {
  const text = user.attributes["email"];
  const email = validEmail(text);
  if (email === undefined && text !== undefined && text !== "") findings.push({ rule: "email-invalid" });
  return email;
}

function readPhone(user: PoolUser, findings: UserFinding[]): string | undefined {
  const text = user.attributes["phone_number"];
  const phone = validPhone(text);
  if (phone === undefined && text !== undefined && text !== "") findings.push({ rule: "phone-invalid" });
  return phone;
}

/**
 * Decided from `identities`, because an administrator's password makes a federated user `CONFIRMED`; the status speaks
 * only where there are no identities.
 */
function isFederated(user: PoolUser, identities: readonly ExternalIdentity[]): boolean {
  if (identities.length === 0) return user.status === "EXTERNAL_PROVIDER";
  return identities.some((identity) => identity.primary);
}

const MUST_SET_PASSWORD = new Set(["FORCE_CHANGE_PASSWORD", "RESET_REQUIRED"]);
const KNOWN_STATUSES = new Set(["CONFIRMED", "UNCONFIRMED", "EXTERNAL_PROVIDER", ...MUST_SET_PASSWORD]);

function kindOf(
  user: PoolUser,
  identities: readonly ExternalIdentity[],
  email: string | undefined,
  phone: string | undefined,
): UserKind {
  if (!KNOWN_STATUSES.has(user.status)) return "retired";
  if (!user.enabled) return "disabled";
  if (isFederated(user, identities)) return "federated";
  if (user.status === "UNCONFIRMED") return "unconfirmed";
  if (MUST_SET_PASSWORD.has(user.status)) return "must-set-password";
  if (email === undefined) return phone === undefined ? "username-only" : "phone-only";
  return identities.length > 0 ? "linked" : "native";
}

/** Never enables: what is disabled, or in a state that Cognito retired, stays shut. */
function statusOf(user: PoolUser, rules: MappingRules, findings: UserFinding[]): UserStatus | "skip" {
  if (!KNOWN_STATUSES.has(user.status)) {
    findings.push({ rule: "user-status-retired", subject: user.status });
    return "disabled";
  }
  if (MUST_SET_PASSWORD.has(user.status)) findings.push({ rule: "user-must-set-password", subject: user.status });
  const wanted = user.status === "UNCONFIRMED" ? rules.unconfirmed : "enabled";
  if (user.status === "UNCONFIRMED") findings.push({ rule: "user-unconfirmed", subject: wanted });
  if (user.enabled || wanted === "skip") return wanted;
  findings.push({ rule: "user-disabled" });
  return "disabled";
}

interface Contact {
  readonly federated: boolean;
  readonly email: string | undefined;
  readonly phone: string | undefined;
  readonly verifiedEmail: boolean;
  readonly verifiedPhone: boolean;
}

function loginIdsOf(mapping: SourceMapping, user: PoolUser, contact: Contact): readonly string[] {
  const { pool, rules } = mapping;
  const ids: string[] = [];
  const add = (id: string | undefined): void => {
    if (id !== undefined && id.trim() !== "" && !ids.some((known) => foldLoginId(known) === foldLoginId(id))) {
      ids.push(id.trim());
    }
  };
  const value = (source: LoginIdSource): string | undefined => {
    if (source === "email") return contact.email?.toLowerCase();
    if (source === "phone") return contact.phone;
    if (contact.federated) return undefined;
    return source === "username" ? user.username : user.attributes["preferred_username"];
  };

  if (rules.loginIds !== "auto") {
    for (const source of rules.loginIds) add(value(source));
  } else if (contact.federated) {
    // Federated users do not type a name: their address only ties them to a later sign-in.
    add(value("email") ?? value("phone"));
  } else if (pool.usernameAttributes.length > 0) {
    // These pools generate the username: nobody signs in with it.
    if (pool.usernameAttributes.includes("email")) add(value("email"));
    if (pool.usernameAttributes.includes("phone_number")) add(value("phone"));
  } else {
    if (contact.verifiedEmail) add(value("email"));
    if (contact.verifiedPhone) add(value("phone"));
    add(value("username"));
    if (pool.aliasAttributes.includes("preferred_username")) add(value("preferred_username"));
  }
  return ids;
}

function mapAttributeValues(
  mapping: SourceMapping,
  user: PoolUser,
  profile: Partial<Record<ProfileField, string>>,
  findings: UserFinding[],
): Readonly<Record<string, AttributeValue>> {
  const values: Record<string, AttributeValue> = {
    [OWN_ATTRIBUTES.sub]: user.sub,
    [OWN_ATTRIBUTES.username]: user.username,
    [OWN_ATTRIBUTES.freshlyMigrated]: mapping.rules.freshlyMigrated,
  };
  const identities = user.attributes["identities"];
  if (identities !== undefined && identities !== "") {
    values[OWN_ATTRIBUTES.identities] = writtenIdentities(identities);
  }
  // In an order of their own: the pool's may change from one reading to the next, and the plan must not.
  for (const name of Object.keys(user.attributes).sort()) {
    const target = mapping.attributes.get(name);
    const text = user.attributes[name];
    // An empty value says nothing that an absent one does not.
    if (target === undefined || text === undefined || text === "") continue;
    if (target.kind === "field") {
      profile[target.field] = text;
      continue;
    }
    const value = convertValue(text, target.type);
    if (value === undefined) findings.push({ rule: "attribute-value-invalid", subject: name });
    else values[target.name] = value;
  }
  return values;
}

/** Roles stand beside tenants only where there is no tenant: Descope takes one or the other. */
function mapMemberships(
  mapping: SourceMapping,
  groups: readonly string[],
  identities: readonly ExternalIdentity[],
): { readonly roleNames: readonly string[]; readonly userTenants: readonly UserTenant[] } {
  const everywhere = new Set<string>();
  const tenants = new Map<string, Set<string>>();
  const tenant = (id: string): Set<string> => {
    let roles = tenants.get(id);
    if (roles === undefined) tenants.set(id, (roles = new Set()));
    return roles;
  };
  if (mapping.tenant !== undefined) tenant(mapping.tenant);
  for (const { providerName } of identities) {
    const { connectionTenants } = mapping.rules;
    const id = Object.hasOwn(connectionTenants, providerName) ? connectionTenants[providerName] : undefined;
    if (id !== undefined) tenant(id);
  }
  for (const group of groups) {
    const effect = mapping.groups.get(group);
    if (effect === undefined) continue;
    // A pool's groups say nothing about other tenants than the pool's own.
    const id = effect.tenant ?? mapping.tenant;
    if (id === undefined) {
      if (effect.role !== undefined) everywhere.add(effect.role);
    } else {
      const roles = tenant(id);
      if (effect.role !== undefined) roles.add(effect.role);
    }
  }
  if (tenants.size === 0) return { roleNames: [...everywhere].sort(), userTenants: [] };
  return {
    roleNames: [],
    userTenants: [...tenants]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([tenantId, roles]) => ({
        tenantId,
        roleNames: [...new Set([...everywhere, ...roles])].sort(),
      })),
  };
}
