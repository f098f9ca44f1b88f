import type { AppClientDescription, CognitoSettings, PoolSignIn } from "@cognito-to-descope/core";
import { Secret } from "@cognito-to-descope/core";

/** A pool against which nothing speaks. */
export function samplePool(change: Partial<PoolSignIn> = {}): PoolSignIn {
  return {
    userPoolId: "us-east-1_AbCdEf123",
    name: "people",
    region: "us-east-1",
    estimatedUsers: 10,
    schema: ["sub", "email", "email_verified", "identities", "custom:tier", "dev:custom:risk"].map((name) => ({
      name,
      type: "String",
      required: false,
      mutable: true,
    })),
    usernameAttributes: ["email"],
    aliasAttributes: [],
    caseSensitive: false,
    mfa: { configuration: "OFF", sms: false, totp: false, email: false, passkeys: false },
    passwordPolicy: {
      minimumLength: 8,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: true,
    },
    verification: { atSignUp: ["email"], beforeUpdate: [] },
    triggers: {},
    tier: "ESSENTIALS",
    threatProtection: "OFF",
    remembersDevices: false,
    firstFactors: ["PASSWORD"],
    emailSender: "DEVELOPER",
    verificationMessage: "CONFIRM_WITH_CODE",
    ...change,
  };
}

/** An app client as it is read. */
export function sampleClient(
  clientId: string,
  name: string,
  settings: CognitoSettings,
  secret?: string,
): AppClientDescription {
  return { clientId, name, settings, ...(secret === undefined ? {} : { secret: new Secret(secret) }) };
}
