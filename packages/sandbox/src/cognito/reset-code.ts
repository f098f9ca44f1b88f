/** Codes by which a user sets a new password. */

import { invalidParameter } from "./aws-error.ts";
import { sendMessage } from "./cognito-state.ts";
import type { CognitoState } from "./cognito-state.ts";
import { maskDestination } from "./mask-destination.ts";
import type { Json, UserPool } from "./user-pool.ts";
import type { UserRecord } from "./user-record.ts";

const hourMs = 60 * 60 * 1000;

/**
 * Sends a code to the user's verified address or, without one, number.
 *
 * @returns `CodeDeliveryDetails`
 * @throws AwsError when the user has neither.
 */
export function sendResetCode(state: CognitoState, pool: UserPool, user: UserRecord): Json {
  const verified = (name: string): string | undefined =>
    pool.users.attribute(user, `${name}_verified`)?.toLowerCase() === "true"
      ? pool.users.attribute(user, name)
      : undefined;
  const email = verified("email");
  const to = email ?? verified("phone_number");
  if (to === undefined) {
    throw invalidParameter(
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
  }
  const medium = email === undefined ? "SMS" : "EMAIL";
  const code = state.ids.text(6, "0123456789");
  user.signIn = { ...user.signIn, resetCode: { code, expiresAt: state.now() + hourMs } };
  sendMessage(state, { userPoolId: pool.id, username: user.username, medium, to, purpose: "reset", code });
  return {
    Destination: maskDestination(to),
    DeliveryMedium: medium,
    AttributeName: email === undefined ? "phone_number" : "email",
  };
}
