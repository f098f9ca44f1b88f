/** The triggers around sign-up: PreSignUp before a user is made, PostConfirmation once the account is confirmed. */

import type { CognitoState } from "../cognito-state.ts";
import type { UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import { eventAttributes, runTrigger } from "./lambda.ts";

/** Who signs up. */
export interface SignUpEvent {
  readonly source: "PreSignUp_SignUp" | "PreSignUp_AdminCreateUser";
  readonly clientId: string;
  readonly userName: string;
  /** Attributes of the user to be; what the trigger verifies is added. */
  readonly attributes: Map<string, string>;
}

/**
 * Runs the PreSignUp trigger, if the pool has one.
 *
 * @returns Whether the trigger confirmed the user at once.
 * @throws AwsError when the trigger refuses.
 */
export async function preSignUp(
  state: CognitoState,
  pool: UserPool,
  { source, clientId, userName, attributes }: SignUpEvent,
): Promise<{ readonly confirmed: boolean }> {
  const response = await runTrigger(state, pool, {
    trigger: "PreSignUp",
    source,
    clientId,
    userName,
    request: { userAttributes: Object.fromEntries(attributes), validationData: {} },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  if (response?.["autoVerifyEmail"] === true && attributes.has("email")) attributes.set("email_verified", "true");
  if (response?.["autoVerifyPhone"] === true && attributes.has("phone_number")) {
    attributes.set("phone_number_verified", "true");
  }
  return { confirmed: source === "PreSignUp_SignUp" && response?.["autoConfirmUser"] === true };
}

/** Runs the PostConfirmation trigger, if the pool has one. */
export async function postConfirmation(
  state: CognitoState,
  pool: UserPool,
  user: UserRecord,
  clientId: string,
): Promise<void> {
  await runTrigger(state, pool, {
    trigger: "PostConfirmation",
    source: "PostConfirmation_ConfirmSignUp",
    clientId,
    userName: user.username,
    request: { userAttributes: eventAttributes(pool, user) },
  });
}
