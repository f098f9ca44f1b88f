import type { Identifier } from "../components.ts";
import { conditionStep, type Draft, type Step } from "../draft.ts";
import { PLACE } from "../keys.ts";
import type { PasswordlessFlowOptions, PasswordlessMethod, Resolved } from "../options.ts";
import { codeByMessage, codeScreenOf, linkScreenOf, magicLink, markMigrated, passkeyPromotion } from "../parts.ts";
import { whoStep } from "./who.ts";

/** How somebody signs in who is known by this, when nothing else is said. */
export function defaultMethod(identifier: Identifier): PasswordlessMethod {
  return identifier === "phone" ? "otp-sms" : "magic-link";
}

/**
 * Signs in without a password.
 *
 * @param again - Key of the step that sends another message.
 */
export function passwordlessSignIn(
  key: string,
  method: PasswordlessMethod,
  way: "sign-in" | "sign-up-or-in",
  to: string,
  again: string = key,
): {
  readonly steps: readonly Step[];
  /** The screen that is shown when a message is on its way. */ readonly sent: string;
} {
  if (method === "magic-link") return { steps: magicLink(key, way, to, again), sent: linkScreenOf(key) };
  return { steps: codeByMessage(key, method === "otp-sms" ? "sms" : "email", way, to, again), sent: codeScreenOf(key) };
}

/**
 * The steps of (d): a link or a code instead of a password, and then the offer of a passkey.
 *
 * @param spliced - Whether everybody but freshly migrated users goes on as before.
 */
export function passwordlessDraft(options: Resolved<PasswordlessFlowOptions>, spliced = false): Draft {
  const { identifier, method = defaultMethod(identifier), unknownUsers = "refuse", passkeys = true } = options;
  const way = unknownUsers === "refuse" ? "sign-in" : "sign-up-or-in";
  const { steps, sent } = passwordlessSignIn("send", method, way, "wasFresh", "who");
  const after = passkeys ? "couldHavePasskey" : PLACE.end;
  return {
    first: "who",
    steps: [
      // Somebody unknown sees the same screen, and nothing is sent: so nobody learns who has an account.
      whoStep(spliced ? { fresh: "send" } : { unknown: way === "sign-in" ? sent : undefined }),
      ...steps,
      conditionStep(
        "wasFresh",
        "Freshly migrated?",
        [
          {
            id: "wasFresh",
            name: "Has a credential from now on",
            when: [["user.customAttributes.freshlyMigrated", "is-true"]],
            to: "markFresh",
          },
        ],
        { name: "Else", to: after },
      ),
      markMigrated(after, "markFresh"),
      ...passkeyPromotion("couldHavePasskey"),
    ],
    aliases: spliced ? {} : { [PLACE.otherwise]: "send", ...(way === "sign-in" ? {} : { who: "send" }) },
  };
}
