/** Actions with codes and links that are sent, and with codes of authenticator apps. */

import { maskEmail, maskPhone } from "../users/contact.ts";
import { createUser } from "../users/create-users.ts";
import { Refusal } from "../refusal.ts";
import { requireActive } from "../sign-in/sessions.ts";
import { withToken } from "../sign-in/sign-in-operations.ts";
import { enrolTotp, isTotpCode } from "../sign-in/totp.ts";
import type { UserRecord } from "../users/user-record.ts";
import { argument, failed, formText, prove, success, typedInput, withStep } from "./flow-action.ts";
import type { Action, ActionCall, ActionOutcome } from "./flow-action.ts";
import { asText } from "./flow-context.ts";
import { signedInUser, typedLoginId, typedUser } from "./flow-run.ts";

const linkLifetimeMs = 10 * 60_000;

function sendLink(of: ActionCall, kind: "password-reset" | "magiclink", user: UserRecord): void {
  const { call, run } = of;
  const token = call.project.oneTimeTokens.issueLink(
    { userId: user.userId, method: "email", customClaims: {}, verifies: "email" },
    linkLifetimeMs,
  );
  const stepId = asText(argument(of, "verifyStepId")) || `${of.task.id}.end`;
  const target = asText(argument(of, "uri")) || run.redirectUrl || `${call.baseUrl}/verify`;
  const secret = withToken(withStep(target, run, stepId), token);
  call.project.outbox.add({ userId: user.userId, to: user.email, method: "email", kind, secret });
  run.sentTo = { email: user.email, maskedEmail: maskEmail(user.email) };
}

/** Finds the user that a message goes to, by the way the action's name says. */
function addressee(of: ActionCall, way: "sign-in" | "sign-up" | "sign-up-or-in" | "update-user"): UserRecord {
  const { call, run } = of;
  if (way === "update-user") {
    const user = signedInUser(call, run);
    if (user === undefined) throw new Refusal(400, "E062108", "User not found", "The user has not signed in");
    return user;
  }
  const found = typedUser(call, run);
  if (way === "sign-in" && found === undefined) throw new Refusal(400, "E062108", "User not found", "User not found");
  if (found !== undefined && way !== "sign-up") return found;
  return createUser(call.project, typedInput(of));
}

function sendCode(way: "sign-in" | "sign-up" | "sign-up-or-in" | "update-user", method: "email" | "sms"): Action {
  return (of) => {
    const { call, run } = of;
    const user = addressee(of, way);
    requireActive(user);
    const typed = formText(of, method === "email" ? "email" : "phone");
    if (way === "update-user" && typed !== "")
      call.project.users.change(user, (changed) => {
        changed[method === "email" ? "email" : "phone"] = typed;
      });
    const to = method === "email" ? user.email : user.phone;
    if (to === "") return failed("", "There is nowhere to send a code to");
    const secret = call.project.oneTimeTokens.issueCode(user.userId, method);
    call.project.outbox.add({ userId: user.userId, to, method, kind: "otp", secret });
    run.sentTo =
      method === "email" ? { email: to, maskedEmail: maskEmail(to) } : { phone: to, maskedPhone: maskPhone(to) };
    return success;
  };
}

function verifyCode(method: "email" | "sms"): Action {
  return (of) => {
    const { call, run } = of;
    const user = signedInUser(call, run) ?? typedUser(call, run);
    if (user === undefined) return failed("", "The code is wrong");
    call.project.oneTimeTokens.redeemCode(user.userId, method, formText(of, "code"));
    call.project.users.change(user, (changed) => {
      changed[method === "email" ? "verifiedEmail" : "verifiedPhone"] = true;
    });
    return prove(of, user, method);
  };
}

function sendMagicLink(way: "sign-in" | "sign-up" | "sign-up-or-in" | "update-user"): Action {
  return (of) => {
    const user = addressee(of, way);
    requireActive(user);
    sendLink(of, "magiclink", user);
    return success;
  };
}

function verifyMagicLink(of: ActionCall): ActionOutcome {
  const token = of.input?.["token"] ?? of.input?.["t"];
  if (typeof token !== "string") return { kind: "wait" };
  const grant = of.call.project.oneTimeTokens.redeemLink(token);
  const user = of.call.project.users.byUserId(grant.userId);
  if (user === undefined) return failed("", "The link is not good any more");
  of.call.project.users.change(user, (changed) => {
    if (changed.email !== "") changed.verifiedEmail = true;
  });
  return prove(of, user, "email");
}

function enrolApp(of: ActionCall): ActionOutcome {
  const user = signedInUser(of.call, of.run);
  if (user === undefined) return failed("", "The user has not signed in");
  of.run.totp = enrolTotp(of.call.project, user);
  return success;
}

function verifyApp(of: ActionCall): ActionOutcome {
  const user = signedInUser(of.call, of.run) ?? typedUser(of.call, of.run);
  if (user === undefined || !isTotpCode(of.call.project, user, formText(of, "code")))
    return failed("", "The code is wrong");
  return prove(of, user, "totp");
}

function sendReset(of: ActionCall): ActionOutcome {
  const user = signedInUser(of.call, of.run) ?? typedUser(of.call, of.run);
  // An unknown user gets the same screen; nothing is sent.
  if (user === undefined || user.email === "") {
    const typed = typedLoginId(of.run);
    of.run.sentTo = { maskedEmail: maskEmail(typed) };
    return success;
  }
  sendLink(of, "password-reset", user);
  return success;
}

export const messageActions: Readonly<Record<string, Action>> = {
  "password-send-reset": sendReset,
  "sign-in-otp-email": sendCode("sign-in", "email"),
  "sign-up-otp-email": sendCode("sign-up", "email"),
  "sign-up-or-in-otp-email": sendCode("sign-up-or-in", "email"),
  "update-user-otp-email": sendCode("update-user", "email"),
  "sign-in-otp-sms": sendCode("sign-in", "sms"),
  "sign-up-otp-sms": sendCode("sign-up", "sms"),
  "sign-up-or-in-otp-sms": sendCode("sign-up-or-in", "sms"),
  "update-user-otp-sms": sendCode("update-user", "sms"),
  "verify-code-otp-email": verifyCode("email"),
  "verify-code-otp-sms": verifyCode("sms"),
  "sign-in-magic-link-email": sendMagicLink("sign-in"),
  "sign-up-magic-link-email": sendMagicLink("sign-up"),
  "sign-up-or-in-magic-link-email": sendMagicLink("sign-up-or-in"),
  "update-user-magic-link-email": sendMagicLink("update-user"),
  "verify-magic-link": verifyMagicLink,
  "update-user-totp": enrolApp,
  "verify-totp-code": verifyApp,
};
