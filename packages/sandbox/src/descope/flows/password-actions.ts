/** Actions with passwords. */

import { createUser } from "../users/create-users.ts";
import { tryPassword } from "../sign-in/password-operations.ts";
import { checkReuse, setPassword } from "../sign-in/passwords.ts";
import { failed, formText, prove, success, typedInput } from "./flow-action.ts";
import type { Action, ActionCall, ActionOutcome } from "./flow-action.ts";
import { signedInUser, typedUser } from "./flow-run.ts";

function signInByPassword(of: ActionCall, allowChange: boolean): ActionOutcome {
  const { call, run } = of;
  const user = typedUser(call, run);
  const verdict = user === undefined ? "wrong" : tryPassword(call.project, user, formText(of, "password"));
  if (user === undefined || verdict === "wrong")
    return failed("InvalidCredentials", "The login ID or the password is wrong");
  if (verdict === "locked") return failed("UserLocked", "The user is locked");
  if (verdict === "must-change" && !allowChange) return failed("PasswordExpired", "The password must be changed");
  return prove(of, user, "pwd");
}

function signUpByPassword(of: ActionCall): ActionOutcome {
  const input = typedInput(of);
  input.password = formText(of, "newPassword") || formText(of, "password");
  return prove(of, createUser(of.call.project, input), "pwd");
}

function updatePassword(of: ActionCall): ActionOutcome {
  const user = signedInUser(of.call, of.run);
  if (user === undefined) return failed("UserNotLoggedIn", "The user has not signed in");
  const password = formText(of, "newPassword") || formText(of, "password");
  checkReuse(of.call.project, user.extras.password, password);
  setPassword(of.call.project, user, password);
  return success;
}

function replacePassword(of: ActionCall): ActionOutcome {
  const proved = signInByPassword(of, true);
  return proved.kind === "success" ? updatePassword(of) : proved;
}

export const passwordActions: Readonly<Record<string, Action>> = {
  "password-sign-in": (of) => signInByPassword(of, false),
  "password-sign-in-v2": (of) => signInByPassword(of, false),
  "password-sign-up": signUpByPassword,
  "password-update": updatePassword,
  "password-replace": replacePassword,
};
