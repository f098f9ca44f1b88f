/** Turns what requests say about a user into what is stored, by the rules of create, update and patch. */

import { readEmail, readPhone } from "./contact.ts";
import { checkAttributes } from "../definitions/custom-attributes.ts";
import { checkPassword } from "../definitions/password-policy.ts";
import { storePassword } from "../sign-in/passwords.ts";
import type { ProjectState } from "../project-state.ts";
import { Refusal, conflicting, missing } from "../refusal.ts";
import { findRoles } from "../definitions/roles.ts";
import type { Role } from "../definitions/roles.ts";
import type { MembershipInput, UserInput } from "./user-input.ts";
import { noAttributes, noMemberships, noRoles } from "./user-record.ts";
import type { AttributeValue, AttributeValues, Membership, UserExtras, UserRecord } from "./user-record.ts";

/** What a request sets, checked and resolved; undefined is what it leaves alone. */
export interface UserChange {
  readonly input: UserInput;
  readonly email: string | undefined;
  readonly phone: string | undefined;
  readonly roles: readonly Role[] | undefined;
  readonly memberships: readonly Membership[] | undefined;
  readonly attributes: Readonly<Record<string, AttributeValue | null>> | undefined;
  readonly recoveryEmail: string | undefined;
  readonly recoveryPhone: string | undefined;
}

/**
 * Checks a request's fields against the project.
 *
 * @throws Refusal when a role, a tenant or an attribute does not exist or a value breaks a rule.
 */
export function prepareChange(project: ProjectState, input: UserInput): UserChange {
  if ((input.roleNames?.length ?? 0) > 0 && (input.userTenants?.length ?? 0) > 0)
    throw conflicting("Give roleNames or userTenants, not both");
  if (input.hashedPassword !== undefined)
    throw new Refusal(
      400,
      "E011004",
      "Invalid arguments",
      "Hashed passwords are not supported by this service; send them in clear text or not at all",
    );
  const email = input.email === undefined ? undefined : readEmail(input.email);
  if (input.password !== undefined && input.password !== "")
    checkPassword(input.password, project.policyOf(""), email ?? "");
  return {
    input,
    email,
    phone: input.phone === undefined ? undefined : readPhone(input.phone),
    roles: input.roleNames === undefined ? undefined : findRoles(project.roles, input.roleNames, ""),
    memberships: input.userTenants === undefined ? undefined : findMemberships(project, input.userTenants),
    attributes:
      input.customAttributes === undefined
        ? undefined
        : checkAttributes(input.customAttributes, project.attributes, project.variants),
    recoveryEmail: input.recoveryEmail === undefined ? undefined : readEmail(input.recoveryEmail),
    recoveryPhone: input.recoveryPhone === undefined ? undefined : readPhone(input.recoveryPhone),
  };
}

/** @throws Refusal when a user would have neither an e-mail address nor a telephone number. */
export function requireContact(change: UserChange): void {
  if ((change.email ?? "") === "" && (change.phone ?? "") === "") throw missing("Missing email or phone");
}

/** The login IDs that a request names, each once. */
export function requestedLoginIds(project: ProjectState, input: UserInput): readonly string[] {
  const { loginId, additionalLoginIds } = input;
  if (loginId === undefined || loginId === "") throw missing("Missing loginId");
  if (additionalLoginIds === undefined || additionalLoginIds.length === 0) return [loginId];
  // Joined by concat: a spread leaves room for a dozen more in memory, for each of a million users.
  return uniqueLoginIds(project, [loginId].concat(additionalLoginIds));
}

/** Login IDs without empty and repeated ones. */
export function uniqueLoginIds(project: ProjectState, loginIds: readonly string[]): readonly string[] {
  const alreadyUnique = loginIds.every(
    (loginId, i) => loginId !== "" && !loginIds.some((other, k) => k < i && project.users.same(other, loginId)),
  );
  if (alreadyUnique) return loginIds;
  const unique: string[] = [];
  for (const loginId of loginIds)
    if (loginId !== "" && !unique.some((there) => project.users.same(there, loginId))) unique.push(loginId);
  return unique;
}

/** Sets everything a request says on a user that has nothing yet, or whose fields are overwritten whole. */
export function overwrite(project: ProjectState, user: UserRecord, change: UserChange): void {
  const { input } = change;
  user.email = shared(user.loginIds, change.email ?? "");
  user.phone = shared(user.loginIds, change.phone ?? "");
  user.verifiedEmail = input.verifiedEmail === true && user.email !== "";
  user.verifiedPhone = input.verifiedPhone === true && user.phone !== "";
  user.name = input.name ?? "";
  user.givenName = input.givenName ?? "";
  user.middleName = input.middleName ?? "";
  user.familyName = input.familyName ?? "";
  user.picture = input.picture ?? "";
  user.roles = change.roles ?? noRoles;
  user.memberships = change.memberships ?? noMemberships;
  user.customAttributes = change.attributes === undefined ? noAttributes : shareValues(withoutNulls(change.attributes));
  if (input.status !== undefined) user.status = input.status;
  const extras = newExtras(project, user, change);
  if (extras !== undefined) user.extras = { ...user.extras, ...extras };
}

/** Sets only what a request says. */
export function patch(project: ProjectState, user: UserRecord, change: UserChange): void {
  const { input } = change;
  const { variants } = project;
  if (change.email !== undefined) {
    if (change.email !== user.email) user.verifiedEmail = false;
    user.email = change.email;
  }
  if (change.phone !== undefined) {
    if (change.phone !== user.phone) user.verifiedPhone = false;
    user.phone = change.phone;
  }
  user.verifiedEmail = (input.verifiedEmail ?? user.verifiedEmail) && user.email !== "";
  user.verifiedPhone = (input.verifiedPhone ?? user.verifiedPhone) && user.phone !== "";
  user.name = input.name ?? user.name;
  user.givenName = input.givenName ?? user.givenName;
  user.middleName = input.middleName ?? user.middleName;
  user.familyName = input.familyName ?? user.familyName;
  user.picture = input.picture ?? user.picture;
  user.status = input.status ?? user.status;
  if (change.roles !== undefined)
    user.roles =
      variants.patchRoles === "add" && change.roles.length > 0
        ? [...new Set([...user.roles, ...change.roles])]
        : change.roles;
  user.memberships = change.memberships ?? user.memberships;
  if (change.attributes !== undefined)
    user.customAttributes = withoutNulls(patchAttributes(user.customAttributes, change.attributes, variants));
  const extras = newExtras(project, user, change);
  if (extras !== undefined) user.extras = { ...user.extras, ...extras };
}

function patchAttributes(
  held: AttributeValues,
  named: Readonly<Record<string, AttributeValue | null>>,
  { patchAttributes: way, patchNullAttribute }: ProjectState["variants"],
): Readonly<Record<string, AttributeValue | null>> {
  const kept = Object.entries(held).filter(([name]) => patchNullAttribute === "keeps" && named[name] === null);
  return { ...(way === "merge" ? held : {}), ...named, ...Object.fromEntries(kept) };
}

function newExtras(
  project: ProjectState,
  user: UserRecord,
  { input, recoveryEmail, recoveryPhone }: UserChange,
): UserExtras | undefined {
  let extras: { -readonly [K in keyof UserExtras]: UserExtras[K] } | undefined;
  const set = (): { -readonly [K in keyof UserExtras]: UserExtras[K] } => (extras ??= {});
  if (input.password !== undefined && input.password !== "")
    set().password = storePassword(project, input.password, user.extras.password);
  if (input.seed !== undefined && input.seed !== "") set().totpSeed = input.seed;
  if (input.ssoAppIds !== undefined) set().ssoAppIds = input.ssoAppIds;
  if (input.scim !== undefined) set().scim = input.scim;
  if (recoveryEmail !== undefined) set().recoveryEmail = recoveryEmail;
  if (recoveryPhone !== undefined) set().recoveryPhone = recoveryPhone;
  if (input.verifiedRecoveryEmail !== undefined) set().verifiedRecoveryEmail = input.verifiedRecoveryEmail;
  if (input.verifiedRecoveryPhone !== undefined) set().verifiedRecoveryPhone = input.verifiedRecoveryPhone;
  return extras;
}

function findMemberships(project: ProjectState, wanted: readonly MembershipInput[]): readonly Membership[] {
  if (wanted.length === 0) return noMemberships;
  return wanted.map(({ tenantId, roleNames }) => ({
    tenant: project.tenants.require(tenantId),
    roles: roleNames.length === 0 ? noRoles : findRoles(project.roles, roleNames, tenantId),
  }));
}

function withoutNulls(values: Readonly<Record<string, AttributeValue | null>>): AttributeValues {
  for (const name in values)
    if (values[name] === null)
      return Object.fromEntries(
        Object.entries(values).filter((entry): entry is [string, AttributeValue] => entry[1] !== null),
      );
  return values as AttributeValues;
}

/** The equal text of a list in place of a value: a million users hold each text once. */
function shared(texts: readonly string[], value: string): string {
  for (const text of texts) if (text === value) return text;
  return value;
}

/** Lets equal text values be one in memory. */
function shareValues(values: AttributeValues): AttributeValues {
  const writable = values as Record<string, AttributeValue>;
  let first: string | undefined;
  for (const name in writable) {
    const value = writable[name];
    if (typeof value !== "string") continue;
    if (first === undefined) first = value;
    else if (value === first) writable[name] = first;
  }
  return values;
}
