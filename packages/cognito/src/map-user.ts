import type { UserType } from "@aws-sdk/client-cognito-identity-provider";
import type { PoolUser } from "@cognito-to-descope/core";

/**
 * One user as Cognito's listings give it; undefined when it has neither a `sub` nor a username.
 *
 * Attributes that nobody knows are kept. Emulators may give no `sub`: the username stands in for it.
 */
export function mapUser(user: UserType): PoolUser | undefined {
  const attributes: Record<string, string> = {};
  let sub: string | undefined;
  for (const { Name: name, Value: value = "" } of user.Attributes ?? []) {
    if (name === undefined) continue;
    if (name === "sub") sub = value;
    // Assignment to this one name would be lost.
    else if (name === "__proto__") define(attributes, name, value);
    else attributes[name] = value;
  }
  sub = sub || user.Username;
  if (!sub) return undefined;
  return {
    sub,
    username: user.Username || sub,
    attributes,
    enabled: user.Enabled ?? true,
    status: user.UserStatus ?? "UNKNOWN",
    createdAt: epochMs(user.UserCreateDate),
    modifiedAt: epochMs(user.UserLastModifiedDate),
  };
}

/** The `sub` of a user in a listing; undefined when it has neither a `sub` nor a username. */
export function subOf(user: UserType): string | undefined {
  for (const { Name: name, Value: value } of user.Attributes ?? []) {
    if (name === "sub" && value) return value;
  }
  return user.Username || undefined;
}

function define(target: Record<string, string>, name: string, value: string): void {
  Object.defineProperty(target, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function epochMs(date: Date | undefined): number {
  const ms = date?.getTime() ?? 0;
  return Number.isFinite(ms) ? ms : 0;
}
