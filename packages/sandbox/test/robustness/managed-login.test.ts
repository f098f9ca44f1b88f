import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";

import { createCognitoService, generatePool } from "../../src/index.ts";
import type { WireReply, WireRequest } from "../../src/index.ts";
import { oddText } from "./odd-values.ts";

const service = createCognitoService();
const generated = generatePool(service, { users: 40, groups: 2 });
const { userPoolId, clientId, pool } = generated;
const clients = [...pool.clients.values()];
const someone = Array.from({ length: 40 }, (_, i) => pool.users.at(i)).findLast((user) => user?.status === "CONFIRMED");

const paths = [
  `/${userPoolId}/.well-known/jwks.json`,
  "/x_y/.well-known/openid-configuration",
  "/oauth2/authorize",
  "/login",
  "/logout",
  "/oauth2/token",
  "/oauth2/userInfo",
  "/oauth2/revoke",
  "/oauth2/idpresponse",
  "/saml2/idpresponse",
];

/** Parameters of OAuth and SAML with values that fit now and then. */
const parameters = fc.dictionary(
  fc.constantFrom(
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "identity_provider",
    "idp_identifier",
    "username",
    "password",
    "session",
    "grant_type",
    "code",
    "refresh_token",
    "client_secret",
    "code_verifier",
    "token",
    "logout_uri",
    "SAMLResponse",
    "RelayState",
    "error",
    "prompt",
    "step",
  ),
  fc.oneof(
    { weight: 3, arbitrary: oddText },
    {
      weight: 5,
      arbitrary: fc.constantFrom(
        clientId,
        ...clients.map((client) => client.clientId),
        "https://app.example.com/callback",
        "code",
        "token",
        "openid email",
        "S256",
        "Google",
        "Okta",
        someone?.username ?? "",
        generated.passwordOf(someone?.sub ?? ""),
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "https://app.example.com/",
        "PHNhbWw+PC9zYW1sPg==",
        ...clients.flatMap(({ secret }) => (secret === undefined ? [] : [secret])),
      ),
    },
  ),
  { maxKeys: 9, noNullPrototype: false },
);

const credentials = fc.oneof(
  fc.constant(""),
  oddText,
  oddText.map((text) => `Bearer ${text}`),
  oddText.map((text) => `Basic ${Buffer.from(text).toString("base64")}`),
  fc.constantFrom(
    ...clients.map((client) => `Basic ${Buffer.from(`${client.clientId}:${client.secret}`).toString("base64")}`),
  ),
);

test.prop([fc.constantFrom(...paths), fc.constantFrom("GET", "POST"), parameters, parameters, credentials, oddText], {
  numRuns: 1500,
})("managed login answers odd requests and never fails", async (path, method, query, form, authorization, cookie) => {
  const request: WireRequest = {
    method,
    path,
    query: new URLSearchParams(query),
    headers: { "content-type": "application/x-www-form-urlencoded", host: "127.0.0.1", authorization, cookie },
    body: method === "GET" ? Buffer.alloc(0) : Buffer.from(new URLSearchParams(form).toString()),
    remoteAddress: "127.0.0.1",
  };
  const reply: WireReply = await service.answer(request);
  expect(reply.status).toBeLessThan(500);
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    // Node refuses to send anything else, and that would be a failure of ours.
    expect(`${name}: ${String(value)}`).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
  }
});
