import { createVerifier, type Verifier } from "@cognito-to-descope/session";
import { createVerifier as createEdgeVerifier } from "@cognito-to-descope/session/edge";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHolder, proofOf } from "../dpop-holder.ts";
import { accessClaims, CLIENT, createKey, openVerifier, projectKey, sessionClaims, SUB } from "../issuer.ts";
import { claimsOf, type CognitoTokens, startWorld, type World } from "../world.ts";
import { FRAMEWORKS } from "./frameworks.ts";
import type { ServedApp } from "./served-routes.ts";

const EMAIL = "ada@example.com";

let world: World;
let admin: CognitoTokens;
let reader: CognitoTokens;
let session: string;
beforeAll(async () => {
  world = await startWorld();
  admin = await world.signUp(EMAIL, ["admin"]);
  reader = await world.signUp("bob@example.com");
  ({ sessionJwt: session } = await world.signIn({ loginId: EMAIL, email: EMAIL, verifiedEmail: true }));
});
afterAll(() => world[Symbol.asyncDispose]());

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** An answer, after it was checked that it tells nothing of the token. */
async function ask(
  app: ServedApp,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> }> {
  const response = await fetch(app.url + path, { headers, method, redirect: "manual" });
  const text = await response.text();
  if (response.status >= 400) expectNoSecrets(`${text}${JSON.stringify([...response.headers])}`, headers);
  return {
    status: response.status,
    headers: response.headers,
    body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

/** Nothing that a client sent, and nothing of a user, stands in an answer. */
function expectNoSecrets(answer: string, sent: Record<string, string>): void {
  const parts = Object.values(sent).flatMap((value) => value.split(/[ .;=]/));
  for (const secret of [EMAIL, SUB, CLIENT, ...parts.filter((part) => part.length > 12)]) {
    expect(answer).not.toContain(secret);
  }
}

describe.each(Object.entries(FRAMEWORKS))("%s", (_name, serveApp) => {
  let app: ServedApp;
  let verifier: Verifier;
  beforeAll(async () => {
    verifier = createVerifier(world.options);
    app = await serveApp({ verifier, realm: "orders" });
  });
  afterAll(() => app.stop());

  it("lets tokens of both providers through, with their principals", async () => {
    for (const token of [admin.accessToken, admin.idToken, session]) {
      const { status, body } = await ask(app, "/orders", bearer(token));
      expect({ status, body }).toEqual({ status: 200, body: { subject: claimsOf(token)["sub"] } });
    }
    const lowerCase = await ask(app, "/orders", { authorization: `bearer ${admin.accessToken}` });
    expect(lowerCase.status).toBe(200);
  });

  it("challenges a request without a token, and names no error", async () => {
    for (const headers of [{}, { authorization: "Basic dXNlcjpwYXNzd29yZA==" }, { cookie: `DS=${session}` }]) {
      const { status, headers: answered, body } = await ask(app, "/orders", headers);
      expect(status).toBe(401);
      expect(answered.get("www-authenticate")).toBe('Bearer realm="orders"');
      expect(answered.get("cache-control")).toBe("no-store");
      expect(body).toEqual({ status: 401, code: "ERR_TOKEN_MISSING" });
    }
  });

  it("says that a wrong token is wrong", async () => {
    const [header = "", payload = ""] = admin.accessToken.split(".");
    const [, , signature = ""] = admin.idToken.split(".");
    for (const [token, code] of [
      [`${header}.${payload}.${signature}`, "ERR_TOKEN_UNTRUSTED"],
      [createKey().sign(accessClaims()), "ERR_TOKEN_UNTRUSTED"],
      ["no-token-at-all-but-a-word", "ERR_TOKEN_MALFORMED"],
    ]) {
      const { status, headers, body } = await ask(app, "/orders", bearer(token ?? ""));
      expect(status).toBe(401);
      expect(headers.get("www-authenticate")).toBe('Bearer realm="orders", error="invalid_token"');
      expect(body).toMatchObject({ status: 401, code });
    }
  });

  it("answers a header that does not hold one token with 400", async () => {
    for (const authorization of ["Bearer", `Bearer ${session}, Bearer ${session}`, `Bearer "${session}"`]) {
      const { status, headers, body } = await ask(app, "/orders", { authorization });
      expect(status).toBe(400);
      expect(headers.get("www-authenticate")).toBe('Bearer realm="orders", error="invalid_request"');
      expect(body).toEqual({ status: 400, code: "ERR_REQUEST_INVALID" });
    }
  });

  it("asks for what the route asks for", async () => {
    expect((await ask(app, "/admin", bearer(admin.accessToken))).status).toBe(200);
    const role = await ask(app, "/admin", bearer(reader.accessToken));
    expect(role.status).toBe(403);
    expect(role.headers.get("www-authenticate")).toBe('Bearer realm="orders", error="insufficient_scope"');
    expect(role.body).toEqual({ status: 403, code: "ERR_TOKEN_INSUFFICIENT", reason: "role" });

    const scope = await ask(app, "/scoped", bearer(admin.accessToken));
    expect(scope.status).toBe(403);
    expect(scope.headers.get("www-authenticate")).toBe(
      'Bearer realm="orders", error="insufficient_scope", scope="orders/read orders/write"',
    );
    expect((await ask(app, "/acme", bearer(session))).body).toMatchObject({ status: 403, reason: "tenant" });
  });

  it("takes the mode of the route", async () => {
    expect((await ask(app, "/modern", bearer(session))).status).toBe(200);
    expect((await ask(app, "/modern", bearer(admin.accessToken))).body).toMatchObject({ status: 401, reason: "mode" });
  });

  it("lets requests without a token through where the route says so, and wrong tokens nowhere", async () => {
    expect((await ask(app, "/open")).body).toEqual({ subject: null });
    expect((await ask(app, "/open", bearer(session))).body).toEqual({ subject: claimsOf(session)["sub"] });
    expect((await ask(app, "/open", bearer(`${session}x`))).status).toBe(401);
  });

  it("reads the cookie where the options say so, and not from other sites' pages", async () => {
    const cookies = await serveApp({ verifier, cookie: { name: "DS", allowedOrigins: ["https://app.example.com"] } });
    try {
      const cookie = `theme=dark; DS=${session}; DSR=other`;
      expect((await ask(cookies, "/orders", { cookie })).status).toBe(200);
      expect((await ask(cookies, "/orders", { cookie: "DSX=1" })).body).toMatchObject({ code: "ERR_TOKEN_MISSING" });
      // The header counts first.
      const both = await ask(cookies, "/orders", { cookie, ...bearer("wrong-token-in-the-header") });
      expect(both.status).toBe(401);

      const post = (headers: Record<string, string>): ReturnType<typeof ask> =>
        ask(cookies, "/orders", { cookie, ...headers }, "POST");
      expect((await post({})).status).toBe(200);
      expect((await post({ "sec-fetch-site": "same-origin" })).status).toBe(200);
      for (const foreign of [
        { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
        { "sec-fetch-site": "same-site", origin: "https://other.example.com" },
        { origin: "https://evil.example" },
        { origin: "null" },
      ]) {
        const refused = await post(foreign);
        expect(refused.body).toEqual({ status: 403, code: "ERR_ORIGIN_REFUSED" });
      }
      expect((await post({ "sec-fetch-site": "cross-site", origin: "https://app.example.com" })).status).toBe(200);
    } finally {
      await cookies.stop();
    }
  });

  it("answers 503 while no keys can be had, and challenges nobody", async () => {
    const [pool] = world.options.cognito;
    if (pool === undefined) throw new Error("no pool");
    const closed = "http://127.0.0.1:1/jwks.json";
    const down = await serveApp({
      verifier: createEdgeVerifier({ ...world.options, cognito: [{ ...pool, jwksUri: closed }] }),
    });
    try {
      const { status, headers, body } = await ask(down, "/orders", bearer(admin.accessToken));
      expect(status).toBe(503);
      expect(headers.get("www-authenticate")).toBeNull();
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      expect(body).toEqual({ status: 503, code: "ERR_KEYS_UNAVAILABLE", reason: "keys-unavailable" });
    } finally {
      await down.stop();
    }
  });

  it("takes DPoP where the options say so", async () => {
    const holder = createHolder("ES256");
    const token = projectKey.sign(sessionClaims({ cnf: { jkt: holder.jkt } }));
    const proof = proofOf(holder, token);
    const origin = "https://api.example.com";
    const bound = await serveApp({ verifier: await openVerifier(), dpop: { origin } });
    try {
      const algorithms = 'DPoP algs="ES256 ES384 ES512 RS256 RS384 RS512"';
      expect((await ask(bound, "/orders")).headers.get("www-authenticate")).toBe(`Bearer, ${algorithms}`);
      const asBearer = await ask(bound, "/orders", { ...bearer(token), dpop: proof });
      expect(asBearer.status).toBe(401);
      expect(asBearer.headers.get("www-authenticate")).toBe(`Bearer error="invalid_token", ${algorithms}`);

      const dpop = (with_: string): ReturnType<typeof ask> =>
        ask(bound, "/orders", { authorization: `DPoP ${token}`, dpop: with_ });
      const wrong = await dpop(proofOf(holder, token, { htu: "https://evil.example/orders" }));
      expect(wrong.status).toBe(401);
      expect(wrong.headers.get("www-authenticate")).toBe(
        `Bearer, DPoP error="invalid_dpop_proof", algs="ES256 ES384 ES512 RS256 RS384 RS512"`,
      );
      expect((await dpop(proof)).status).toBe(200);
      expect((await dpop(proof)).body).toMatchObject({ reason: "dpop-replayed" });
    } finally {
      await bound.stop();
    }
    // Without the option the scheme is nobody's.
    expect(
      (await ask(app, "/orders", { authorization: `DPoP ${token}`, dpop: proof })).headers.get("www-authenticate"),
    ).toBe('Bearer realm="orders"');
  });
});

describe("guards of one request", () => {
  it("verify its token once, and the second asks for more", async () => {
    const verifier = createVerifier(world.options);
    const app = await FRAMEWORKS["Express"]!({ verifier });
    try {
      expect((await ask(app, "/nested/orders", bearer(admin.accessToken))).status).toBe(200);
      expect((await ask(app, "/nested/orders", bearer(reader.accessToken))).body).toMatchObject({ reason: "role" });
      expect(verifier.statistics().accepted).toEqual({ cognito: 2, descope: 0 });
    } finally {
      await app.stop();
    }
  });

  it("accept a DPoP proof together", async () => {
    const holder = createHolder("ES256");
    const token = projectKey.sign(sessionClaims({ roles: ["admin"], cnf: { jkt: holder.jkt } }));
    const proof = proofOf(holder, token, { htu: "https://api.example.com/nested/orders" });
    const app = await FRAMEWORKS["Express"]!({
      verifier: await openVerifier(),
      dpop: { origin: "https://api.example.com" },
    });
    try {
      expect((await ask(app, "/nested/orders", { authorization: `DPoP ${token}`, dpop: proof })).status).toBe(200);
    } finally {
      await app.stop();
    }
  });
});

describe("the Fastify plugin", () => {
  it("opens routes that say so, and guards those that are not found", async () => {
    const app = await FRAMEWORKS["Fastify"]!({ verifier: createVerifier(world.options) });
    try {
      expect((await ask(app, "/health")).body).toEqual({ ok: true });
      expect((await ask(app, "/nowhere")).status).toBe(401);
      expect((await ask(app, "/nowhere", bearer(session))).status).toBe(404);
    } finally {
      await app.stop();
    }
  });
});
