import type { JitProgress, LockOutPressure } from "@cognito-to-descope/console/contract";

/** What the next step depends on. */
export interface JitSituation {
  /** Whether a password was ever checked. */
  readonly begun: boolean;
  /** Whether a run has read the pools. */
  readonly hasPlan: boolean;
  readonly level: LockOutPressure["level"];
  /** Whether as many are captured as are wanted. */
  readonly isReached: boolean;
}

/** What the operator does next about passwords. */
export function nextForJit({ begun, hasPlan, level, isReached }: JitSituation): JitProgress["next"] {
  if (!begun) {
    return hasPlan
      ? {
          text: "Make the connector, the secrets and the attributes that the gateway works with, then start c2d gateway --jit and import the flow.",
          command: "c2d jit setup --gateway https://jit.example.com --dry-run",
        }
      : { text: "Read the users once: users who sign in are then mapped as an import maps them.", command: "c2d plan" };
  }
  if (level === "act") {
    return {
      text: "Cognito locks users out. Look who still sends passwords to Cognito beside the gateway, and at the log of the gateway.",
      command: null,
    };
  }
  if (isReached) {
    return {
      text: "As many have signed in as you asked for. Look at the sessions: Cognito may go when no back end gets its tokens any more.",
      command: null,
    };
  }
  return { text: "Nothing: users bring their passwords themselves as they sign in.", command: null };
}
