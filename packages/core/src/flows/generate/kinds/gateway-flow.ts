import { IDENTIFIERS } from "../components.ts";
import { type Branch, conditionStep, connectorStep, type Draft, scriptStep, type Step } from "../draft.ts";
import { PLACE } from "../keys.ts";
import type { GatewayFlowOptions, Resolved } from "../options.ts";
import { choosePassword, codeByMessage, codeMethodOf, messageScreen, passwordSignIn, secondFactor } from "../parts.ts";
import { ENCODE_CREDENTIALS, TAKE_LOGIN_ID } from "../scripts.ts";
import { connectorId } from "./connector-id.ts";
import { whoStep } from "./who.ts";

/** What the gateway is sent. None of it needs escaping, so it does not matter whether the project escapes. */
function payload(userPoolId: string | undefined): string {
  const members = [
    '"usernameBase64": "{{scripts.credentials.usernameBase64}}"',
    '"passwordBase64": "{{scripts.credentials.passwordBase64}}"',
    '"withLoginId": true',
    ...(userPoolId === undefined ? [] : [`"userPoolId": "${userPoolId}"`]),
  ];
  return `{\n  ${members.join(",\n  ")}\n}`;
}

/** Where the gateway's answer is kept. */
const RESULT = "cognitoJit";

/** What the gateway says to do next, with the branch's name and where it leads. */
const NEXT_STEPS: readonly (readonly [next: string, name: string, to: string])[] = [
  ["sign-in", "The password is right", "takeLoginId"],
  ["step-up", "The password is right, and Cognito asked for a second factor", "takeLoginIdToStepUp"],
  // Descope refuses it with the text that it has for everybody.
  ["ask-again", "Wrong password or unknown user", PLACE.passwordSignIn],
  ["reset-password", "A new password is needed", "isKnown"],
  ["verify-contact", "Never confirmed", "contact"],
  ["stop", "Disabled", "refused"],
  ["retry-later", "Too many at a time, or Cognito does not answer", "later"],
];

/**
 * The steps of (a) and (f): the gateway checks the password against Cognito and brings the user into the project; then
 * Descope signs the user in with that same password.
 *
 * @param asks - Whether nobody has asked for a password before; then `askPassword` does, and leads to `check`.
 */
export function gatewayDraft(options: Resolved<GatewayFlowOptions>, asks = false): Draft {
  const { kind, identifier, endpoint = "/v1/jit/verify", timeoutSeconds = 10 } = options;
  const { unknownUsers = kind === "jit-password" ? "verify" : "refuse" } = options;
  const field = `form.${IDENTIFIERS[identifier].input}`;
  const check = asks ? "askPassword" : "check";
  const branches = NEXT_STEPS.flatMap(([next, name, to]): Branch[] => [
    { id: next, name, when: [[`connectors.${RESULT}.next`, "equal", next]], to },
    // Whether the answer's body stands at the result's path itself is not documented.
    { id: `${next}-in-body`, name, when: [[`connectors.${RESULT}.body.next`, "equal", next]], to },
  ]);
  const takeLoginId = (key: string, to: string): Step =>
    scriptStep(
      key,
      "Take the user's login ID",
      {
        output: "login",
        reads: {
          fromBody: `connectors.${RESULT}.loginId`,
          fromWrapped: `connectors.${RESULT}.body.loginId`,
          typed: field,
        },
        overrides: { [field]: "scripts.login.loginId" },
        code: TAKE_LOGIN_ID,
      },
      to,
    );
  return {
    first: "who",
    aliases: { check: "encode" },
    steps: [
      whoStep({ unknown: unknownUsers === "verify" ? check : undefined, fresh: check }),
      scriptStep(
        "encode",
        "Encode the credentials",
        {
          output: "credentials",
          reads: { username: field, password: "form.password" },
          code: ENCODE_CREDENTIALS,
        },
        "verify",
      ),
      connectorStep(
        "verify",
        "Verify with Cognito",
        {
          connectorId: connectorId(options.connector),
          endpoint,
          timeoutSeconds,
          payload: payload(options.userPoolId),
          resultPath: RESULT,
        },
        { success: "verdict", refused: "later", unreachable: "later" },
      ),
      conditionStep("verdict", "What to do next?", branches, { name: "Anything else", to: "later" }),
      takeLoginId("takeLoginId", PLACE.passwordSignIn),
      takeLoginId("takeLoginIdToStepUp", "stepUpSignIn"),
      ...passwordSignIn("stepUpSignIn", "secondFactor"),
      ...secondFactor("secondFactor"),
      conditionStep(
        "isKnown",
        "Known to Descope?",
        [
          {
            id: "known",
            name: "Known",
            when: [["unauthUser.loginIds", "not-empty"]],
            to: PLACE.reset,
          },
        ],
        { name: "Not in Descope yet", to: "contact" },
      ),
      ...codeByMessage("contact", codeMethodOf(identifier), "sign-up-or-in", "choosePassword"),
      ...choosePassword(),
      messageScreen(
        "refused",
        "Refused",
        "You cannot sign in with this account",
        "Please ask whoever gave it to you.",
        [["back", "Back", PLACE.signIn]],
      ),
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
