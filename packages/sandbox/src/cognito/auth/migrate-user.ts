/** The UserMigration trigger: an unknown user with a password is made from what the trigger answers. */

import { findUser } from "../find-user.ts";
import { readAttributes } from "../user-changes.ts";
import type { UserRecord } from "../user-record.ts";
import { runTrigger } from "./lambda.ts";
import type { SignInRequest, Texts } from "./sign-in-request.ts";

/** Creates the user that the trigger knows; undefined when there is no trigger or it does not know the user. */
export async function migrateUser(
  request: SignInRequest,
  username: string,
  password: string,
): Promise<UserRecord | undefined> {
  const { state, pool, client } = request;
  let response;
  try {
    response = await runTrigger(state, pool, {
      trigger: "UserMigration",
      source: "UserMigration_Authentication",
      clientId: client.clientId,
      userName: username,
      request: { password, validationData: {}, clientMetadata: request.clientMetadata ?? {} },
    });
  } catch {
    // A trigger that throws does not know the user; the client hears the ordinary refusal.
    return undefined;
  }
  const given = response?.["userAttributes"] as Texts | undefined;
  if (given === undefined) return undefined;
  const { username: named = username, ...profile } = given;
  const attributes = readAttributes(
    pool,
    Object.entries(profile).map(([Name, Value]) => ({ Name, Value })),
  );
  // Another sign-in may have made the user while the trigger worked.
  const made = findUser(pool, username);
  if (made !== undefined) return made;
  const sub = state.ids.uuid();
  const final = response?.["finalUserStatus"] === "CONFIRMED" ? "CONFIRMED" : "RESET_REQUIRED";
  return pool.users.add({
    username: pool.usernameAttributes.length > 0 ? sub : named,
    sub,
    attributes: [...attributes],
    status: final,
    createdAt: state.now(),
    password,
  });
}
