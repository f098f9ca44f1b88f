/** Sign-up by users themselves; these operations take no AWS signature. */

import { postConfirmation, preSignUp } from "../auth/sign-up-triggers.ts";
import { AwsError, invalidParameter, notAuthorized } from "../aws-error.ts";
import { sendMessage } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import { findUser, holderOf, userOf } from "../find-user.ts";
import { maskDestination } from "../mask-destination.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { checkPassword } from "../password-policy.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { claimAliases, readAttributes } from "../user-changes.ts";
import type { AttributeInput } from "../user-changes.ts";
import type { Json, UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import { poolOfClient } from "./client-operations.ts";
import { checkRequired, placeUsername } from "./user-operations.ts";

interface SignUpInput {
  readonly ClientId: string;
  readonly SecretHash?: string;
  readonly Username: string;
  readonly Password?: string;
  readonly UserAttributes?: readonly AttributeInput[];
}

interface ConfirmInput {
  readonly ClientId: string;
  readonly SecretHash?: string;
  readonly Username: string;
  readonly ConfirmationCode: string;
  readonly ForceAliasCreation?: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Sends a confirmation code by the pool's auto-verified attributes; undefined when there is no way to. */
function sendConfirmation(state: CognitoState, pool: UserPool, user: UserRecord): Json | undefined {
  const auto = (pool.settings["AutoVerifiedAttributes"] as readonly string[] | undefined) ?? [];
  for (const [name, medium] of [
    ["phone_number", "SMS"],
    ["email", "EMAIL"],
  ] as const) {
    const to = pool.users.attribute(user, name);
    if (!auto.includes(name) || to === undefined) continue;
    const code = state.ids.text(6, "0123456789");
    user.signIn = { ...user.signIn, confirmationCode: { code, expiresAt: state.now() + dayMs } };
    sendMessage(state, {
      userPoolId: pool.id,
      username: user.username,
      medium,
      to,
      purpose: "sign-up",
      code,
    });
    return { Destination: maskDestination(to), DeliveryMedium: medium, AttributeName: name };
  }
  return undefined;
}

const signUp: Operation = {
  category: "UserCreation",
  write: true,
  partly: "triggers run only where their functions are given; no session for a sign-in right after confirmation",
  run: async (input: SignUpInput, state) => {
    const { pool, client } = poolOfClient(state, input.ClientId);
    checkSecretHash(client, [input.Username], input.SecretHash);
    const admin = pool.settings["AdminCreateUserConfig"] as { AllowAdminCreateUserOnly?: boolean } | undefined;
    if (admin?.AllowAdminCreateUserOnly === true) throw notAuthorized("SignUp is not permitted for this user pool");
    if (input.Password === undefined) throw invalidParameter("Password is required.");
    checkPassword(pool, input.Password);
    const sub = state.ids.uuid();
    const attributes = readAttributes(pool, input.UserAttributes ?? []);
    const username = placeUsername(pool, input.Username, sub, attributes);
    // Nothing is looked up before the trigger that could have changed once it answers.
    const auto = await preSignUp(state, pool, {
      source: "PreSignUp_SignUp",
      clientId: client.clientId,
      userName: username,
      attributes,
    });
    if (pool.users.byUsername(username) !== undefined)
      throw new AwsError("UsernameExistsException", "User already exists");
    checkRequired(pool, attributes);
    const now = state.now();
    claimAliases(pool, attributes, undefined, { force: false, now });
    const user = pool.users.add({
      username,
      sub,
      attributes: [...attributes].filter(([, value]) => value !== ""),
      status: auto.confirmed ? "CONFIRMED" : "UNCONFIRMED",
      createdAt: now,
      password: input.Password,
    });
    const delivery = auto.confirmed ? undefined : sendConfirmation(state, pool, user);
    if (auto.confirmed) await postConfirmation(state, pool, user, client.clientId);
    return {
      UserConfirmed: auto.confirmed,
      ...(delivery === undefined ? {} : { CodeDeliveryDetails: delivery }),
      UserSub: sub,
    };
  },
};

const confirmSignUp: Operation = {
  category: "UserCreation",
  write: true,
  run: async (input: ConfirmInput, state) => {
    const { pool, client } = poolOfClient(state, input.ClientId);
    checkSecretHash(client, [input.Username], input.SecretHash);
    const user = findUser(pool, input.Username) ?? unconfirmedHolder(pool, input.Username);
    if (user === undefined) {
      if (client.settings["PreventUserExistenceErrors"] === "ENABLED") {
        throw new AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.");
      }
      throw new AwsError("UserNotFoundException", "Username/client id combination not found.");
    }
    if (user.status !== "UNCONFIRMED")
      throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
    const pending = user.signIn?.confirmationCode;
    if (pending === undefined || pending.expiresAt < state.now()) {
      throw new AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.");
    }
    if (pending.code !== input.ConfirmationCode) {
      throw new AwsError("CodeMismatchException", "Invalid verification code provided, please try again.");
    }
    const auto = (pool.settings["AutoVerifiedAttributes"] as readonly string[] | undefined) ?? [];
    const proved =
      auto.includes("phone_number") && pool.users.attribute(user, "phone_number") !== undefined
        ? "phone_number"
        : "email";
    const value = pool.users.attribute(user, proved);
    const changes = new Map<string, string | undefined>([[`${proved}_verified`, "true"]]);
    const claimed = new Map<string, string | undefined>([...changes, [proved, value]]);
    const now = state.now();
    claimAliases(pool, claimed, user, { force: input.ForceAliasCreation === true, now });
    user.status = "CONFIRMED";
    user.signIn = { ...user.signIn, confirmationCode: undefined };
    pool.users.setAttributes(user, changes, now);
    await postConfirmation(state, pool, user, client.clientId);
    return {};
  },
};

/** Before confirmation an alias counts already for the user who must confirm it. */
function unconfirmedHolder(pool: UserPool, name: string): UserRecord | undefined {
  const attribute = name.includes("@") ? "email" : "phone_number";
  return (
    holderOf(pool, attribute, name) ??
    pool.users.byAttribute(attribute, name).find(({ status }) => status === "UNCONFIRMED")
  );
}

const resendConfirmationCode: Operation = {
  category: "UserResourceRead",
  write: true,
  run: (input: SignUpInput, state) => {
    const { pool, client } = poolOfClient(state, input.ClientId);
    checkSecretHash(client, [input.Username], input.SecretHash);
    const user = unconfirmedHolder(pool, input.Username) ?? userOf(pool, input.Username);
    if (user.status !== "UNCONFIRMED") throw invalidParameter("User is already confirmed.");
    const delivery = sendConfirmation(state, pool, user);
    if (delivery === undefined) throw invalidParameter("Cannot resend codes. Auto verification not turned on.");
    return { CodeDeliveryDetails: delivery };
  },
};

/** Operations of users who sign up. */
export const signUpOperations: OperationTable = {
  SignUp: signUp,
  ConfirmSignUp: confirmSignUp,
  ResendConfirmationCode: resendConfirmationCode,
};
