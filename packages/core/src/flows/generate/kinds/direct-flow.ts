import { IDENTIFIERS } from "../components.ts";
import { actionStep, conditionStep, connectorStep, type Draft, scriptStep, type Step } from "../draft.ts";
import { PLACE } from "../keys.ts";
import type { DirectFlowOptions, Resolved } from "../options.ts";
import { choosePassword, codeByMessage, codeMethodOf, markMigrated, messageScreen } from "../parts.ts";
import { ESCAPE_CREDENTIALS, IS_PLAIN } from "../scripts.ts";
import { connectorId } from "./connector-id.ts";
import { whoStep } from "./who.ts";

/** Where Cognito's answer is kept. */
const RESULT = "cognito";

/**
 * The steps of (b), the guide's own words: the connector calls `InitiateAuth`, tokens in the answer prove the password, and
 * the user is created with it. Known users skip Cognito.
 *
 * @param asks - Whether nobody has asked for a password before; then `askPassword` does, and leads to `check`.
 */
export function directDraft(options: Resolved<DirectFlowOptions>, signUpAction: string, asks = false): Draft {
  const { identifier, clientId, templateEscaping = "unknown", timeoutSeconds = 10 } = options;
  const field = `form.${IDENTIFIERS[identifier].input}`;
  const escapes = templateEscaping === "raw";
  const values = escapes ? ["scripts.escaped.username", "scripts.escaped.password"] : [field, "form.password"];
  const reads = { username: field, password: "form.password" };
  const before: Record<typeof templateEscaping, readonly Step[]> = {
    json: [],
    raw: [
      scriptStep("escape", "Escape the credentials", { output: "escaped", reads, code: ESCAPE_CREDENTIALS }, "call"),
    ],
    unknown: [
      scriptStep("look", "Look at the credentials", { output: "credentials", reads, code: IS_PLAIN }, "isPlain"),
      conditionStep(
        "isPlain",
        "Can they be sent?",
        [{ id: "plain", name: "Nothing to escape", when: [["scripts.credentials.plain", "is-true"]], to: "call" }],
        { name: "Would have to be escaped", to: "other" },
      ),
    ],
  };
  return {
    first: "who",
    aliases: { check: before[templateEscaping][0]?.key ?? "call" },
    steps: [
      whoStep({ unknown: asks ? "askPassword" : "check" }),
      ...before[templateEscaping],
      connectorStep(
        "call",
        "Ask Cognito",
        {
          connectorId: connectorId(options.connector),
          endpoint: "/",
          timeoutSeconds,
          payload: `{\n  "AuthFlow": "USER_PASSWORD_AUTH",\n  "ClientId": "${clientId}",\n  "AuthParameters": {\n    "USERNAME": "{{${values[0]}}}",\n    "PASSWORD": "{{${values[1]}}}"\n  }\n}`,
          resultPath: RESULT,
        },
        { success: "answer", refused: "other", unreachable: "later" },
      ),
      conditionStep(
        "answer",
        "Did Cognito give tokens?",
        [
          {
            id: "tokens",
            name: "The password is right",
            when: [[`connectors.${RESULT}.AuthenticationResult`, "not-empty"]],
            to: "signUp",
          },
          // Whether the answer's body stands at the result's path itself is not documented.
          {
            id: "tokens-in-body",
            name: "The password is right",
            when: [[`connectors.${RESULT}.body.AuthenticationResult`, "not-empty"]],
            to: "signUp",
          },
        ],
        { name: "A challenge instead", to: "other" },
      ),
      actionStep("signUp", "Sign Up / Password", signUpAction, [["success", "markNew"]]),
      markMigrated(PLACE.end, "markNew"),
      messageScreen(
        "other",
        "Another way",
        "You could not be signed in that way",
        "Try again, or get a code to prove who you are and choose a new password.",
        [
          ["back", "Try again", PLACE.signIn],
          ["sendCode", "Send me a code", "contact"],
        ],
      ),
      ...codeByMessage("contact", codeMethodOf(identifier), "sign-up-or-in", "choosePassword"),
      ...choosePassword(),
      messageScreen(
        "later",
        "Later",
        "We cannot check your password right now",
        "This is not about what you typed in. Please try again in a minute.",
        [["back", "Try again", PLACE.signIn]],
      ),
    ],
  };
}
