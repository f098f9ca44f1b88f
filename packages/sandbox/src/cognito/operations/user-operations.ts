/** Operations of administrators on users. */

import { postConfirmation, preSignUp } from "../auth/sign-up-triggers.ts";
import { AwsError, invalidParameter, notAuthorized } from "../aws-error.ts";
import { epochSeconds, poolOf, sendMessage } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import { userOf } from "../find-user.ts";
import { RenderedJson } from "../operation.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { checkPassword, generatePassword, passwordPolicy } from "../password-policy.ts";
import { sendResetCode } from "../reset-code.ts";
import { setOwnPassword } from "../set-password.ts";
import { checkDeletable, checkMutable, claimAliases, readAttributes, unverifyChanged } from "../user-changes.ts";
import type { AttributeInput } from "../user-changes.ts";
import type { UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";

interface UserInput {
  readonly UserPoolId: string;
  readonly Username: string;
}

interface CreateInput extends UserInput {
  readonly UserAttributes?: readonly AttributeInput[];
  readonly TemporaryPassword?: string;
  readonly ForceAliasCreation?: boolean;
  readonly MessageAction?: "RESEND" | "SUPPRESS";
  readonly DesiredDeliveryMediums?: readonly ("EMAIL" | "SMS")[];
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * What a new user's username and attributes become: where the sign-in name is the e-mail address or phone number, the
 * username is the sub and the name given is that attribute.
 */
export function placeUsername(pool: UserPool, given: string, sub: string, attributes: Map<string, string>): string {
  if (pool.usernameAttributes.length === 0) {
    if (/\s/.test(given)) throw invalidParameter("Username must not contain spaces.");
    if (pool.aliasAttributes.includes("email") && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(given)) {
      throw invalidParameter("Username cannot be of email format, since user pool is configured for email alias.");
    }
    if (pool.aliasAttributes.includes("phone_number") && /^\+\d+$/.test(given)) {
      throw invalidParameter(
        "Username cannot be of phone number format, since user pool is configured for phone number alias.",
      );
    }
    return given;
  }
  const email = pool.usernameAttributes.includes("email") && /^[^\s@]+@[^\s@]+$/.test(given);
  const phone = pool.usernameAttributes.includes("phone_number") && /^\+\d{4,15}$/.test(given);
  if (!email && !phone) {
    const wanted =
      pool.usernameAttributes.length === 2
        ? "either an email or a phone number"
        : pool.usernameAttributes[0] === "email"
          ? "an email"
          : "a phone number";
    throw invalidParameter(`Username should be ${wanted}.`);
  }
  const name = email ? "email" : "phone_number";
  if (!attributes.has(name)) attributes.set(name, given);
  return sub;
}

/** @throws AwsError when a required attribute has no value. */
export function checkRequired(pool: UserPool, attributes: ReadonlyMap<string, string>): void {
  const missing = pool.schema.filter(({ Name, Required }) => Required && Name !== "sub" && !attributes.get(Name));
  if (missing.length > 0) {
    const list = missing.map(({ Name }) => `${Name}: The attribute is required\n`).join("");
    throw invalidParameter(`Attributes did not conform to the schema: ${list}`);
  }
}

function setTemporaryPassword(state: CognitoState, pool: UserPool, user: UserRecord, password: string): void {
  const days = passwordPolicy(pool).TemporaryPasswordValidityDays ?? 7;
  user.password = password;
  user.signIn = {
    ...user.signIn,
    temporaryPasswordExpiresAt: state.now() + days * dayMs,
    temporaryPasswordUsed: false,
    srpSalt: undefined,
  };
}

function invite(state: CognitoState, pool: UserPool, user: UserRecord, input: CreateInput, password: string): void {
  const mediums = input.DesiredDeliveryMediums ?? ["SMS"];
  for (const medium of mediums) {
    const to = pool.users.attribute(user, medium === "EMAIL" ? "email" : "phone_number");
    if (to === undefined) continue;
    sendMessage(state, {
      userPoolId: pool.id,
      username: user.username,
      medium,
      to,
      purpose: "invitation",
      code: password,
    });
  }
}

const adminCreateUser: Operation = {
  category: "UserCreation",
  write: true,
  partly: "no CustomMessage trigger runs; PreSignUp runs only where its function is given",
  run: async (input: CreateInput, state) => {
    const pool = poolOf(state, input.UserPoolId);
    if (input.MessageAction === "RESEND") {
      const user = userOf(pool, input.Username);
      if (user.status !== "FORCE_CHANGE_PASSWORD") {
        throw new AwsError(
          "UnsupportedUserStateException",
          "Resend not possible. User status is not FORCE_CHANGE_PASSWORD",
        );
      }
      const password = input.TemporaryPassword ?? generatePassword(pool);
      checkPassword(pool, password);
      setTemporaryPassword(state, pool, user, password);
      invite(state, pool, user, input, password);
      return new RenderedJson(`{"User":${pool.users.render(user)}}`);
    }
    const now = state.now();
    const sub = state.ids.uuid();
    const attributes = readAttributes(pool, input.UserAttributes ?? []);
    const username = placeUsername(pool, input.Username, sub, attributes);
    await preSignUp(state, pool, {
      source: "PreSignUp_AdminCreateUser",
      clientId: "CLIENT_ID_NOT_APPLICABLE",
      userName: username,
      attributes,
    });
    if (pool.users.byUsername(username) !== undefined) {
      throw new AwsError("UsernameExistsException", "User account already exists");
    }
    checkRequired(pool, attributes);
    claimAliases(pool, attributes, undefined, { force: input.ForceAliasCreation === true, now });
    const password = input.TemporaryPassword ?? generatePassword(pool);
    checkPassword(pool, password);
    const user = pool.users.add({
      username,
      sub,
      attributes: [...attributes].filter(([, value]) => value !== ""),
      status: "FORCE_CHANGE_PASSWORD",
      createdAt: now,
    });
    setTemporaryPassword(state, pool, user, password);
    if (input.MessageAction !== "SUPPRESS") invite(state, pool, user, input, password);
    return new RenderedJson(`{"User":${pool.users.render(user)}}`);
  },
};

const adminGetUser: Operation = {
  category: "UserRead",
  write: false,
  run: (input: UserInput, state) => {
    const pool = poolOf(state, input.UserPoolId);
    const user = userOf(pool, input.Username);
    return {
      Username: user.username,
      UserAttributes: pool.users.attributes(user).map(([Name, Value]) => ({ Name, Value })),
      UserCreateDate: epochSeconds(user.createdAt),
      UserLastModifiedDate: epochSeconds(user.modifiedAt),
      Enabled: user.enabled,
      UserStatus: user.status,
      ...(user.signIn?.mfaPreferred === undefined ? {} : { PreferredMfaSetting: user.signIn.mfaPreferred }),
      ...(user.signIn?.mfaEnabled === undefined ? {} : { UserMFASettingList: user.signIn.mfaEnabled }),
    };
  },
};

const adminUpdateUserAttributes: Operation = {
  category: "UserUpdate",
  write: true,
  run: (input: UserInput & { UserAttributes: readonly AttributeInput[] }, state) => {
    const pool = poolOf(state, input.UserPoolId);
    const user = userOf(pool, input.Username);
    const changes: Map<string, string | undefined> = readAttributes(pool, input.UserAttributes);
    checkMutable(pool, user, changes);
    unverifyChanged(pool, user, changes);
    claimAliases(pool, changes, user, { force: true, now: state.now() });
    for (const [name, value] of changes) if (value === "") changes.set(name, undefined);
    pool.users.setAttributes(user, changes, state.now());
    return {};
  },
};

const adminDeleteUserAttributes: Operation = {
  category: "UserUpdate",
  write: true,
  run: (input: UserInput & { UserAttributeNames: readonly string[] }, state) => {
    const pool = poolOf(state, input.UserPoolId);
    const user = userOf(pool, input.Username);
    for (const name of input.UserAttributeNames) checkDeletable(pool, name);
    const changes = new Map(input.UserAttributeNames.map((name) => [name, undefined]));
    pool.users.setAttributes(user, changes, state.now());
    return {};
  },
};

/** An operation that changes one user and answers nothing. */
function onUser(
  category: Operation["category"],
  change: (pool: UserPool, user: UserRecord, state: CognitoState) => void | Promise<void>,
): Operation {
  return {
    category,
    write: true,
    run: async (input: UserInput, state) => {
      const pool = poolOf(state, input.UserPoolId);
      await change(pool, userOf(pool, input.Username), state);
      return {};
    },
  };
}

const adminSetUserPassword: Operation = {
  category: "UserAccountRecovery",
  write: true,
  run: (input: UserInput & { Password: string; Permanent?: boolean }, state) => {
    const pool = poolOf(state, input.UserPoolId);
    const user = userOf(pool, input.Username);
    checkPassword(pool, input.Password);
    if (input.Permanent === true) {
      setOwnPassword(user, input.Password);
    } else {
      setTemporaryPassword(state, pool, user, input.Password);
      user.status = "FORCE_CHANGE_PASSWORD";
    }
    user.modifiedAt = state.now();
    return {};
  },
};

const adminResetUserPassword: Operation = {
  category: "UserAccountRecovery",
  write: true,
  run: (input: UserInput, state) => {
    const pool = poolOf(state, input.UserPoolId);
    const user = userOf(pool, input.Username);
    if (user.status !== "CONFIRMED" && user.status !== "RESET_REQUIRED") {
      throw notAuthorized("User password cannot be reset in the current state.");
    }
    sendResetCode(state, pool, user);
    user.status = "RESET_REQUIRED";
    user.modifiedAt = state.now();
    return {};
  },
};

/** Operations of administrators on users. */
export const userOperations: OperationTable = {
  AdminCreateUser: adminCreateUser,
  AdminGetUser: adminGetUser,
  AdminUpdateUserAttributes: adminUpdateUserAttributes,
  AdminDeleteUserAttributes: adminDeleteUserAttributes,
  AdminSetUserPassword: adminSetUserPassword,
  AdminResetUserPassword: adminResetUserPassword,
  AdminDeleteUser: onUser("UserUpdate", (pool, user) => pool.users.remove(user)),
  AdminEnableUser: onUser("UserUpdate", (_pool, user, state) => {
    user.enabled = true;
    user.modifiedAt = state.now();
  }),
  AdminDisableUser: onUser("UserUpdate", (_pool, user, state) => {
    user.enabled = false;
    user.modifiedAt = state.now();
  }),
  AdminConfirmSignUp: onUser("UserCreation", async (pool, user, state) => {
    if (user.status !== "UNCONFIRMED") {
      throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
    }
    user.status = "CONFIRMED";
    user.modifiedAt = state.now();
    await postConfirmation(state, pool, user, "CLIENT_ID_NOT_APPLICABLE");
  }),
};
