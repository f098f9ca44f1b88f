import { createVerifier } from "@cognito-to-descope/session";
import { createSessionContext, type SessionContext } from "@cognito-to-descope/session/trpc";
import type { GuardOptions } from "@cognito-to-descope/session/trpc";
import { initTRPC } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHolder, proofOf } from "../dpop-holder.ts";
import { openVerifier, projectKey, sessionClaims, USER } from "../issuer.ts";
import { claimsOf, type CognitoTokens, startWorld, type World } from "../world.ts";
import { serve, serveFetch, type ServeApp } from "./served-routes.ts";

const t = initTRPC.context<SessionContext>().create();
const router = t.router({
  me: t.procedure.query(async ({ ctx }) => (await ctx.session.require()).subject),
  admin: t.procedure.query(async ({ ctx }) => (await ctx.session.require({ roles: ["admin"] })).subject),
  modern: t.procedure.query(async ({ ctx }) => (await ctx.session.require({ mode: "descope-only" })).subject),
  open: t.procedure.query(async ({ ctx }) => (await ctx.session.optional())?.subject ?? null),
});

const servers: Readonly<Record<string, ServeApp>> = {
  "Node's HTTP server": (options: GuardOptions) =>
    serve(createHTTPHandler({ router, createContext: createSessionContext(options) })),
  "the Fetch standard": (options: GuardOptions) =>
    serveFetch((req) =>
      fetchRequestHandler({ endpoint: "/", req, router, createContext: createSessionContext(options) }),
    ),
};

let world: World;
let admin: CognitoTokens;
let session: string;
beforeAll(async () => {
  world = await startWorld();
  const email = "ada@example.com";
  admin = await world.signUp(email, ["admin"]);
  ({ sessionJwt: session } = await world.signIn({ loginId: email, email, verifiedEmail: true }));
});
afterAll(() => world[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The data, or the code of the error. */
  readonly results: readonly unknown[];
}

async function call(url: string, procedures: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/${procedures}?batch=1&input=%7B%7D`, { headers });
  const text = await response.text();
  // No answer holds the token.
  for (const value of Object.values(headers)) expect(text).not.toContain(value.split(" ")[1]);
  const results = JSON.parse(text) as readonly {
    readonly result?: { readonly data: unknown };
    readonly error?: { readonly message: string; readonly data: { readonly code: string } };
  }[];
  return {
    status: response.status,
    headers: response.headers,
    results: results.map(({ result, error }) =>
      error === undefined ? result?.data : [error.data.code, error.message],
    ),
  };
}

describe.each(Object.entries(servers))("over %s", (_name, serveApp) => {
  it("gives procedures the principal of either provider", async () => {
    const app = await serveApp({ verifier: createVerifier(world.options) });
    try {
      for (const token of [admin.accessToken, session]) {
        const { results } = await call(app.url, "me,open", { authorization: `Bearer ${token}` });
        const { sub } = claimsOf(token);
        expect(results).toEqual([sub, sub]);
      }
      expect((await call(app.url, "open")).results).toEqual([null]);
    } finally {
      await app.stop();
    }
  });

  it("refuses with tRPC's codes and the challenges of HTTP", async () => {
    const app = await serveApp({ verifier: createVerifier(world.options) });
    try {
      const none = await call(app.url, "me");
      expect(none.status).toBe(401);
      expect(none.headers.get("www-authenticate")).toBe("Bearer");
      expect(none.results).toEqual([["UNAUTHORIZED", "ERR_TOKEN_MISSING"]]);

      const wrong = await call(app.url, "open", { authorization: `Bearer ${session}x` });
      expect(wrong.status).toBe(401);
      expect(wrong.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');

      const lacking = await call(app.url, "admin", { authorization: `Bearer ${session}` });
      expect(lacking.status).toBe(403);
      expect(lacking.results).toEqual([["FORBIDDEN", "ERR_TOKEN_INSUFFICIENT"]]);
      const mode = await call(app.url, "modern,admin", { authorization: `Bearer ${admin.accessToken}` });
      expect(mode.results).toEqual([["UNAUTHORIZED", "ERR_TOKEN_REFUSED"], claimsOf(admin.accessToken)["sub"]]);
    } finally {
      await app.stop();
    }
    const [pool] = world.options.cognito;
    if (pool === undefined) throw new Error("no pool");
    const cognito = [{ ...pool, jwksUri: "http://127.0.0.1:1/jwks.json" }];
    const down = await serveApp({ verifier: createVerifier({ ...world.options, cognito }) });
    try {
      const { status, headers, results } = await call(down.url, "me", { authorization: `Bearer ${admin.idToken}` });
      expect(status).toBe(503);
      expect(headers.get("retry-after")).not.toBeNull();
      expect(results).toEqual([["SERVICE_UNAVAILABLE", "ERR_KEYS_UNAVAILABLE"]]);
    } finally {
      await down.stop();
    }
  });

  it("uses a DPoP proof once for all calls of a batch", async () => {
    const holder = createHolder("ES256");
    const token = projectKey.sign(sessionClaims({ roles: ["admin"], cnf: { jkt: holder.jkt } }));
    const dpop = proofOf(holder, token, { htu: "https://api.example.com/me,admin,me" });
    const app = await serveApp({ verifier: await openVerifier(), dpop: { origin: "https://api.example.com" } });
    try {
      const { results } = await call(app.url, "me,admin,me", { authorization: `DPoP ${token}`, dpop });
      expect(results).toEqual([USER, USER, USER]);
    } finally {
      await app.stop();
    }
  });
});
