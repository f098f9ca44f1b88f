import { describe, expect, it } from "vitest";

import { mapAppClient, mapDescribedPool, mapGroup, mapIdentityProvider, mapMfa, mapTriggers } from "../src/map-pool.ts";

describe("mapDescribedPool", () => {
  it("takes Cognito's defaults for what is not said", () => {
    expect(mapDescribedPool({}, "us-east-1_AbCdEf123", "us-east-1")).toEqual({
      userPoolId: "us-east-1_AbCdEf123",
      name: "",
      region: "us-east-1",
      estimatedUsers: 0,
      schema: [],
      usernameAttributes: [],
      aliasAttributes: [],
      caseSensitive: true,
      passwordPolicy: {
        minimumLength: 6,
        requireLowercase: false,
        requireUppercase: false,
        requireNumbers: false,
        requireSymbols: false,
      },
      verification: { atSignUp: [], beforeUpdate: [] },
      triggers: {},
      tier: "",
    });
  });
});

describe("mapTriggers", () => {
  it("counts a trigger once, by its own name, and leaves the key out", () => {
    expect(
      mapTriggers({
        PreSignUp: "arn:aws:lambda:us-east-1:123456789012:function:a",
        PreTokenGeneration: "arn:aws:lambda:us-east-1:123456789012:function:b",
        PreTokenGenerationConfig: {
          LambdaVersion: "V2_0",
          LambdaArn: "arn:aws:lambda:us-east-1:123456789012:function:b",
        },
        CustomSMSSender: { LambdaVersion: "V1_0", LambdaArn: "arn:aws:lambda:us-east-1:123456789012:function:c" },
        KMSKeyID: "arn:aws:kms:us-east-1:123456789012:key/k",
      }),
    ).toEqual({
      PreSignUp: "arn:aws:lambda:us-east-1:123456789012:function:a",
      PreTokenGeneration: "arn:aws:lambda:us-east-1:123456789012:function:b",
      CustomSMSSender: "arn:aws:lambda:us-east-1:123456789012:function:c",
    });
  });
});

describe("mapMfa", () => {
  it("tells which factors the pool offers", () => {
    expect(
      mapMfa(
        {
          MfaConfiguration: "ON",
          SoftwareTokenMfaConfiguration: { Enabled: true },
          EmailMfaConfiguration: {},
          WebAuthnConfiguration: { RelyingPartyId: "example.com" },
        },
        {},
      ),
    ).toEqual({ configuration: "ON", sms: false, totp: true, email: true, passkeys: true });
  });
});

describe("mapAppClient", () => {
  it.each([
    [{}, 30 * 86_400],
    [{ RefreshTokenValidity: 0 }, 30 * 86_400],
    [{ RefreshTokenValidity: 5 }, 5 * 86_400],
    [{ RefreshTokenValidity: 90, TokenValidityUnits: { RefreshToken: "minutes" } }, 5400],
    [{ RefreshTokenValidity: 2, TokenValidityUnits: { RefreshToken: "hours" } }, 7200],
    [{ RefreshTokenValidity: 3600, TokenValidityUnits: { RefreshToken: "seconds" } }, 3600],
  ] as const)("gives the validity of refresh tokens in seconds: %j", (client, seconds) => {
    expect(mapAppClient(client).refreshTokenSeconds).toBe(seconds);
  });

  it("keeps that there is a secret and not the secret", () => {
    const client = mapAppClient({ ClientId: "c", ClientSecret: "canary" });
    expect(client.hasSecret).toBe(true);
    expect(JSON.stringify(client)).not.toContain("canary");
  });
});

describe("mapIdentityProvider", () => {
  it("drops secrets and private keys, whatever their name, and keeps the rest", () => {
    const provider = mapIdentityProvider({
      ProviderName: "Apple",
      ProviderType: "SignInWithApple",
      ProviderDetails: {
        client_id: "com.example.app",
        team_id: "T",
        key_id: "K",
        private_key: "canary",
        client_secret: "canary",
        token_url: "https://appleid.apple.com/auth/token",
        odd: "-----BEGIN EC PRIVATE KEY-----\ncanary\n-----END EC PRIVATE KEY-----",
        ActiveEncryptionCertificate: "MIIC",
      },
    });
    expect(provider).toEqual({
      name: "Apple",
      type: "SignInWithApple",
      identifiers: [],
      details: {
        client_id: "com.example.app",
        team_id: "T",
        key_id: "K",
        token_url: "https://appleid.apple.com/auth/token",
        ActiveEncryptionCertificate: "MIIC",
      },
      attributeMapping: {},
    });
  });
});

describe("mapGroup", () => {
  it("keeps a precedence of 0 and leaves out what is not set", () => {
    expect(mapGroup({ GroupName: "g", Precedence: 0 })).toEqual({ name: "g", description: "", precedence: 0 });
    expect(mapGroup({ GroupName: "g", Description: "d", RoleArn: "arn:aws:iam::123456789012:role/r" })).toEqual({
      name: "g",
      description: "d",
      roleArn: "arn:aws:iam::123456789012:role/r",
    });
  });
});
