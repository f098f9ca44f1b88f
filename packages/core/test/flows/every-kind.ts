import type { GenerateFlowOptions } from "../../src/flows/generate/options.ts";

const connector = { name: "Gateway" };
const direct = { kind: "direct-cognito", connector, clientId: "abc123", signUpAction: "password-sign-up" } as const;

/** Options of every kind, with all that changes a flow's steps. */
export const EVERY_KIND: readonly GenerateFlowOptions[] = [
  { kind: "jit-password", connector },
  { kind: "jit-password", connector, identifier: "phone", unknownUsers: "refuse" },
  { kind: "combined", connector, identifier: "login-id", secondFactor: "always", userPoolId: "eu-west-1_a" },
  direct,
  { ...direct, templateEscaping: "json" },
  { ...direct, templateEscaping: "raw" },
  { kind: "reset-password" },
  { kind: "reset-password", identifier: "phone" },
  { kind: "passwordless" },
  { kind: "passwordless", method: "otp-sms", identifier: "phone", unknownUsers: "sign-up", passkeys: false },
  { kind: "cognito-oidc" },
  { kind: "cognito-oidc", afterwards: "password", provider: "pool" },
  { kind: "token-claims" },
  { kind: "token-claims", method: "otp-email" },
];
