/** Stored passwords: a salted digest, fast on purpose, since a sandbox keeps no real secrets. */

import { createHash, timingSafeEqual } from "node:crypto";

import { requireString } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { checkPassword } from "../definitions/password-policy.ts";
import type { ProjectState } from "../project-state.ts";
import { conflicting, userNotFound } from "../refusal.ts";
import type { StoredPassword, UserRecord } from "../users/user-record.ts";

/** How many earlier passwords are remembered at most. */
const mostEarlier = 50;

/**
 * Makes a password ready to be stored.
 *
 * @param previous - The password it takes the place of.
 * @param mustChange - Whether it is good for one sign-in only, which must then set another.
 */
export function storePassword(
  project: ProjectState,
  password: string,
  previous?: StoredPassword,
  mustChange = false,
): StoredPassword {
  const salt = project.ids.secret(8);
  const earlier =
    previous === undefined ? [] : [`${previous.salt}:${previous.hash}`, ...previous.earlier].slice(0, mostEarlier);
  return { salt, hash: digest(salt, password), mustChange, setAt: project.clock(), earlier };
}

/** Tells whether a password is the stored one. */
export function isPassword(stored: StoredPassword, password: string): boolean {
  return equal(stored.hash, digest(stored.salt, password));
}

/** @throws Refusal when the policy forbids a password that was used before. */
export function checkReuse(project: ProjectState, stored: StoredPassword | undefined, password: string): void {
  const policy = project.policyOf("");
  if (!policy.reuse || stored === undefined) return;
  const used = [`${stored.salt}:${stored.hash}`, ...stored.earlier].slice(0, policy.reuseAmount);
  for (const one of used) {
    const [salt, hash] = one.split(":");
    if (salt !== undefined && hash !== undefined && equal(hash, digest(salt, password)))
      throw conflicting("The password was used before");
  }
}

/** Sets a user's password after checking it against the policy. */
export function setPassword(project: ProjectState, user: UserRecord, password: string, mustChange = false): void {
  checkPassword(password, project.policyOf(""), user.email);
  project.users.change(user, (changed) => {
    changed.extras = {
      ...changed.extras,
      password: storePassword(project, password, changed.extras.password, mustChange),
      failedAttempts: 0,
    };
  });
}

function digest(salt: string, password: string): string {
  return createHash("sha256").update(`${salt}:${password}`).digest("base64url");
}

function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function userOf({ project, body }: Call): UserRecord {
  const user = project.users.find(requireString(body, "loginId"));
  if (user === undefined) throw userNotFound();
  return user;
}

function setter(name: string, mustChange: (call: Call) => boolean): Operation {
  return {
    name,
    access: "management",
    fields: ["loginId", "password", "setActive"],
    run: (call) => {
      const user = userOf(call);
      setPassword(call.project, user, requireString(call.body, "password"), mustChange(call));
      return nothing;
    },
  };
}

export const userPasswordOperations: readonly Operation[] = [
  setter("POST /v1/mgmt/user/password/set/active", () => false),
  setter("POST /v1/mgmt/user/password/set/temporary", () => true),
  setter("POST /v1/mgmt/user/password/set", ({ body }) => body["setActive"] !== true),
  {
    name: "POST /v1/mgmt/user/password/expire",
    access: "management",
    fields: ["loginId"],
    run: (call) => {
      const user = userOf(call);
      call.project.users.change(user, (changed) => {
        const { password } = changed.extras;
        if (password !== undefined) changed.extras = { ...changed.extras, password: { ...password, mustChange: true } };
      });
      return nothing;
    },
  },
];
