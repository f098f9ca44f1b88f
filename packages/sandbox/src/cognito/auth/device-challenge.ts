/** Sign-in with a remembered device in place of a second factor: SRP with the device's own verifier. */

import { notAuthorized } from "../aws-error.ts";
import type { Device } from "../sign-in-state.ts";
import type { UserRecord } from "../user-record.ts";
import { challengedUser, challengeOf, closeChallenge, storeChallenge } from "./challenges.ts";
import { complete } from "./next-step.ts";
import { parameterOf } from "./sign-in-request.ts";
import type { SignInAnswer, SignInRequest } from "./sign-in-request.ts";
import { beginSrp, checkSrpClaim, srpHex } from "./srp.ts";

const refused = "Incorrect username or password.";

function rememberedDevice(user: UserRecord, key: string): Device & { verifier: string; salt: string } {
  const device = user.signIn?.devices?.find((candidate) => candidate.key === key);
  if (device?.verifier === undefined || device.salt === undefined || !device.remembered) throw notAuthorized(refused);
  return { ...device, verifier: device.verifier, salt: device.salt };
}

/** `DEVICE_SRP_AUTH`: the device begins. */
export function answerDeviceSrp(request: SignInRequest, session: string | undefined): SignInAnswer {
  const challenge = challengeOf(request, "DEVICE_SRP_AUTH", session);
  const user = challengedUser(request, challenge);
  const device = rememberedDevice(user, parameterOf(request, "DEVICE_KEY"));
  const exchange = beginSrp(parameterOf(request, "SRP_A"), BigInt(`0x${device.verifier}`), device.salt);
  if (exchange === undefined) throw notAuthorized(refused);
  closeChallenge(request, session);
  storeChallenge(
    request,
    { name: "DEVICE_PASSWORD_VERIFIER", user, username: challenge.username, deviceKey: device.key, srp: exchange },
    exchange.secretBlock,
  );
  return {
    ChallengeName: "DEVICE_PASSWORD_VERIFIER",
    ChallengeParameters: {
      DEVICE_KEY: device.key,
      SALT: exchange.salt,
      SECRET_BLOCK: exchange.secretBlock,
      SRP_B: srpHex(exchange.publicB),
      USERNAME: user.username,
    },
  };
}

/** `DEVICE_PASSWORD_VERIFIER`: the device proves itself, and the user is signed in. */
export async function answerDeviceProof(request: SignInRequest): Promise<SignInAnswer> {
  const secretBlock = parameterOf(request, "PASSWORD_CLAIM_SECRET_BLOCK");
  const challenge = challengeOf(request, "DEVICE_PASSWORD_VERIFIER", secretBlock);
  closeChallenge(request, secretBlock);
  const user = challengedUser(request, challenge);
  const device = rememberedDevice(user, challenge.deviceKey ?? "");
  const right =
    challenge.srp !== undefined &&
    checkSrpClaim(challenge.srp, BigInt(`0x${device.verifier}`), {
      identity: [device.groupKey, device.key],
      timestamp: parameterOf(request, "TIMESTAMP"),
      signature: parameterOf(request, "PASSWORD_CLAIM_SIGNATURE"),
    });
  if (!right) throw notAuthorized(refused);
  return complete(request, { user, username: challenge.username, deviceKey: device.key });
}
