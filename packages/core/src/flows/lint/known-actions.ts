/** What an action is, as far as public exports show. */
export interface KnownAction {
  /** Whether somebody has proved who they are when it succeeds. */
  readonly authenticates?: boolean;
  /** The second half of the step: its action, and the argument that names it. */
  readonly half?: { readonly action: string; readonly argument: string };
  /** Whether nothing follows. */
  readonly ends?: boolean;
}

const proves: KnownAction = { authenticates: true };
const link: KnownAction = { half: { action: "verify-magic-link", argument: "verifyStepId" } };
const oauth: KnownAction = { half: { action: "exchange-oauth-code", argument: "exchangeStepId" } };
const plain: KnownAction = {};

function passkey(way: string): KnownAction {
  return { half: { action: `webauthn-${way}-finish`, argument: "finishStepId" } };
}

const MESSAGE_WAYS = ["sign-in", "sign-up", "sign-up-or-in", "update-user"] as const;

/** Every action that public exports show; see `facts.md#flows` of the Descope adapter. */
export const KNOWN_ACTIONS: Readonly<Record<string, KnownAction>> = {
  "logged-in": { ends: true },
  loadUser: proves,
  risk: plain,
  "custom-claims": plain,
  "update-user-properties": plain,
  connector: plain,
  "email-connector": plain,
  scriptlet: plain,
  "step-up": plain,
  "admin-link-sso-generate-v2": plain,
  "password-sign-in": proves,
  "password-sign-in-v2": proves,
  "password-replace": proves,
  "password-update": plain,
  "password-send-reset": link,
  "verify-magic-link": proves,
  "update-user-totp": plain,
  "verify-totp-code": proves,
  ...Object.fromEntries(
    MESSAGE_WAYS.flatMap((way) => [
      [`${way}-otp-email`, plain] as const,
      [`${way}-otp-sms`, plain] as const,
      [`${way}-magic-link-email`, link] as const,
      [`${way}-magic-link-sms`, link] as const,
      [`webauthn-${way}-start`, passkey(way)] as const,
      [`webauthn-${way}-finish`, proves] as const,
    ]),
  ),
  "verify-code-otp-email": proves,
  "verify-code-otp-sms": proves,
  "oauth-start": oauth,
  "oauth-start-sign-in": oauth,
  "oauth-start-sign-up": oauth,
  "exchange-oauth-code": proves,
  "saml-start": { half: { action: "exchange-saml-code", argument: "exchangeStepId" } },
  "exchange-saml-code": proves,
};

/** An action, when it is known. */
export function knownAction(action: string): KnownAction | undefined {
  return Object.hasOwn(KNOWN_ACTIONS, action) ? KNOWN_ACTIONS[action] : undefined;
}

/**
 * Whether somebody may have proved who they are after it. An unknown action may do anything, so that nothing is said of what
 * comes after it.
 */
export function mayAuthenticate(action: string): boolean {
  const known = knownAction(action);
  return known === undefined || known.authenticates === true;
}

/** Operators of comparisons that public exports or the console's documentation show. */
export const KNOWN_OPERATORS: ReadonlySet<string> = new Set([
  "is-true",
  "is-false",
  "equal",
  "not-equal",
  "contains",
  "not-contains",
  "in",
  "not-in",
  "empty",
  "not-empty",
  "greater-than",
  "less-than",
]);

/** Words that paths of the context begin with. */
export const KNOWN_ROOTS: ReadonlySet<string> = new Set([
  "form",
  "inputs",
  "unauthUser",
  "user",
  "authInfo",
  "connectors",
  "scripts",
  "device",
  "deviceInfo",
  "riskInfo",
  "geo",
  "client",
  "idpInitiated",
  "sentTo",
  "totp",
  "pswdPolicy",
  "tenant",
  "project",
  "flow",
  "thirdPartyApp",
  "ssoApp",
  "errorText",
  "lastAuth",
]);
