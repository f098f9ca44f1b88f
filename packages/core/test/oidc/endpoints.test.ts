import { describe, expect, test } from "vitest";
import { callbackUrls, descopeApiUrl } from "../../src/oidc/callback-urls.ts";
import { discoverEndpoints, discoveryUrls } from "../../src/oidc/oidc-endpoints.ts";
import type { OidcProbe } from "../../src/ports/oidc-probe.ts";

const pool = { userPoolId: "eu-west-1_AbCdEf123", region: "eu-west-1" };
const issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
const updated = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
const document = {
  issuer,
  authorization_endpoint: "https://people.auth.eu-west-1.amazoncognito.com/oauth2/authorize",
  token_endpoint: "https://people.auth.eu-west-1.amazoncognito.com/oauth2/token",
  userinfo_endpoint: "https://people.auth.eu-west-1.amazoncognito.com/oauth2/userInfo",
  jwks_uri: `${issuer}/.well-known/jwks.json`,
};

/** Answers each address with the document given for it, and all others with 400. */
function answering(documents: Readonly<Record<string, object>>): OidcProbe {
  return {
    readDocument: (url) => {
      const body = documents[url];
      return Promise.resolve(body === undefined ? { status: 400, body: undefined } : { status: 200, body });
    },
    follow: () => Promise.reject(new Error("not asked")),
  };
}

const at = (base: string): string => `${base}/.well-known/openid-configuration`;

describe("discovery", () => {
  test("is asked at the issuer, never at the pool's own domain", () => {
    expect(discoveryUrls(pool, undefined)).toEqual([at(issuer), at(updated)]);
    expect(discoveryUrls(pool, "http://127.0.0.1:9229/")).toEqual([at(`http://127.0.0.1:9229/${pool.userPoolId}`)]);
  });

  test.each([issuer, updated])("gives the endpoints of the pool that %s issues", async (base) => {
    const probe = answering({ [at(base)]: { ...document, issuer: base } });
    expect(await discoverEndpoints(probe, pool, undefined, {})).toEqual({
      issuer: base,
      authorize: document.authorization_endpoint,
      token: document.token_endpoint,
      userInfo: document.userinfo_endpoint,
      jwks: document.jwks_uri,
    });
  });

  test("gives nothing for a pool without a domain", async () => {
    const probe = answering({ [at(issuer)]: { issuer, jwks_uri: document.jwks_uri } });
    expect(await discoverEndpoints(probe, pool, undefined, {})).toBeUndefined();
  });

  test.each([
    ["another issuer", { ...document, issuer: "https://evil.example" }, "names another issuer"],
    ["http", { ...document, token_endpoint: "http://people.example/oauth2/token" }, "no https address"],
    ["a host like this machine", { ...document, token_endpoint: "http://127.evil.example/" }, "no https address"],
    ["no address", { ...document, userinfo_endpoint: "javascript:alert(1)" }, "no https address"],
    ["a number", { ...document, jwks_uri: 5 }, "no https address"],
  ])("refuses a document with %s", async (_what, body, message) => {
    await expect(discoverEndpoints(answering({ [at(issuer)]: body }), pool, undefined, {})).rejects.toMatchObject({
      code: "ERR_SOURCE_UNEXPECTED",
      message: expect.stringContaining(message) as string,
    });
  });

  test("names the hosts when no place answers", async () => {
    await expect(discoverEndpoints(answering({}), pool, undefined, {})).rejects.toMatchObject({
      code: "ERR_SOURCE_UNREACHABLE",
      suggestion: expect.stringContaining("cognito-idp.eu-west-1.amazonaws.com") as string,
    });
  });
});

test("callback addresses are both known paths, on the region's host and on the project's own domain", () => {
  expect(callbackUrls("https://api.euc1.descope.com", "auth.example.com")).toEqual([
    "https://api.euc1.descope.com/v1/oauth/callback",
    "https://api.euc1.descope.com/v1/auth/oauth/callback",
    "https://auth.example.com/v1/oauth/callback",
    "https://auth.example.com/v1/auth/oauth/callback",
  ]);
});

test.each([
  ["P2aaaaaaaaaaaaaaaaaaaaaaaaaa", undefined, "https://api.descope.com"],
  ["Peuc12aaaaaaaaaaaaaaaaaaaaaaaaaa", undefined, "https://api.euc1.descope.com"],
  ["Puse12aaaaaaaaaaaaaaaaaaaaaaaaaa", undefined, "https://api.descope.com"],
  ["P2aaaaaaaaaaaaaaaaaaaaaaaaaa", "https://auth.example.com/", "https://auth.example.com"],
])("the API of project %s with the base URL %s is %s", (projectId, baseUrl, expected) => {
  expect(descopeApiUrl(projectId, baseUrl)).toBe(expected);
});
