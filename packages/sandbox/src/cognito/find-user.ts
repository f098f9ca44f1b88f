/** Which user a `Username` parameter means: the username, the sub, or an alias. */

import { AwsError } from "./aws-error.ts";
import type { UserPool } from "./user-pool.ts";
import type { UserRecord } from "./user-record.ts";

const aliasNames = ["email", "phone_number", "preferred_username"] as const;

/** The user that a name means, if any. */
export function findUser(pool: UserPool, name: string): UserRecord | undefined {
  return pool.users.byUsername(name) ?? pool.users.bySub(name) ?? findByAlias(pool, name);
}

/**
 * The user that a name means.
 *
 * @throws AwsError `UserNotFoundException`
 */
export function userOf(pool: UserPool, name: string): UserRecord {
  const user = findUser(pool, name);
  if (user === undefined) throw new AwsError("UserNotFoundException", "User does not exist.");
  return user;
}

/** The user that holds an alias: an attribute that counts as a username in this pool. */
export function findByAlias(pool: UserPool, value: string): UserRecord | undefined {
  for (const name of aliasNames) {
    const user = holderOf(pool, name, value);
    if (user !== undefined) return user;
  }
  return undefined;
}

/**
 * The user that may sign in with an attribute's value. In pools with username attributes the value itself counts; as an alias,
 * an e-mail address or phone number counts only once it is verified.
 */
export function holderOf(pool: UserPool, name: string, value: string): UserRecord | undefined {
  const isUsername = pool.usernameAttributes.includes(name);
  if (!isUsername && !pool.aliasAttributes.includes(name)) return undefined;
  return pool.users.byAttribute(name, value).find((user) => {
    if (user.status === "EXTERNAL_PROVIDER") return false;
    if (isUsername || name === "preferred_username") return true;
    return pool.users.attribute(user, `${name}_verified`)?.toLowerCase() === "true";
  });
}
