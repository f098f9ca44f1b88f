import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { userOfFreshIdToken } from "../../src/authenticate/user-of-token.ts";

const EXPECTED = { userPoolId: "eu-west-1_AbCdEf123", clientId: "1client" };

const CLAIMS = {
  iss: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
  aud: "1client",
  token_use: "id",
  sub: "sub-1",
  "cognito:username": "ada",
};

function tokenOf(claims: unknown): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part(claims)}.c2lnbmF0dXJl`;
}

describe("an ID token", () => {
  it("tells of the user what listings tell, as text, and its groups", () => {
    const token = tokenOf({
      ...CLAIMS,
      email: "ada@example.com",
      email_verified: true,
      phone_number_verified: false,
      updated_at: 1719792000,
      address: { formatted: "1 Main St" },
      "custom:seats": "12",
      identities: [{ userId: "1", providerName: "Google", primary: "false" }],
      "cognito:groups": ["admins", "é"],
      "cognito:roles": ["arn:aws:iam::123456789012:role/x"],
      "cognito:preferred_role": "arn",
      origin_jti: "o",
      event_id: "e",
      jti: "j",
      auth_time: 1,
      iat: 1,
      exp: 2,
      at_hash: "h",
      nonce: null,
    });
    expect(userOfFreshIdToken(token, EXPECTED)).toEqual({
      user: {
        sub: "sub-1",
        username: "ada",
        attributes: {
          email: "ada@example.com",
          email_verified: "true",
          phone_number_verified: "false",
          updated_at: "1719792000",
          address: "1 Main St",
          "custom:seats": "12",
          identities: '[{"userId":"1","providerName":"Google","primary":"false"}]',
        },
        enabled: true,
        status: "CONFIRMED",
        createdAt: 0,
        modifiedAt: 0,
      },
      groups: ["admins", "é"],
    });
  });

  it.for([
    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
    "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
    "http://0.0.0.0:9229/eu-west-1_AbCdEf123",
  ])("may be of the issuer %s", (iss) => {
    expect(userOfFreshIdToken(tokenOf({ ...CLAIMS, iss }), EXPECTED)?.user.sub).toBe("sub-1");
  });

  it.for<[string, unknown]>([
    ["of another pool", tokenOf({ ...CLAIMS, iss: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other" })],
    ["of a pool whose ID ends alike", tokenOf({ ...CLAIMS, iss: "https://x/y-eu-west-1_AbCdEf123" })],
    ["of another client", tokenOf({ ...CLAIMS, aud: "2client" })],
    ["for several clients", tokenOf({ ...CLAIMS, aud: ["1client"] })],
    ["that is an access token", tokenOf({ ...CLAIMS, token_use: "access" })],
    ["without a subject", tokenOf({ ...CLAIMS, sub: "" })],
    ["with a number for a subject", tokenOf({ ...CLAIMS, sub: 1 })],
    ["of other claims", tokenOf([1])],
    ["of no claims", tokenOf(null)],
    ["in two parts", "a.b"],
    ["in four parts", `${tokenOf(CLAIMS)}.d`],
    ["that is no text", 5],
    ["that is not there", undefined],
  ])("%s is none", ([, token]) => {
    expect(userOfFreshIdToken(token, EXPECTED)).toBeUndefined();
  });

  test.prop([fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))])("never gives anything but text", (more) => {
    const read = userOfFreshIdToken(tokenOf({ ...more, ...CLAIMS }), EXPECTED);
    for (const value of Object.values(read?.user.attributes ?? {})) expect(typeof value).toBe("string");
    expect(Object.keys(read?.user.attributes ?? {}).filter((name) => name in CLAIMS)).toEqual([]);
  });
});
