/** What follows a right first factor: a new password, a second factor, or tokens. */

import { randomBytes } from "node:crypto";

import { invalidParameter } from "../aws-error.ts";
import { sendMessage } from "../cognito-state.ts";
import { maskDestination } from "../mask-destination.ts";
import type { Device, MfaKind } from "../sign-in-state.ts";
import type { Json, UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import { logAuthEvent } from "./auth-events.ts";
import { issueChallenge } from "./challenges.ts";
import { apiScope, issueTokens, openSession } from "./issue-tokens.ts";
import type { TokenRequest } from "./issue-tokens.ts";
import { eventAttributes, runTrigger } from "./lambda.ts";
import type { SignInAnswer, SignInRequest } from "./sign-in-request.ts";

/** Who goes on, and with which device. */
export interface Step {
  readonly user: UserRecord;
  /** What was typed as username. */
  readonly username: string;
  readonly deviceKey: string | undefined;
}

/** After the password. */
export async function afterPassword(request: SignInRequest, step: Step): Promise<SignInAnswer> {
  const { user } = step;
  if (user.status === "FORCE_CHANGE_PASSWORD") {
    user.signIn = { ...user.signIn, temporaryPasswordUsed: true };
    return issueChallenge(request, {
      ...step,
      name: "NEW_PASSWORD_REQUIRED",
      parameters: {
        USER_ID_FOR_SRP: user.username,
        requiredAttributes: JSON.stringify(missingRequired(request.pool, user).map((name) => `userAttributes.${name}`)),
        userAttributes: JSON.stringify(Object.fromEntries(request.pool.users.attributes(user).slice(1))),
      },
    });
  }
  return afterFirstFactor(request, step);
}

function missingRequired(pool: UserPool, user: UserRecord): readonly string[] {
  return pool.schema
    .filter(({ Name, Required }) => Required && Name !== "sub" && pool.users.attribute(user, Name) === undefined)
    .map(({ Name }) => Name);
}

/** After the password, once it is the user's own. */
export async function afterFirstFactor(request: SignInRequest, step: Step): Promise<SignInAnswer> {
  const { user, deviceKey } = step;
  const device = user.signIn?.devices?.find(({ key }) => key === deviceKey);
  if (device?.remembered === true && device.verifier !== undefined) {
    return issueChallenge(request, {
      ...step,
      name: "DEVICE_SRP_AUTH",
      parameters: { USERNAME: user.username, DEVICE_KEY: device.key },
    });
  }
  const wanted = secondFactors(request.pool, user);
  if (wanted === "none") return complete(request, step);
  if (wanted === "set-up") {
    return issueChallenge(request, {
      ...step,
      name: "MFA_SETUP",
      parameters: { MFAS_CAN_SETUP: JSON.stringify(["SOFTWARE_TOKEN_MFA"]), USER_ID_FOR_SRP: user.username },
    });
  }
  if (wanted.length > 1) {
    return issueChallenge(request, {
      ...step,
      name: "SELECT_MFA_TYPE",
      choices: wanted,
      parameters: { MFAS_CAN_CHOOSE: JSON.stringify(wanted), USER_ID_FOR_SRP: user.username },
    });
  }
  return askSecondFactor(request, step, wanted[0] as MfaKind);
}

/** The factors to ask for: none, one, several to choose from, or one to be set up first. */
function secondFactors(pool: UserPool, user: UserRecord): readonly MfaKind[] | "none" | "set-up" {
  const configuration = pool.mfa["MfaConfiguration"];
  if (configuration === "OFF") return "none";
  const { mfaEnabled = [], mfaPreferred } = user.signIn ?? {};
  const usable = mfaEnabled.filter((kind) => isUsable(pool, user, kind));
  if (mfaPreferred !== undefined && usable.includes(mfaPreferred)) return [mfaPreferred];
  if (usable.length > 0) return usable;
  if (configuration !== "ON") return "none";
  if (isUsable(pool, user, "SMS_MFA")) return ["SMS_MFA"];
  if (isUsable(pool, user, "EMAIL_OTP")) return ["EMAIL_OTP"];
  const totp = pool.mfa["SoftwareTokenMfaConfiguration"] as { Enabled?: boolean } | undefined;
  if (totp?.Enabled === true) return "set-up";
  throw invalidParameter("User does not have delivery config set to turn on SMS_MFA");
}

function isUsable(pool: UserPool, user: UserRecord, kind: MfaKind): boolean {
  if (kind === "SOFTWARE_TOKEN_MFA") return user.signIn?.totpSecret !== undefined;
  if (kind === "EMAIL_OTP") {
    return pool.mfa["EmailMfaConfiguration"] !== undefined && pool.users.attribute(user, "email") !== undefined;
  }
  return pool.mfa["SmsMfaConfiguration"] !== undefined && pool.users.attribute(user, "phone_number") !== undefined;
}

/** Asks for one second factor; sends its code where it has one to send. */
export function askSecondFactor(request: SignInRequest, step: Step, kind: MfaKind): SignInAnswer {
  const { user } = step;
  if (kind === "SOFTWARE_TOKEN_MFA") {
    return issueChallenge(request, {
      ...step,
      name: "SOFTWARE_TOKEN_MFA",
      parameters: { USER_ID_FOR_SRP: user.username },
    });
  }
  const medium = kind === "SMS_MFA" ? "SMS" : "EMAIL";
  return issueChallenge(request, { ...step, name: kind, ...sendSignInCode(request, user, medium, "mfa") });
}

/** Sends a code and gives what a challenge needs to know of it. */
export function sendSignInCode(
  request: SignInRequest,
  user: UserRecord,
  medium: "SMS" | "EMAIL",
  purpose: "mfa" | "sign-in",
): { readonly code: string; readonly parameters: Readonly<Record<string, string>> } {
  const { state, pool } = request;
  const to = pool.users.attribute(user, medium === "SMS" ? "phone_number" : "email") ?? "";
  const code = state.ids.text(purpose === "mfa" ? 6 : 8, "0123456789");
  sendMessage(state, { userPoolId: pool.id, username: user.username, medium, to, purpose, code });
  const parameters = {
    CODE_DELIVERY_DELIVERY_MEDIUM: medium,
    CODE_DELIVERY_DESTINATION: maskDestination(to),
    USER_ID_FOR_SRP: user.username,
  };
  return { code, parameters };
}

/** Signed in: tokens. */
export async function complete(
  request: SignInRequest,
  step: Step,
  trigger: TokenRequest["trigger"] = "TokenGeneration_Authentication",
): Promise<SignInAnswer> {
  const { state, pool, client } = request;
  const { user } = step;
  const known = user.signIn?.devices?.find(({ key }) => key === step.deviceKey);
  const tracked = known === undefined && request.onSignedIn === undefined;
  const device = tracked ? newDevice(request, user) : undefined;
  await runTrigger(state, pool, {
    trigger: "PostAuthentication",
    source: "PostAuthentication_Authentication",
    clientId: client.clientId,
    userName: user.username,
    request: {
      userAttributes: eventAttributes(pool, user),
      newDeviceUsed: device !== undefined,
      clientMetadata: request.clientMetadata ?? {},
    },
  });
  logAuthEvent(state, pool, user, true);
  if (request.onSignedIn !== undefined) return request.onSignedIn(user);
  const deviceKey = known?.key ?? device?.key;
  const tokenRequest: TokenRequest = { pool, client, user, scopes: [apiScope], deviceKey, trigger };
  const { token, session } = openSession(state, tokenRequest);
  const { idToken, accessToken, expiresIn } = await issueTokens(state, tokenRequest, session);
  return {
    AuthenticationResult: {
      AccessToken: accessToken,
      ExpiresIn: expiresIn,
      IdToken: idToken,
      RefreshToken: token,
      TokenType: "Bearer",
      ...(device === undefined
        ? {}
        : { NewDeviceMetadata: { DeviceKey: device.key, DeviceGroupKey: device.groupKey } }),
    },
    ChallengeParameters: {},
  };
}

/** Pools that track devices give each new one a key. */
function newDevice(request: SignInRequest, user: UserRecord): Device | undefined {
  const { state, pool } = request;
  const configuration = pool.settings["DeviceConfiguration"] as Json | undefined;
  if (configuration === undefined) return undefined;
  const now = state.now();
  const device: Device = {
    key: `${state.region}_${state.ids.uuid()}`,
    groupKey: randomBytes(6)
      .toString("base64url")
      .replaceAll(/[^A-Za-z0-9]/g, "x"),
    name: undefined,
    remembered: false,
    verifier: undefined,
    salt: undefined,
    createdAt: now,
    authenticatedAt: now,
  };
  user.signIn = { ...user.signIn, devices: [...(user.signIn?.devices ?? []), device] };
  return device;
}
