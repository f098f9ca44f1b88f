import type { SignIn } from "@cognito-to-descope/console/contract";

/** Where a sign-in comes from. */
export interface SignInCircumstances {
  /** Whom the connection comes from. */
  readonly address: string;
}

/** How people prove who they are. */
export interface ConsoleAuthentication {
  readonly signInBy: "link" | "passphrase";
  /**
   * Gives the name of the operator.
   *
   * @throws ConsoleRefusal `link-used`, `wrong-credentials`, `rate-limited`, `invalid-request`.
   */
  signIn(given: SignIn, circumstances: SignInCircumstances): Promise<string>;
  /** Gives to whom changes of a bearer of this token are attributed; undefined when nobody has it. */
  bearer(token: string): string | undefined;
}
