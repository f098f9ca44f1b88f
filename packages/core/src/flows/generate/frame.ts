import { button, errorMessage, type Identifier, IDENTIFIERS, password, text } from "./components.ts";
import { type Draft, screenStep, type Step } from "./draft.ts";
import { PLACE } from "./keys.ts";
import { endStep, passwordReset, passwordSignIn } from "./parts.ts";

/** What a flow of our own has around the steps of its kind. */
export interface Frame {
  readonly steps: readonly Step[];
  readonly aliases: Readonly<Record<string, string>>;
}

/**
 * Asks for login ID and password on one screen, so that nobody learns from the next screen who has an account.
 *
 * @param then - Key of the step that follows.
 */
export function passwordFrame(identifier: Identifier, then: string): Frame {
  return {
    steps: [
      screenStep(
        PLACE.signIn,
        "Sign In",
        {
          components: [
            text("title", "Sign in", "subtitle1"),
            IDENTIFIERS[identifier],
            password,
            button("submit", "Sign in"),
            button("forgot", "Forgot your password?", "link"),
            errorMessage,
          ],
        },
        [
          ["submit", then],
          ["forgot", PLACE.reset],
        ],
      ),
      ...passwordSignIn(PLACE.passwordSignIn, PLACE.end),
      ...passwordReset(identifier),
      endStep(),
    ],
    aliases: { [PLACE.otherwise]: PLACE.passwordSignIn, [PLACE.end]: PLACE.issue },
  };
}

/** Asks for the login ID alone. Whoever is no business of the migration is asked for a password next. */
export function identifyFrame(identifier: Identifier, then: string): Frame {
  return {
    steps: [
      screenStep(
        PLACE.signIn,
        "Welcome",
        {
          components: [
            text("title", "Sign in", "subtitle1"),
            IDENTIFIERS[identifier],
            button("submit", "Continue"),
            errorMessage,
          ],
        },
        [["submit", then]],
      ),
      passwordScreen("password", PLACE.passwordSignIn),
      ...passwordSignIn(PLACE.passwordSignIn, PLACE.end),
      ...passwordReset(identifier),
      endStep(),
    ],
    aliases: { [PLACE.otherwise]: "password", [PLACE.end]: PLACE.issue },
  };
}

/** Asks for a password of somebody who said before who it is. */
export function passwordScreen(key: string, then: string): Step {
  return screenStep(
    key,
    "Password",
    {
      components: [
        text("title", "Enter your password", "subtitle1"),
        password,
        button("submit", "Sign in"),
        button("forgot", "Forgot your password?", "link"),
        errorMessage,
      ],
    },
    [
      ["submit", then],
      ["forgot", PLACE.reset],
    ],
  );
}

/** Puts the steps of a kind into a frame. Where both have a say, the kind's counts. */
export function framed(frame: Frame, draft: Draft): Draft {
  return {
    first: PLACE.signIn,
    steps: [...frame.steps, ...draft.steps],
    aliases: { ...frame.aliases, ...draft.aliases },
  };
}
