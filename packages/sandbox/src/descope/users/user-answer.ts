/** A user as answers show it. Written by hand: answers to batches and searches are most of the work. */

import type { Role } from "../definitions/roles.ts";
import type { Membership, UserRecord } from "./user-record.ts";

/** Writes a user as JSON. */
export function writeUser(user: UserRecord): string {
  const { extras } = user;
  const loginIds = writeStrings(user.loginIds);
  return (
    `{"loginIds":${loginIds},"userId":"${user.userId}","name":${quote(user.name)},"email":${quote(user.email)}` +
    `,"phone":${quote(user.phone)},"verifiedEmail":${user.verifiedEmail},"verifiedPhone":${user.verifiedPhone}` +
    `,"roleNames":${writeRoles(user.roles)},"userTenants":${writeMemberships(user.memberships)}` +
    `,"status":"${user.status}","externalIds":${loginIds},"picture":${quote(user.picture)},"test":${user.test}` +
    `,"customAttributes":${JSON.stringify(user.customAttributes)},"createdTime":${user.createdTime}` +
    `,"TOTP":${extras.totpSeed !== undefined},"SAML":${extras.saml === true},"OAuth":${writeProviders(extras.oauth)}` +
    `,"webauthn":${(extras.passkeys ?? []).length > 0},"password":${extras.password !== undefined},"ssoAppIds":${writeStrings(extras.ssoAppIds)}` +
    `,"givenName":${quote(user.givenName)},"middleName":${quote(user.middleName)},"familyName":${quote(user.familyName)}` +
    `,"editable":true,"SCIM":${extras.scim === true},"push":false,"permissions":${writePermissions(user.roles)}` +
    `,"OIDC":${extras.oidc === true},"consentExpiration":${extras.consentExpiration ?? 0}` +
    `,"recoveryEmail":${quote(extras.recoveryEmail ?? "")},"verifiedRecoveryEmail":${extras.verifiedRecoveryEmail === true}` +
    `,"recoveryPhone":${quote(extras.recoveryPhone ?? "")},"verifiedRecoveryPhone":${extras.verifiedRecoveryPhone === true}}`
  );
}

/** Writes users as a JSON list. */
export function writeUsers(users: readonly UserRecord[]): string {
  let text = "[";
  for (let i = 0; i < users.length; i += 1) text += (i === 0 ? "" : ",") + writeUser(users[i] as UserRecord);
  return `${text}]`;
}

/** The names of all permissions that roles give, each once. */
export function permissionNames(roles: readonly Role[]): readonly string[] {
  const names = new Set<string>();
  for (const role of roles) for (const permission of role.permissions) names.add(permission.name);
  return [...names];
}

function quote(text: string): string {
  return text === "" ? '""' : JSON.stringify(text);
}

function writeStrings(list: readonly string[] | undefined): string {
  if (list === undefined || list.length === 0) return "[]";
  return list.length === 1 ? `[${quote(list[0] as string)}]` : JSON.stringify(list);
}

function writeRoles(roles: readonly Role[]): string {
  return roles.length === 0 ? "[]" : JSON.stringify(roles.map((role) => role.name));
}

function writePermissions(roles: readonly Role[]): string {
  return roles.length === 0 ? "[]" : JSON.stringify(permissionNames(roles));
}

function writeMemberships(memberships: readonly Membership[]): string {
  if (memberships.length === 0) return "[]";
  return JSON.stringify(
    memberships.map(({ tenant, roles }) => ({
      tenantId: tenant.id,
      roleNames: roles.map((role) => role.name),
      tenantName: tenant.name,
      permissions: permissionNames(roles),
    })),
  );
}

function writeProviders(providers: readonly string[] | undefined): string {
  if (providers === undefined || providers.length === 0) return "{}";
  return JSON.stringify(Object.fromEntries(providers.map((provider) => [provider, true])));
}
