/** One-time codes of authenticator apps (RFC 6238: SHA-1, 30 seconds, six digits). */

import { createHmac } from "node:crypto";

import { requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import type { Call, Operation } from "../operation.ts";
import type { ProjectState } from "../project-state.ts";
import { Refusal, unauthorized } from "../refusal.ts";
import { requireRefresh, signIn } from "./sessions.ts";
import { readLoginOptions, signUpUser } from "./sign-in-operations.ts";
import type { UserRecord } from "../users/user-record.ts";

const stepSeconds = 30;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The bytes of a base-32 secret; characters outside of base 32 are passed over. */
function secretBytes(secret: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of secret.toUpperCase()) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) continue;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}

/**
 * The code that an authenticator app shows.
 *
 * @param seed - The secret in base 32.
 * @param nowMs - Milliseconds since the epoch.
 */
export function totpCode(seed: string, nowMs: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / 1000 / stepSeconds)));
  const digest = createHmac("sha1", secretBytes(seed)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Tells whether a code is a user's: of now, or of one step before or after. */
export function isTotpCode(project: ProjectState, user: UserRecord, code: string): boolean {
  const { totpSeed } = user.extras;
  if (totpSeed === undefined) return false;
  const now = project.clock();
  return [-1, 0, 1].some((step) => totpCode(totpSeed, now + step * stepSeconds * 1000) === code);
}

/** Gives a user a new secret and says how an app learns it. */
export function enrolTotp(project: ProjectState, user: UserRecord): JsonObject {
  let key = "";
  for (const character of project.ids.secret(16)) key += alphabet[character.charCodeAt(0) % 32];
  project.users.change(user, (changed) => {
    changed.extras = { ...changed.extras, totpSeed: key };
  });
  const label = encodeURIComponent(`${project.name}:${user.loginIds[0] ?? ""}`);
  const issuer = encodeURIComponent(project.name);
  return { provisioningURL: `otpauth://totp/${label}?secret=${key}&issuer=${issuer}`, image: "", key };
}

function verify(call: Call): ReturnType<typeof signIn> {
  const { project, body } = call;
  const user = project.users.byLoginId(requireString(body, "loginId"));
  const code = requireString(body, "code");
  if (user === undefined || !isTotpCode(project, user, code))
    throw new Refusal(401, "E061102", "Code is wrong", "Invalid code");
  const { claims, tenantId } = readLoginOptions(body);
  return signIn(call, user, { methods: ["totp"], unsafeClaims: claims, tenantId });
}

const partly = "there is no picture of the secret";

export const totpOperations: readonly Operation[] = [
  {
    name: "POST /v1/auth/totp/signup",
    access: "project",
    partly,
    run: (call) => enrolTotp(call.project, signUpUser(call)),
  },
  {
    name: "POST /v1/auth/totp/update",
    access: "project",
    partly,
    run: (call) => {
      const { user } = requireRefresh(call);
      if (call.project.users.find(requireString(call.body, "loginId")) !== user)
        throw unauthorized("The token is another user's");
      return enrolTotp(call.project, user);
    },
  },
  { name: "POST /v1/auth/totp/verify", access: "project", run: verify },
];
