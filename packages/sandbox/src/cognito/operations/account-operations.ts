/** What users do with their own accounts, by access token or by a code. */

import { readAccessToken, signOutEverywhere } from "../auth/read-access-token.ts";
import { clearFailures, countFailure, lockedUntil } from "../auth/lockout.ts";
import { isSameText, wrongPassword } from "../auth/check-password.ts";
import { AwsError, invalidParameter, notAuthorized } from "../aws-error.ts";
import { poolOf, sendMessage } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import { findUser, userOf } from "../find-user.ts";
import { maskDestination } from "../mask-destination.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { checkPassword } from "../password-policy.ts";
import { sendResetCode } from "../reset-code.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { setOwnPassword } from "../set-password.ts";
import { checkDeletable, checkMutable, claimAliases, readAttributes, unverifyChanged } from "../user-changes.ts";
import type { AttributeInput } from "../user-changes.ts";
import { passwordOf } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import { poolOfClient } from "./client-operations.ts";

interface ByToken {
  readonly AccessToken: string;
}

interface ByClient {
  readonly ClientId: string;
  readonly SecretHash?: string;
  readonly Username: string;
}

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const resetsPerHour = 20;

const tooManyAttempts = (): AwsError =>
  new AwsError("LimitExceededException", "Attempt limit exceeded, please try after some time.");

const getUser: Operation = {
  category: "UserRead",
  write: false,
  run: (input: ByToken, state) => {
    const { pool, user } = readAccessToken(state, input.AccessToken);
    return {
      Username: user.username,
      UserAttributes: pool.users.attributes(user).map(([Name, Value]) => ({ Name, Value })),
      ...(user.signIn?.mfaPreferred === undefined ? {} : { PreferredMfaSetting: user.signIn.mfaPreferred }),
      ...(user.signIn?.mfaEnabled === undefined ? {} : { UserMFASettingList: user.signIn.mfaEnabled }),
    };
  },
};

const updateUserAttributes: Operation = {
  category: "UserUpdate",
  write: true,
  partly: "a changed address takes effect at once, whatever AttributesRequireVerificationBeforeUpdate says",
  run: (input: ByToken & { UserAttributes: readonly AttributeInput[] }, state) => {
    const { pool, client, user } = readAccessToken(state, input.AccessToken);
    const changes: Map<string, string | undefined> = readAttributes(pool, input.UserAttributes);
    const writable = client.settings["WriteAttributes"] as readonly string[] | undefined;
    for (const name of changes.keys()) {
      const forbidden = name.endsWith("_verified") || name.startsWith("dev:") || writable?.includes(name) === false;
      if (forbidden) throw notAuthorized("A client attempted to write unauthorized attribute");
    }
    checkMutable(pool, user, changes);
    unverifyChanged(pool, user, changes);
    claimAliases(pool, changes, user, { force: false, now: state.now() });
    for (const [name, value] of changes) if (value === "") changes.set(name, undefined);
    pool.users.setAttributes(user, changes, state.now());
    return {};
  },
};

const changePassword: Operation = {
  category: "UserAccountRecovery",
  write: true,
  run: (input: ByToken & { PreviousPassword?: string; ProposedPassword: string }, state) => {
    const { pool, user } = readAccessToken(state, input.AccessToken);
    const now = state.now();
    if (lockedUntil(user, now) > 0) throw tooManyAttempts();
    const present = passwordOf(pool, user);
    if (present !== undefined && !isSameText(present, input.PreviousPassword ?? "")) {
      countFailure(user, now);
      throw notAuthorized(wrongPassword);
    }
    checkPassword(pool, input.ProposedPassword);
    clearFailures(user);
    setOwnPassword(user, input.ProposedPassword);
    user.modifiedAt = now;
    return {};
  },
};

const forgotPassword: Operation = {
  category: "UserAccountRecovery",
  write: true,
  run: (input: ByClient, state) => {
    const { pool, client } = poolOfClient(state, input.ClientId);
    checkSecretHash(client, [input.Username], input.SecretHash);
    const hides = client.settings["PreventUserExistenceErrors"] === "ENABLED";
    const user = findUser(pool, input.Username);
    if (user === undefined) {
      if (!hides) throw new AwsError("UserNotFoundException", "Username/client id combination not found.");
      return { CodeDeliveryDetails: deliveryToNobody(input.Username) };
    }
    if (!user.enabled) throw notAuthorized("User is disabled.");
    if (user.status !== "CONFIRMED" && user.status !== "RESET_REQUIRED" && user.status !== "UNCONFIRMED") {
      throw notAuthorized("User password cannot be reset in the current state.");
    }
    const now = state.now();
    const recent = (user.signIn?.resetRequests ?? []).filter((at) => now - at < hourMs);
    if (recent.length >= resetsPerHour) throw tooManyAttempts();
    const CodeDeliveryDetails = sendResetCode(state, pool, user);
    user.signIn = { ...user.signIn, resetRequests: [...recent, now] };
    return { CodeDeliveryDetails };
  },
};

/** What a client that hides who exists is told about a user that does not. */
function deliveryToNobody(username: string): object {
  const to = username.includes("@") ? username : `${username.slice(0, 1)}@example.com`;
  return { Destination: maskDestination(to), DeliveryMedium: "EMAIL", AttributeName: "email" };
}

const confirmForgotPassword: Operation = {
  category: "UserAccountRecovery",
  write: true,
  run: (input: ByClient & { ConfirmationCode: string; Password: string }, state) => {
    const { pool, client } = poolOfClient(state, input.ClientId);
    checkSecretHash(client, [input.Username], input.SecretHash);
    const user = findUser(pool, input.Username);
    const pending = user?.signIn?.resetCode;
    if (user === undefined && client.settings["PreventUserExistenceErrors"] !== "ENABLED") {
      throw new AwsError("UserNotFoundException", "Username/client id combination not found.");
    }
    if (user === undefined || pending === undefined || pending.expiresAt <= state.now()) {
      throw new AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.");
    }
    if (!isSameText(pending.code, input.ConfirmationCode)) {
      throw new AwsError("CodeMismatchException", "Invalid verification code provided, please try again.");
    }
    checkPassword(pool, input.Password);
    setOwnPassword(user, input.Password);
    user.modifiedAt = state.now();
    return {};
  },
};

const getAttributeCode: Operation = {
  category: "UserResourceUpdate",
  write: true,
  run: (input: ByToken & { AttributeName: string }, state) => {
    const { pool, user } = readAccessToken(state, input.AccessToken);
    const name = input.AttributeName;
    const to = pool.users.attribute(user, name);
    if ((name !== "email" && name !== "phone_number") || to === undefined) {
      throw invalidParameter(`Attribute ${name} cannot be verified.`);
    }
    const code = state.ids.text(6, "0123456789");
    const medium = name === "email" ? "EMAIL" : "SMS";
    const codes = { ...user.signIn?.attributeCodes, [name]: { code, expiresAt: state.now() + dayMs } };
    user.signIn = { ...user.signIn, attributeCodes: codes };
    sendMessage(state, { userPoolId: pool.id, username: user.username, medium, to, purpose: "attribute", code });
    return { CodeDeliveryDetails: { Destination: maskDestination(to), DeliveryMedium: medium, AttributeName: name } };
  },
};

const verifyUserAttribute: Operation = {
  category: "UserResourceUpdate",
  write: true,
  run: (input: ByToken & { AttributeName: string; Code: string }, state) => {
    const { pool, user } = readAccessToken(state, input.AccessToken);
    const name = input.AttributeName;
    const pending = user.signIn?.attributeCodes?.[name];
    if (pending === undefined || pending.expiresAt <= state.now()) {
      throw new AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.");
    }
    if (!isSameText(pending.code, input.Code)) {
      throw new AwsError("CodeMismatchException", "Invalid verification code provided, please try again.");
    }
    const now = state.now();
    const value = pool.users.attribute(user, name);
    const claimed = new Map<string, string | undefined>([
      [name, value],
      [`${name}_verified`, "true"],
    ]);
    claimAliases(pool, claimed, user, { force: true, now });
    pool.users.setAttributes(user, new Map([[`${name}_verified`, "true"]]), now);
    return {};
  },
};

function signOut(state: CognitoState, of: { pool: Parameters<typeof signOutEverywhere>[1]; user: UserRecord }): object {
  signOutEverywhere(state, of.pool, of.user);
  return {};
}

/** Operations of users on themselves. */
export const accountOperations: OperationTable = {
  GetUser: getUser,
  UpdateUserAttributes: updateUserAttributes,
  ChangePassword: changePassword,
  ForgotPassword: forgotPassword,
  ConfirmForgotPassword: confirmForgotPassword,
  GetUserAttributeVerificationCode: getAttributeCode,
  VerifyUserAttribute: verifyUserAttribute,
  DeleteUserAttributes: {
    category: "UserUpdate",
    write: true,
    run: (input: ByToken & { UserAttributeNames: readonly string[] }, state) => {
      const { pool, user } = readAccessToken(state, input.AccessToken);
      for (const name of input.UserAttributeNames) checkDeletable(pool, name);
      pool.users.setAttributes(user, new Map(input.UserAttributeNames.map((name) => [name, undefined])), state.now());
      return {};
    },
  },
  DeleteUser: {
    category: "UserUpdate",
    write: true,
    run: (input: ByToken, state) => {
      const { pool, user } = readAccessToken(state, input.AccessToken);
      pool.users.remove(user);
      return {};
    },
  },
  GlobalSignOut: {
    category: "UserUpdate",
    write: true,
    run: (input: ByToken, state) => signOut(state, readAccessToken(state, input.AccessToken)),
  },
  AdminUserGlobalSignOut: {
    category: "UserUpdate",
    write: true,
    run: (input: { UserPoolId: string; Username: string }, state) => {
      const pool = poolOf(state, input.UserPoolId);
      return signOut(state, { pool, user: userOf(pool, input.Username) });
    },
  },
};
