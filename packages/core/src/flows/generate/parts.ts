import { actionStep, conditionStep, screenStep, type Step, type StepRule } from "./draft.ts";
import {
  addPasskey,
  button,
  code,
  errorMessage,
  type Identifier,
  newPassword,
  password,
  polling,
  text,
} from "./components.ts";
import { PLACE } from "./keys.ts";

const END = PLACE.end;
const MARK = "markMigrated";

/** Issues the session. */
export function endStep(): Step {
  return actionStep(PLACE.issue, "End", "logged-in", []);
}

/** Arguments that steps with messages have, as the console fills them in when nothing is chosen. */
const MESSAGE_ARGUMENTS = { extraTemplateVals: "", providerId: "", templateId: "" } as const;

const LINK_ARGUMENTS = { ...MESSAGE_ARGUMENTS, skipVerify: "", uri: "" } as const;

/**
 * Notes that the user has a credential in Descope now. When the attribute cannot be set, the sign-in goes on: a flag that
 * stays must not lock anybody out.
 */
export function markMigrated(to: string, key: string = MARK): Step {
  return actionStep(
    key,
    "Not freshly migrated any more",
    "update-user-properties",
    [
      ["success", to],
      ["UpdateUserPropertiesFailed", to],
    ],
    {
      args: {
        userPropertiesDefinitions: [{ key: "customAttributes.freshlyMigrated", type: "boolean", value: false }],
      },
      errors: { UpdateUserPropertiesFailed: "custom" },
    },
  );
}

/** Checks the password against Descope; an expired one is replaced. */
export function passwordSignIn(key: string, to: string): readonly Step[] {
  return [
    actionStep(
      key,
      "Sign In / Password",
      "password-sign-in-v2",
      [
        ["success", to],
        ["PasswordExpired", `${key}.expired`],
      ],
      { errors: { PasswordExpired: "custom" } },
    ),
    screenStep(
      `${key}.expired`,
      "Replace expired password",
      {
        components: [
          text("title", "Your password has expired", "subtitle1"),
          password,
          newPassword,
          button("replace", "Save"),
          errorMessage,
        ],
        contextKeys: ["pswdPolicy"],
      },
      [["replace", `${key}.replace`]],
    ),
    actionStep(`${key}.replace`, "Replace Password", "password-replace", [["success", to]]),
  ];
}

/** Sends a link, and lets its reader choose a password. Whoever is known by a phone number gets a code instead. */
export function passwordReset(identifier: Identifier): readonly Step[] {
  if (identifier === "phone")
    return [...codeByMessage(PLACE.reset, "sms", "sign-in", "choosePassword"), ...choosePassword()];
  return [
    actionStep(PLACE.reset, "Send Password Reset", "password-send-reset", [["success", "resetSent"]], {
      args: LINK_ARGUMENTS,
      half: {
        action: "verify-magic-link",
        argument: "verifyStepId",
        rules: [["success", "choosePassword"]],
        follows: true,
      },
    }),
    ...linkSent("resetSent", "Password Reset Sent", PLACE.reset, "a link to choose a new password"),
    ...choosePassword(),
  ];
}

/** A screen that waits until a link has been followed elsewhere. It says the same whether anything was sent. */
export function linkSent(key: string, name: string, resend: string, what: string): readonly Step[] {
  return [
    screenStep(
      key,
      name,
      {
        components: [
          text("title", "Look into your mailbox", "subtitle1"),
          text("hint", `If there is an account, ${what} is on its way to its email address.`, "body1"),
          polling,
          button("resend", "Send again", "link"),
          errorMessage,
        ],
      },
      [
        ["polling", "elsewhere"],
        ["resend", resend],
      ],
    ),
    screenStep(
      "elsewhere",
      "Continued elsewhere",
      { components: [text("title", "You can close this window", "subtitle1")] },
      [],
    ),
  ];
}

/** Lets somebody who proved who they are choose a password. */
export function choosePassword(): readonly Step[] {
  return [
    screenStep(
      "choosePassword",
      "Choose a new password",
      {
        components: [
          text("title", "Choose a new password", "subtitle1"),
          newPassword,
          button("save", "Save"),
          errorMessage,
        ],
        contextKeys: ["pswdPolicy"],
      },
      [["save", "updatePassword"]],
    ),
    actionStep("updatePassword", "Update Password", "password-update", [["success", MARK]]),
    markMigrated(END),
  ];
}

/** How a message reaches a user, by what it is known by. */
export type MessageMethod = "email" | "sms";

/** How codes are sent to somebody who is known by this. */
export function codeMethodOf(identifier: Identifier): MessageMethod {
  return identifier === "phone" ? "sms" : "email";
}

/**
 * Sends a code and takes it back.
 *
 * @param again - Key of the step that sends another one.
 */
export function codeByMessage(
  key: string,
  method: MessageMethod,
  way: "sign-in" | "sign-up-or-in",
  to: string,
  again: string = key,
): readonly Step[] {
  const label = method === "email" ? "Email" : "SMS";
  const verb = way === "sign-in" ? "Sign In" : "Sign Up or In";
  const where = method === "email" ? "email address" : "phone number";
  return [
    actionStep(key, `${verb} / OTP / ${label}`, `${way}-otp-${method}`, [["success", codeScreenOf(key)]], {
      args: MESSAGE_ARGUMENTS,
    }),
    screenStep(
      codeScreenOf(key),
      "Verify OTP",
      {
        components: [
          text("title", "Enter your code", "subtitle1"),
          text("hint", `If there is an account, a code is on its way to its ${where}.`, "body1"),
          code,
          button("resend", "Send again", "link"),
          errorMessage,
        ],
      },
      [
        ["oneTimeCodeId", `${key}.verify`],
        ["resend", again],
      ],
    ),
    actionStep(`${key}.verify`, `Verify Code / OTP / ${label}`, `verify-code-otp-${method}`, [["success", to]]),
  ];
}

/** Key of the screen where a code is typed in. */
export function codeScreenOf(key: string): string {
  return `${key}.code`;
}

/**
 * Sends a link that signs in.
 *
 * @param again - Key of the step that sends another one.
 */
export function magicLink(
  key: string,
  way: "sign-in" | "sign-up-or-in",
  to: string,
  again: string = key,
): readonly Step[] {
  const verb = way === "sign-in" ? "Sign In" : "Sign Up or In";
  return [
    actionStep(key, `${verb} / Magic Link / Email`, `${way}-magic-link-email`, [["success", linkScreenOf(key)]], {
      args: LINK_ARGUMENTS,
      half: { action: "verify-magic-link", argument: "verifyStepId", rules: [["success", to]], follows: true },
    }),
    ...linkSent(linkScreenOf(key), "Magic Link Sent", again, "a link that signs you in"),
  ];
}

/** Key of the screen that waits for a link. */
export function linkScreenOf(key: string): string {
  return `${key}.sent`;
}

/** A second factor, and then the session, for somebody who has just given the right password: a code to the phone, or to the email address. */
export function secondFactor(key: string): readonly Step[] {
  return [
    conditionStep(
      key,
      "Is there a verified phone?",
      [{ id: "verifiedPhone", name: "Verified phone", when: [["user.verifiedPhone", "is-true"]], to: "factorBySms" }],
      { name: "No verified phone", to: "factorByEmail" },
    ),
    ...codeByMessage("factorBySms", "sms", "sign-in", PLACE.issue),
    ...codeByMessage("factorByEmail", "email", "sign-in", PLACE.issue),
  ];
}

/** Offers a passkey to those whose device can have one and who have none. */
export function passkeyPromotion(key: string): readonly Step[] {
  return [
    conditionStep(
      key,
      "Could have a passkey?",
      [
        {
          id: "canHavePasskey",
          name: "Device supports passkeys, and the user has none",
          when: [
            ["deviceInfo.webAuthnSupport", "is-true"],
            ["user.webauthn", "is-false", false],
          ],
          to: "promotePasskey",
        },
      ],
      { name: "Else", to: END },
    ),
    screenStep(
      "promotePasskey",
      "Promote Passkeys",
      {
        components: [
          text("title", "Sign in faster next time", "subtitle1"),
          text("hint", "A passkey signs you in with your fingerprint, face or screen lock.", "body1"),
          addPasskey,
          button("notNow", "Not now", "link"),
          errorMessage,
        ],
      },
      [
        ["addPasskey", "passkey"],
        ["notNow", END],
      ],
    ),
    actionStep("passkey", "Update User / Passkeys (WebAuthn)", "webauthn-update-user-start", [], {
      args: { restrictPasskeyTypes: "", userVerificationDiscouraged: "" },
      half: {
        action: "webauthn-update-user-finish",
        argument: "finishStepId",
        rules: [["success", END]],
        follows: true,
      },
    }),
  ];
}

/** A screen that only says something, with a way back. */
export function messageScreen(
  key: string,
  name: string,
  title: string,
  hint: string,
  buttons: readonly (readonly [id: string, label: string, to: string])[],
): Step {
  return screenStep(
    key,
    name,
    {
      components: [
        text("title", title, "subtitle1"),
        text("hint", hint, "body1"),
        ...buttons.map(([id, label], index) => button(id, label, index === 0 ? "contained" : "link")),
      ],
    },
    buttons.map(([id, , to]): StepRule => [id, to]),
  );
}

/** Sends the user to an OAuth provider and takes it back. */
export function oauthRoundTrip(
  key: string,
  name: string,
  options: { readonly provider: string; readonly loginHint: string },
  to: string,
): Step {
  const errors = {
    OAuthStartFailed: "automatic",
    OAuthExchangeCodeFailed: "automatic",
    ActionErrorTenantDisabled: "automatic",
    ActionErrorTenantRequiresSSO: "automatic",
  } as const;
  return actionStep(key, name, "oauth-start", [], {
    args: {
      allowSetDefaultProvider: false,
      defaultProvider: options.provider,
      loginHint: options.loginHint,
      popup: false,
      prompt: [],
      rawResponse: false,
      redirectUrl: "",
    },
    errors,
    half: {
      action: "exchange-oauth-code",
      argument: "exchangeStepId",
      rules: [["success", to]],
      errors,
      follows: true,
    },
  });
}
