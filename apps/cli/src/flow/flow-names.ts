// The program says what can be chosen before it loads the core, which has the kinds themselves; a test compares both.

/** The kinds of `c2d flow emit`. */
export const FLOW_KIND_NAMES: readonly string[] = [
  "jit-password",
  "combined",
  "direct-cognito",
  "reset-password",
  "passwordless",
  "cognito-oidc",
  "token-claims",
];

/** The forms in which a flow is written. */
export const FLOW_FORMATS = ["exported", "console", "snapshot"] as const;
