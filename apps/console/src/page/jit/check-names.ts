import type { CheckKind } from "../../contract/jit.ts";

/** What each kind is called, and what it means. */
export const CHECK_NAMES: Readonly<Record<CheckKind, readonly [name: string, meaning: string]>> = {
  "let-in": ["Let in", "The password was right."],
  "step-up": ["Asked for more", "A second factor, or a challenge of the pool."],
  "choose-password": ["New password", "The user has to choose one."],
  wrong: ["Wrong", "No such user, or another password: nobody is told which."],
  refused: ["Refused", "Disabled, not confirmed, or left out."],
  stopped: ["Stopped", "Too many wrong passwords: the gateway stops before Cognito locks the user."],
  locked: ["Locked by Cognito", "Cognito had locked the user."],
  throttled: ["Throttled", "A quota was used up; the user was asked to come again."],
  unavailable: ["No answer", "Cognito or Descope gave no answer in time."],
};
