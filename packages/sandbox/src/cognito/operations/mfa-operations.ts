/** Operations on second factors and devices. */

import { keepsAuthEvents } from "../auth/auth-events.ts";
import { challengeOf, storeChallenge } from "../auth/challenges.ts";
import { readAccessToken } from "../auth/read-access-token.ts";
import { createTotpSecret, isTotpCode } from "../auth/totp.ts";
import { AwsError, invalidParameter, notAuthorized, notFound } from "../aws-error.ts";
import { epochSeconds, poolOf } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import { userOf } from "../find-user.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { pageOf } from "../page-token.ts";
import type { Device, MfaKind } from "../sign-in-state.ts";
import { passwordOf } from "../user-pool.ts";
import type { Json, UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";

interface Setting {
  readonly Enabled?: boolean;
  readonly PreferredMfa?: boolean;
}

interface Preference {
  readonly SMSMfaSettings?: Setting;
  readonly SoftwareTokenMfaSettings?: Setting;
  readonly EmailMfaSettings?: Setting;
}

function setPreference(pool: UserPool, user: UserRecord, input: Preference): void {
  const wanted: readonly (readonly [MfaKind, Setting | undefined])[] = [
    ["SMS_MFA", input.SMSMfaSettings],
    ["SOFTWARE_TOKEN_MFA", input.SoftwareTokenMfaSettings],
    ["EMAIL_OTP", input.EmailMfaSettings],
  ];
  const enabled = new Set(user.signIn?.mfaEnabled);
  let preferred = user.signIn?.mfaPreferred;
  for (const [kind, setting] of wanted) {
    if (setting === undefined) continue;
    if (setting.Enabled === true) {
      if (kind === "SMS_MFA" && pool.users.attribute(user, "phone_number_verified")?.toLowerCase() !== "true") {
        throw invalidParameter("User does not have delivery config set to turn on SMS_MFA");
      }
      if (kind === "SOFTWARE_TOKEN_MFA" && user.signIn?.totpSecret === undefined) {
        throw invalidParameter("User has not verified software token mfa");
      }
      enabled.add(kind);
    } else if (setting.Enabled === false) enabled.delete(kind);
    if (setting.PreferredMfa === true) preferred = kind;
    else if (preferred === kind && setting.PreferredMfa === false) preferred = undefined;
  }
  if (preferred !== undefined && !enabled.has(preferred)) preferred = undefined;
  user.signIn = {
    ...user.signIn,
    mfaEnabled: enabled.size === 0 ? undefined : [...enabled],
    mfaPreferred: preferred,
  };
}

/** The pool and client of a session string, which alone names the challenge. */
function challengeRequest(state: CognitoState, session: string): Parameters<typeof challengeOf>[0] {
  for (const pool of state.pools.values()) {
    const challenge = pool.auth.challenges.get(session);
    const client = challenge && pool.clients.get(challenge.clientId);
    if (client !== undefined) return { state, pool, client, admin: false, parameters: {}, clientMetadata: undefined };
  }
  throw notAuthorized("Invalid session for the user.");
}

const associateSoftwareToken: Operation = {
  category: "UserResourceUpdate",
  write: true,
  run: (input: { AccessToken?: string; Session?: string }, state) => {
    const secret = createTotpSecret();
    if (input.AccessToken !== undefined) {
      const { pool, user } = readAccessToken(state, input.AccessToken);
      requireTotp(pool);
      user.signIn = { ...user.signIn, pendingTotpSecret: secret };
      return { SecretCode: secret };
    }
    if (input.Session === undefined) throw invalidParameter("AccessToken or Session is required.");
    const request = challengeRequest(state, input.Session);
    const challenge = challengeOf(request, "MFA_SETUP", input.Session);
    return { SecretCode: secret, Session: storeChallenge(request, { ...challenge, totpSecret: secret }) };
  },
};

function requireTotp(pool: UserPool): void {
  const totp = pool.mfa["SoftwareTokenMfaConfiguration"] as { Enabled?: boolean } | undefined;
  if (totp?.Enabled !== true) {
    throw new AwsError("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool");
  }
}

const verifySoftwareToken: Operation = {
  category: "UserResourceUpdate",
  write: true,
  run: (input: { AccessToken?: string; Session?: string; UserCode: string }, state) => {
    const check = (secret: string | undefined): string => {
      if (secret === undefined || !isTotpCode(secret, input.UserCode, state.now())) {
        throw new AwsError("EnableSoftwareTokenMFAException", "Code mismatch");
      }
      return secret;
    };
    if (input.AccessToken !== undefined) {
      const { user } = readAccessToken(state, input.AccessToken);
      const secret = check(user.signIn?.pendingTotpSecret);
      user.signIn = { ...user.signIn, totpSecret: secret, pendingTotpSecret: undefined };
      return { Status: "SUCCESS" };
    }
    if (input.Session === undefined) throw invalidParameter("AccessToken or Session is required.");
    const request = challengeRequest(state, input.Session);
    const challenge = challengeOf(request, "MFA_SETUP", input.Session);
    const secret = check(challenge.totpSecret);
    const { user } = challenge;
    if (user !== undefined) {
      const enabled = new Set<MfaKind>([...(user.signIn?.mfaEnabled ?? []), "SOFTWARE_TOKEN_MFA"]);
      user.signIn = {
        ...user.signIn,
        totpSecret: secret,
        mfaEnabled: [...enabled],
        mfaPreferred: "SOFTWARE_TOKEN_MFA",
      };
    }
    return { Status: "SUCCESS", Session: storeChallenge(request, { ...challenge, totpVerified: true }) };
  },
};

function describeDevice(device: Device): Json {
  return {
    DeviceKey: device.key,
    DeviceAttributes: [
      { Name: "device_status", Value: "valid" },
      ...(device.name === undefined ? [] : [{ Name: "device_name", Value: device.name }]),
      { Name: "dev:device_remembered_status", Value: device.remembered ? "remembered" : "not_remembered" },
    ],
    DeviceCreateDate: epochSeconds(device.createdAt),
    DeviceLastModifiedDate: epochSeconds(device.authenticatedAt),
    DeviceLastAuthenticatedDate: epochSeconds(device.authenticatedAt),
  };
}

interface ByDevice {
  readonly UserPoolId: string;
  readonly Username: string;
  readonly DeviceKey: string;
}

function deviceOf(user: UserRecord, key: string): Device {
  const device = user.signIn?.devices?.find((candidate) => candidate.key === key);
  if (device === undefined) throw notFound("Device does not exist.");
  return device;
}

function changeDevice(user: UserRecord, key: string, change: (device: Device) => Device | undefined): void {
  const devices = user.signIn?.devices ?? [];
  if (!devices.some((device) => device.key === key)) throw notFound("Device does not exist.");
  const changed = devices.flatMap((device) => (device.key === key ? (change(device) ?? []) : device));
  user.signIn = { ...user.signIn, devices: changed };
}

const confirmDevice: Operation = {
  category: "UserResourceUpdate",
  write: true,
  run: (
    input: {
      AccessToken: string;
      DeviceKey: string;
      DeviceName?: string;
      DeviceSecretVerifierConfig?: { PasswordVerifier?: string; Salt?: string };
    },
    state,
  ) => {
    const { pool, user } = readAccessToken(state, input.AccessToken);
    const { PasswordVerifier, Salt } = input.DeviceSecretVerifierConfig ?? {};
    if (PasswordVerifier === undefined || Salt === undefined) throw invalidParameter("Invalid device verifier.");
    const configuration = pool.settings["DeviceConfiguration"] as
      | { DeviceOnlyRememberedOnUserPrompt?: boolean }
      | undefined;
    const onPrompt = configuration?.DeviceOnlyRememberedOnUserPrompt === true;
    const hex = (base64: string): string => Buffer.from(base64, "base64").toString("hex");
    changeDevice(user, input.DeviceKey, (device) => ({
      ...device,
      name: input.DeviceName,
      verifier: hex(PasswordVerifier),
      salt: hex(Salt),
      remembered: !onPrompt,
    }));
    return { UserConfirmationNecessary: onPrompt };
  },
};

/** Operations on second factors and devices. */
export const mfaOperations: OperationTable = {
  AssociateSoftwareToken: associateSoftwareToken,
  VerifySoftwareToken: verifySoftwareToken,
  ConfirmDevice: confirmDevice,
  SetUserMFAPreference: {
    category: "UserResourceUpdate",
    write: true,
    run: (input: Preference & { AccessToken: string }, state) => {
      const { pool, user } = readAccessToken(state, input.AccessToken);
      setPreference(pool, user, input);
      return {};
    },
  },
  AdminSetUserMFAPreference: {
    category: "UserResourceUpdate",
    write: true,
    run: (input: Preference & { UserPoolId: string; Username: string }, state) => {
      const pool = poolOf(state, input.UserPoolId);
      setPreference(pool, userOf(pool, input.Username), input);
      return {};
    },
  },
  UpdateDeviceStatus: {
    category: "UserResourceUpdate",
    write: true,
    run: (input: { AccessToken: string; DeviceKey: string; DeviceRememberedStatus?: string }, state) => {
      const { user } = readAccessToken(state, input.AccessToken);
      const remembered = input.DeviceRememberedStatus === "remembered";
      changeDevice(user, input.DeviceKey, (device) => ({ ...device, remembered }));
      return {};
    },
  },
  AdminUpdateDeviceStatus: {
    category: "UserResourceUpdate",
    write: true,
    run: (input: ByDevice & { DeviceRememberedStatus?: string }, state) => {
      const remembered = input.DeviceRememberedStatus === "remembered";
      const user = userOf(poolOf(state, input.UserPoolId), input.Username);
      changeDevice(user, input.DeviceKey, (device) => ({ ...device, remembered }));
      return {};
    },
  },
  AdminForgetDevice: {
    category: "UserResourceUpdate",
    write: true,
    run: (input: ByDevice, state) => {
      changeDevice(userOf(poolOf(state, input.UserPoolId), input.Username), input.DeviceKey, () => undefined);
      return {};
    },
  },
  AdminGetDevice: {
    category: "UserResourceRead",
    write: false,
    run: (input: ByDevice, state) => ({
      Device: describeDevice(deviceOf(userOf(poolOf(state, input.UserPoolId), input.Username), input.DeviceKey)),
    }),
  },
  GetDevice: {
    category: "UserResourceRead",
    write: false,
    run: (input: { AccessToken: string; DeviceKey: string }, state) => ({
      Device: describeDevice(deviceOf(readAccessToken(state, input.AccessToken).user, input.DeviceKey)),
    }),
  },
  GetUserAuthFactors: {
    category: "UserRead",
    write: false,
    partly: "no passkeys",
    run: (input: { AccessToken: string }, state) => {
      const { pool, user } = readAccessToken(state, input.AccessToken);
      const { mfaPreferred, mfaEnabled } = user.signIn ?? {};
      const has = (name: string): boolean => pool.users.attribute(user, name) !== undefined;
      return {
        Username: user.username,
        ...(mfaPreferred === undefined ? {} : { PreferredMfaSetting: mfaPreferred }),
        ...(mfaEnabled === undefined ? {} : { UserMFASettingList: mfaEnabled }),
        ConfiguredUserAuthFactors: [
          ...(passwordOf(pool, user) === undefined ? [] : ["PASSWORD"]),
          ...(has("email") ? ["EMAIL_OTP"] : []),
          ...(has("phone_number") ? ["SMS_OTP"] : []),
        ],
      };
    },
  },
  ListWebAuthnCredentials: {
    category: "UserResourceRead",
    write: false,
    partly: "passkeys cannot be registered, so there are none",
    run: (input: { AccessToken: string }, state) => {
      readAccessToken(state, input.AccessToken);
      return { Credentials: [] };
    },
  },
  AdminListUserAuthEvents: {
    category: "UserResourceRead",
    write: false,
    partly: "password sign-ins only, without risk and context",
    run: (input: { UserPoolId: string; Username: string; MaxResults?: number; NextToken?: string }, state) => {
      const pool = poolOf(state, input.UserPoolId);
      if (!keepsAuthEvents(pool)) {
        throw new AwsError(
          "UserPoolAddOnNotEnabledException",
          `Threat protection is not enabled for user pool ${pool.id}.`,
        );
      }
      const user = userOf(pool, input.Username);
      const { items, next } = pageOf(pool.auth.events.get(user) ?? [], state.tokens, {
        token: input.NextToken,
        limit: input.MaxResults || 60,
        binding: ["AdminListUserAuthEvents", pool.id, user.sub],
      });
      return {
        AuthEvents: items.map(({ id, at, passed }) => ({
          EventId: id,
          EventType: "SignIn",
          CreationDate: epochSeconds(at),
          EventResponse: passed ? "Pass" : "Fail",
          ChallengeResponses: [{ ChallengeName: "Password", ChallengeResponse: passed ? "Success" : "Failure" }],
        })),
        ...(next === undefined ? {} : { NextToken: next }),
      };
    },
  },
  ForgetDevice: {
    category: "UserResourceUpdate",
    write: true,
    run: (input: { AccessToken: string; DeviceKey: string }, state) => {
      changeDevice(readAccessToken(state, input.AccessToken).user, input.DeviceKey, () => undefined);
      return {};
    },
  },
  ListDevices: {
    category: "UserResourceRead",
    write: false,
    partly: "one page",
    run: (input: { AccessToken: string }, state) => ({
      Devices: (readAccessToken(state, input.AccessToken).user.signIn?.devices ?? []).map(describeDevice),
    }),
  },
  AdminListDevices: {
    category: "UserResourceRead",
    write: false,
    partly: "one page",
    run: (input: { UserPoolId: string; Username: string }, state) => ({
      Devices: (userOf(poolOf(state, input.UserPoolId), input.Username).signIn?.devices ?? []).map(describeDevice),
    }),
  },
};
