/**
 * Keys of the places in a flow that all kinds speak of. In a flow of our own they are steps; in a template they stand for
 * tasks that are there.
 */
export const PLACE = {
  /** The screen where the user says who it is. */
  signIn: "signIn",
  /** Checks a password against Descope. */
  passwordSignIn: "passwordSignIn",
  /** Sends a link to choose a new password. */
  reset: "reset",
  /** Where users go that are no business of the migration. */
  otherwise: "otherwise",
  /** Where users go who proved who they are. */
  end: "end",
  /** Issues the session. */
  issue: "issue",
} as const;
