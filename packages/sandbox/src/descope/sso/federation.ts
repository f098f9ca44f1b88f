/** What SAML, OAuth and OIDC sign-ins share: attempts that have begun, and the users they end in. */

import { readEmail, readPhone } from "../users/contact.ts";
import { checkAttributes } from "../definitions/custom-attributes.ts";
import type { Connection, RoleRules, UserMapping } from "./connections.ts";
import type { IdentifierSource } from "../identifiers.ts";
import type { JsonObject } from "../json-fields.ts";
import type { OidcAttempt, OidcClientSettings } from "./oidc-client.ts";
import type { ProjectState } from "../project-state.ts";
import { conflicting } from "../refusal.ts";
import type { Role } from "../definitions/roles.ts";
import { ShortLivedMap } from "../short-lived-map.ts";
import { UserRecord } from "../users/user-record.ts";
import type { AttributeValue } from "../users/user-record.ts";

/** A sign-in elsewhere that has begun. */
export interface FederationAttempt {
  readonly kind: "oauth" | "oidc" | "saml";
  /** Where the user goes with a code in the end. */
  readonly redirectUrl: string;
  readonly customClaims: JsonObject;
  /** The OAuth provider, or the tenant's connection. */
  readonly provider?: string;
  readonly connection?: Connection;
  readonly oidc?: { readonly settings: OidcClientSettings; readonly attempt: OidcAttempt };
  /** ID of the SAML request that the response must answer. */
  readonly requestId?: string;
  /** `signin` takes existing users only, `signup` new ones only. */
  readonly mode: "any" | "signin" | "signup";
  /** Begun as a test of a tenant's settings. */
  readonly isTest?: boolean;
}

const attemptLifetimeMs = 10 * 60_000;
const assertionMemoryMs = 24 * 3_600_000;

/** Keeps attempts by state, and the assertions that were used. */
export class FederationStore {
  readonly #attempts: ShortLivedMap<FederationAttempt>;
  readonly #usedAssertions: ShortLivedMap<true>;
  readonly #ids: IdentifierSource;

  constructor(ids: IdentifierSource, clock: () => number) {
    this.#ids = ids;
    this.#attempts = new ShortLivedMap(clock);
    this.#usedAssertions = new ShortLivedMap(clock);
  }

  /** A new state text. Those of SAML begin with `s/`, by which gateways know them. */
  newState(kind: FederationAttempt["kind"]): string {
    return `${kind === "saml" ? "s/" : ""}${this.#ids.secret(16)}`;
  }

  begin(state: string, attempt: FederationAttempt): void {
    this.#attempts.set(state, attempt, attemptLifetimeMs);
  }

  /** Ends an attempt: each state is good once. */
  take(state: string): FederationAttempt | undefined {
    return this.#attempts.take(state);
  }

  /** Notes the use of an assertion; false when it was used before. */
  useAssertion(id: string): boolean {
    if (this.#usedAssertions.has(id)) return false;
    this.#usedAssertions.set(id, true, assertionMemoryMs);
    return true;
  }
}

/** What a provider says about a user, by the names of this project. */
export interface FederatedProfile {
  readonly loginId: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly phone: string;
  readonly phoneVerified: boolean;
  readonly name: string;
  readonly givenName: string;
  readonly middleName: string;
  readonly familyName: string;
  readonly picture: string;
  readonly groups: readonly string[];
  readonly customAttributes: Readonly<Record<string, AttributeValue | null>>;
}

/** Reads a profile from attributes or claims by a mapping. */
export function readProfile(project: ProjectState, values: JsonObject, mapping: UserMapping): FederatedProfile {
  const text = (key: string | undefined): string => {
    const value = key === undefined || key === "" ? undefined : pick(values, key);
    const one: unknown = Array.isArray(value) ? value[0] : value;
    return typeof one === "string" || typeof one === "number" ? String(one) : "";
  };
  const flag = (key: string | undefined): boolean => text(key) === "true" || pick(values, key ?? "") === true;
  const customAttributes: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(mapping.customAttributes ?? {})) {
    const value = pick(values, key);
    const type = project.attributes.get(name)?.type;
    if (value === undefined) continue;
    if (type === 2) customAttributes[name] = Number(text(key));
    else if (type === 3) customAttributes[name] = flag(key);
    else if (type === 5) customAttributes[name] = Array.isArray(value) ? value : [value];
    else customAttributes[name] = text(key);
  }
  const groups = pick(values, mapping.group ?? "");
  return {
    loginId: text(mapping.loginId),
    email: tolerant(readEmail, text(mapping.email)),
    emailVerified: flag(mapping.verifiedEmail),
    phone: tolerant(readPhone, text(mapping.phoneNumber)),
    phoneVerified: flag(mapping.verifiedPhone),
    name: text(mapping.name),
    givenName: text(mapping.givenName),
    middleName: text(mapping.middleName),
    familyName: text(mapping.familyName),
    picture: text(mapping.picture),
    groups: (Array.isArray(groups) ? groups : groups === undefined ? [] : [groups]).map(String),
    customAttributes: checkAttributes(customAttributes, project.attributes, project.variants),
  };
}

function pick(values: JsonObject, key: string): unknown {
  return key !== "" && Object.hasOwn(values, key) ? values[key] : undefined;
}

/** A provider's odd address is left out instead of failing the sign-in. */
function tolerant(read: (text: string) => string, value: string): string {
  try {
    return read(value);
  } catch {
    return "";
  }
}

/** How a federated user is stored. */
export interface FederatedSignIn {
  readonly attempt: Pick<FederationAttempt, "kind" | "mode" | "provider" | "connection">;
  readonly profile: FederatedProfile;
  /** The provider's own name for the user, when the profile has neither login ID nor e-mail address. */
  readonly subject: string;
  /** Whether an e-mail address of the provider leads to the existing user with it. */
  readonly trustEmail: boolean;
  /** Whether the profile of a user that exists stays as it is. */
  readonly keepProfile?: boolean;
  readonly rules: RoleRules | undefined;
}

/** Finds or creates the user of a sign-in elsewhere, and brings profile, tenant and roles up to date. */
export function storeFederatedUser(project: ProjectState, facts: FederatedSignIn): UserRecord {
  const { profile, attempt } = facts;
  const loginId = profile.loginId || profile.email || facts.subject;
  const found =
    project.users.byLoginId(loginId) ??
    (facts.trustEmail && profile.email !== "" ? project.users.byLoginId(profile.email) : undefined);
  if (found === undefined && attempt.mode === "signin") throw conflicting("The user does not exist");
  if (found !== undefined && attempt.mode === "signup") throw conflicting("The user exists already");
  const user = found ?? new UserRecord(project.ids.next("U"), [loginId], false, project.clock());
  const roles = rolesOf(project, facts);
  const keep = found !== undefined && facts.keepProfile === true;
  const change = (changed: UserRecord): void => {
    if (!keep) fill(changed, facts);
    if (attempt.connection !== undefined) join(project, changed, attempt.connection, roles);
    note(changed, attempt);
  };
  if (found === undefined) {
    change(user);
    project.users.add(user);
  } else project.users.change(user, change);
  return user;
}

/** Brings the profile up to date. */
function fill(changed: UserRecord, { profile, attempt }: FederatedSignIn): void {
  changed.email = profile.email || changed.email;
  changed.verifiedEmail =
    changed.email !== "" && (changed.verifiedEmail || profile.emailVerified || isSso(attempt.kind));
  changed.phone = profile.phone || changed.phone;
  changed.verifiedPhone = changed.phone !== "" && (changed.verifiedPhone || profile.phoneVerified);
  changed.name = profile.name || changed.name;
  changed.givenName = profile.givenName || changed.givenName;
  changed.middleName = profile.middleName || changed.middleName;
  changed.familyName = profile.familyName || changed.familyName;
  changed.picture = profile.picture || changed.picture;
  changed.customAttributes = {
    ...changed.customAttributes,
    ...(profile.customAttributes as UserRecord["customAttributes"]),
  };
}

/** Notes how the user signs in. */
function note(changed: UserRecord, attempt: FederatedSignIn["attempt"]): void {
  changed.extras = {
    ...changed.extras,
    ...(attempt.kind === "saml" ? { saml: true } : {}),
    ...(attempt.kind === "oidc" ? { oidc: true } : {}),
    ...(attempt.provider === undefined
      ? {}
      : { oauth: [...new Set([...(changed.extras.oauth ?? []), attempt.provider])] }),
  };
}

function isSso(kind: FederationAttempt["kind"]): boolean {
  return kind !== "oauth";
}

function join(project: ProjectState, user: UserRecord, connection: Connection, roles: readonly Role[]): void {
  const tenant = project.tenants.require(connection.tenantId);
  const held = user.memberships.find((membership) => membership.tenant === tenant);
  const others = user.memberships.filter((membership) => membership.tenant !== tenant);
  user.memberships = [...others, { tenant, roles: [...new Set([...(held?.roles ?? []), ...roles])] }];
}

/** The roles that a connection's rules give for the user's groups; names that no longer exist give none. */
function rolesOf(project: ProjectState, { profile, rules, attempt }: FederatedSignIn): readonly Role[] {
  if (rules === undefined) return [];
  const names = rules.groupMappings
    .filter(({ groups }) => groups.some((group) => profile.groups.includes(group)))
    .map(({ roleName }) => roleName);
  const tenantId = attempt.connection?.tenantId ?? "";
  return [...names, ...rules.defaultRoles]
    .map((name) => project.roles.byName(name, tenantId) ?? project.roles.byName(name))
    .filter((role) => role !== undefined);
}

/** Adds a parameter to an address. */
export function withParameter(url: string, name: string, value: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;
}
