/** What each class of a connection means, in a few words. */
export const CLASS_NAMES: Readonly<Record<string, string>> = {
  A: "SAML over the bridge; nobody else has to act.",
  B: "SAML over the bridge; sign-out needs a look.",
  C: "SAML over the bridge; a test must show whether unsigned requests are taken.",
  D: "SAML with encrypted assertions: the provider's administrator acts.",
  E: "OIDC over the bridge.",
  F: "No custom domain: Cognito stays upstream, or the provider's administrator acts.",
  G: "Social provider of the whole project.",
};

/** What each stage is called, and what becomes of sign-ins that begin at the identity provider. */
export const STAGE_NAMES = {
  cognito: ["Cognito", "As before the bridge."],
  "log-only": ["Log only", "To Cognito still; the log says what would have happened."],
  descope: ["Descope", "To Descope."],
  verified: ["Verified", "To Descope, and Cognito has been quiet."],
} as const;

/** What each gate asks for. */
export const GATE_NAMES: Readonly<Record<string, string>> = {
  bridgeable: "Can be bridged",
  "settings-verified": "Settings verified",
  "test-sign-in": "Test sign-in",
  "decisions-agree": "Decisions agree",
  "sign-ins-arrive": "Sign-ins arrive",
  "sign-ins-succeed": "Sign-ins succeed",
  "cognito-quiet": "Cognito quiet",
};
