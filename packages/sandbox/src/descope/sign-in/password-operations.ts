/** Signing up and in with a password, and setting another. */

import { requireString, readString, readObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { checkPassword } from "../definitions/password-policy.ts";
import { checkReuse, isPassword, setPassword } from "./passwords.ts";
import { Refusal, conflicting, unauthorized, wrongCredentials } from "../refusal.ts";
import { maskEmail } from "../users/contact.ts";
import { requireActive, requireRefresh, signIn } from "./sessions.ts";
import { readLoginOptions, signUpUser, withToken } from "./sign-in-operations.ts";
import type { ProjectState } from "../project-state.ts";
import type { UserRecord } from "../users/user-record.ts";

const week = 7 * 24 * 3_600_000;
const resetLifetimeMs = 10 * 60_000;

/** Whether a password lets a user in, and why not. */
export type PasswordVerdict = "right" | "wrong" | "locked" | "must-change";

/** Tries a password, counting wrong ones. */
export function tryPassword(project: ProjectState, user: UserRecord, password: string): PasswordVerdict {
  const policy = project.policyOf("");
  const stored = user.extras.password;
  const failed = user.extras.failedAttempts ?? 0;
  if (policy.lock && failed >= policy.lockAttempts) return "locked";
  if (stored === undefined || !isPassword(stored, password)) {
    project.users.change(user, (changed) => {
      changed.extras = { ...changed.extras, failedAttempts: failed + 1 };
    });
    return "wrong";
  }
  const tooOld = policy.expiration && project.clock() - stored.setAt >= policy.expirationWeeks * week;
  return stored.mustChange || tooOld ? "must-change" : "right";
}

/** @throws Refusal unless the password is right, or right but to be changed where that is allowed. */
function requirePassword(
  { project }: Call,
  user: UserRecord | undefined,
  password: string,
  allowChange: boolean,
): UserRecord {
  if (user === undefined) throw wrongCredentials();
  const verdict = tryPassword(project, user, password);
  if (verdict === "wrong") throw wrongCredentials();
  if (verdict === "locked") throw new Refusal(401, "E011004", "Invalid arguments", "User is locked");
  if (verdict === "must-change" && !allowChange)
    throw new Refusal(401, "E062909", "Password expired", "The password must be changed");
  requireActive(user);
  return user;
}

export const passwordOperations: readonly Operation[] = [
  {
    name: "POST /v1/auth/password/signup",
    access: "project",
    run: (call) => {
      const password = requireString(call.body, "password");
      const profile = readObject(call.body, "user") ?? {};
      checkPassword(password, call.project.policyOf(""), readString(profile, "email") ?? "");
      const user = signUpUser(call);
      setPassword(call.project, user, password);
      const { claims } = readLoginOptions(call.body);
      return signIn(call, user, { methods: ["pwd"], unsafeClaims: claims });
    },
  },
  {
    name: "POST /v1/auth/password/signin",
    access: "project",
    partly: "`stepup` and `mfa` of the login options change nothing",
    run: (call) => {
      const found = call.project.users.byLoginId(requireString(call.body, "loginId"));
      const user = requirePassword(call, found, requireString(call.body, "password"), false);
      const { claims, tenantId } = readLoginOptions(call.body);
      return signIn(call, user, { methods: ["pwd"], unsafeClaims: claims, tenantId });
    },
  },
  {
    name: "POST /v1/auth/password/replace",
    access: "project",
    run: (call) => {
      const found = call.project.users.byLoginId(requireString(call.body, "loginId"));
      const newPassword = requireString(call.body, "newPassword");
      const user = requirePassword(call, found, requireString(call.body, "oldPassword"), true);
      checkReuse(call.project, user.extras.password, newPassword);
      setPassword(call.project, user, newPassword);
      return signIn(call, user, { methods: ["pwd"] });
    },
  },
  {
    name: "POST /v1/auth/password/update",
    access: "project",
    run: (call) => {
      const { user } = requireRefresh(call);
      const loginId = requireString(call.body, "loginId");
      if (call.project.users.find(loginId) !== user) throw unauthorized("The token is another user's");
      const newPassword = requireString(call.body, "newPassword");
      checkReuse(call.project, user.extras.password, newPassword);
      setPassword(call.project, user, newPassword);
      return nothing;
    },
  },
  {
    name: "POST /v1/auth/password/reset",
    access: "project",
    partly: "the link is kept in the sandbox instead of being sent",
    run: (call) => {
      const { project, body } = call;
      const user = project.users.byLoginId(requireString(body, "loginId"));
      // The same answer whether or not there is such a user.
      const answer = { resetMethod: "magiclink", pendingRef: "", linkId: "", maskedEmail: "" };
      if (user === undefined || user.email === "") return answer;
      if (user.status === "disabled") throw conflicting("User is disabled");
      const token = project.oneTimeTokens.issueLink(
        { userId: user.userId, method: "email", customClaims: {}, verifies: "email" },
        resetLifetimeMs,
      );
      const target = readString(body, "redirectUrl") ?? `${call.baseUrl}/reset`;
      project.outbox.add({
        userId: user.userId,
        to: user.email,
        method: "email",
        kind: "password-reset",
        secret: withToken(target, token),
      });
      return { ...answer, maskedEmail: maskEmail(user.email) };
    },
  },
];
