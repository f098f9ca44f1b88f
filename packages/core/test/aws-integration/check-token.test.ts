import { fc, test as property } from "@fast-check/vitest";
import { checkToken, TOKEN_TARGETS, type TokenTarget } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";

const PROJECT = "P2abc";
const NOW = 1_800_000_000;
const options = { projectId: PROJECT, audiences: [PROJECT], now: NOW };
const header = { alg: "RS256", kid: "k1", typ: "JWT" };
const payload = {
  iss: `https://api.descope.com/${PROJECT}`,
  aud: PROJECT,
  sub: "U2abc",
  cognitoSub: "0b1c",
  drn: "DS",
  iat: NOW - 10,
  exp: NOW + 590,
};

type Changed = Readonly<Record<string, unknown>>;

/** By target the part that it refuses the token for; nothing for those that accept it. */
function refusals(
  change: Changed,
  headerChange: Changed = {},
  more: object = {},
): Partial<Record<TokenTarget, string>> {
  const token = { header: { ...header, ...headerChange }, payload: { ...payload, ...change } };
  return Object.fromEntries(
    TOKEN_TARGETS.flatMap((target) => {
      const { accepted, problems } = checkToken(target, token, { ...options, ...more });
      return accepted ? [] : [[target, problems.map(({ part }) => part).join(" ")]];
    }),
  );
}

const everywhere = (part: string): object => Object.fromEntries(TOKEN_TARGETS.map((target) => [target, part]));
const NATIVE: readonly TokenTarget[] = ["http-api-jwt", "rest-api-jwt", "appsync-oidc", "alb-jwt", "identity-pool"];
const natively = (part: string): object => Object.fromEntries(NATIVE.map((target) => [target, part]));

describe("a session token", () => {
  test("of the template is accepted everywhere, without a warning", () => {
    expect(refusals({})).toEqual({});
    for (const target of TOKEN_TARGETS) expect(checkToken(target, { header, payload }, options).warnings).toEqual([]);
  });

  test("without the template lacks the audience everywhere, and the issuer where AWS looks at it itself", () => {
    expect(refusals({ iss: PROJECT, aud: undefined })).toEqual({ ...everywhere("aud"), ...natively("iss aud") });
    expect(refusals({ iss: PROJECT })).toEqual(natively("iss"));
  });

  test.each([
    ["expired", { exp: NOW }, "exp"],
    ["without an expiry", { exp: undefined }, "exp"],
    ["issued in the future", { iat: NOW + 60 }, "iat"],
    ["not good yet", { nbf: NOW + 60 }, "nbf"],
    ["of another project", { iss: "https://api.descope.com/P2other" }, "iss"],
    ["of Cognito", { iss: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab" }, "iss"],
  ])("that is %s is refused everywhere", (_what, change, part) => {
    expect(refusals(change)).toEqual(everywhere(part));
  });

  test("with another algorithm or without a key ID is refused everywhere", () => {
    expect(refusals({}, { alg: "HS256" })).toEqual(everywhere("alg"));
    expect(refusals({}, { alg: "none" })).toEqual(everywhere("alg"));
    expect(refusals({}, { kid: undefined })).toEqual(everywhere("kid"));
    expect(Object.keys(refusals({}, { alg: "RS512" })).sort()).toEqual(
      TOKEN_TARGETS.filter(
        (target) => target === "rest-api-jwt" || target === "alb-jwt" || target === "lambda-authorizer",
      ).sort(),
    );
  });

  test("whose issuer differs from the configured one by a slash is refused where AWS compares it", () => {
    expect(refusals({}, {}, { issuer: `${payload.iss}/` })).toEqual(natively("iss"));
    expect(refusals({}, {}, { issuer: payload.iss })).toEqual({});
  });
});

describe("the audience", () => {
  test("may be a list, but not for a load balancer", () => {
    expect(refusals({ aud: ["other", PROJECT] })).toEqual({ "alb-jwt": "aud" });
  });

  test("is replaced by client_id in HTTP APIs, by azp in AppSync and identity pools", () => {
    expect(refusals({ aud: undefined, client_id: PROJECT })).toEqual({
      ...everywhere("aud"),
      "http-api-jwt": undefined,
    });
    expect(refusals({ aud: "else", azp: PROJECT })).toEqual({
      ...everywhere("aud"),
      "appsync-oidc": undefined,
      "identity-pool": undefined,
    });
    expect(refusals({ azp: "else" })).toEqual({ "identity-pool": "aud" });
  });
});

test("scopes of the route are looked for in scope and scp, one is enough", () => {
  const scopes = { scopes: ["orders:read", "orders:write"] };
  expect(refusals({}, {}, scopes)).toEqual({ "http-api-jwt": "scope", "rest-api-jwt": "scope" });
  expect(refusals({ scope: "openid orders:read" }, {}, scopes)).toEqual({});
  expect(refusals({ scp: ["orders:write"] }, {}, scopes)).toEqual({});
});

test("a refresh token is refused where the kind is looked at, and warned of where it is not", () => {
  const token = { header, payload: { ...payload, drn: "DSR" } };
  const verdicts = TOKEN_TARGETS.map((target) => checkToken(target, token, options));
  for (const { target, accepted, warnings } of verdicts) {
    const looksAtKind = target === "alb-jwt" || target === "lambda-authorizer";
    expect(accepted, target).toBe(!looksAtKind);
    expect(
      warnings.some((warning) => warning.includes("refresh token")),
      target,
    ).toBe(!looksAtKind);
  }
});

const json = fc.jsonValue({ maxDepth: 2 });
const claims = fc.dictionary(
  fc.constantFrom("iss", "aud", "azp", "client_id", "exp", "nbf", "iat", "drn", "sub", "scope", "scp", "alg", "kid"),
  json,
);

property.prop([claims, claims, fc.constantFrom(...TOKEN_TARGETS)])(
  "whatever stands in a token, the answer is a verdict that repeats none of it",
  (head, body, target) => {
    const { accepted, problems } = checkToken(
      target,
      { header: head, payload: { ...body, aud: "s3cret-value" } },
      options,
    );
    expect(accepted).toBe(problems.length === 0);
    expect(JSON.stringify(problems)).not.toContain("s3cret-value");
  },
);
