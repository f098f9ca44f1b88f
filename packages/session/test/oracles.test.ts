import { Buffer } from "node:buffer";
import { sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fc } from "@fast-check/vitest";
import {
  createVerifier,
  type Principal,
  type Reason,
  REASONS,
  SessionError,
  type Verifier,
} from "@cognito-to-descope/session";
import descopeSdk from "@descope/node-sdk";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { createLocalJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accessClaims,
  CLIENT,
  encode,
  idClaims,
  POOL,
  POOL_ISSUER,
  poolKey,
  PROJECT,
  projectKey,
  sessionClaims,
  verifierOptions,
} from "./issuer.ts";
import { startWorld, type World } from "./world.ts";

// The oracles have no clock that can be passed in, so all times here are real.
const now = Math.floor(Date.now() / 1000);
const times = { iat: now - 10, auth_time: now - 10, exp: now + 3600 };
const poolJwks = { keys: [poolKey.jwk] };
const projectJwks = { keys: [projectKey.jwk] };

const aws = CognitoJwtVerifier.create({ userPoolId: POOL, clientId: CLIENT, tokenUse: null, graceSeconds: 5 });
aws.cacheJwks(poolJwks as unknown as Parameters<typeof aws.cacheJwks>[0]);
const poolKeys = createLocalJWKSet(poolJwks);
const projectKeys = createLocalJWKSet(projectJwks);
const sdk = descopeSdk({ projectId: PROJECT, publicKey: JSON.stringify(projectKey.jwk) });

let ours: Verifier;
beforeAll(async () => {
  ours = createVerifier(verifierOptions({ now: Date.now }));
  await ours.hydrate();
});

/** What each judge of Cognito tokens says. */
async function judgeCognito(token: string): Promise<Readonly<Record<"ours" | "aws" | "jose", boolean>>> {
  return {
    ours: await accepts(() => ours.verify(token)),
    aws: await accepts(() => aws.verifySync(token)),
    // What a careful user of jose asks for; the rest is not its business.
    jose: await accepts(async () => {
      const { payload } = await jwtVerify(token, poolKeys, {
        issuer: POOL_ISSUER,
        algorithms: ["RS256"],
        clockTolerance: 5,
        requiredClaims: ["exp", "sub"],
      });
      const client = payload["token_use"] === "id" ? payload.aud : payload["client_id"];
      if (client !== CLIENT) throw new Error("another client");
      if (payload["token_use"] !== "id" && payload["token_use"] !== "access") throw new Error("another use");
    }),
  };
}

/** What each judge of Descope tokens says. */
async function judgeDescope(token: string): Promise<Readonly<Record<"ours" | "sdk" | "jose", boolean>>> {
  return {
    ours: await accepts(() => ours.verify(token)),
    sdk: await accepts(() => sdk.validateJwt(token)),
    jose: await accepts(() =>
      jwtVerify(token, projectKeys, { issuer: [PROJECT], algorithms: ["RS256"], clockTolerance: 5 }),
    ),
  };
}

async function accepts(run: () => unknown): Promise<boolean> {
  try {
    await run();
    return true;
  } catch {
    return false;
  }
}

async function reasonOf(token: string): Promise<Reason | undefined> {
  try {
    await ours.verify(token);
    return undefined;
  } catch (error) {
    return error instanceof SessionError ? error.reason : undefined;
  }
}

function raw(key: typeof poolKey, header: string, claims: string): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), key.privateKey).toString("base64url")}`;
}

const access = (change: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> =>
  accessClaims({ ...times, ...change });
const session = (change: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> =>
  sessionClaims({ ...times, ...change });

const TWICE = '{"sub":"x",';
const header = (key: typeof poolKey): string => JSON.stringify({ alg: "RS256", kid: key.kid });

/** A token for each row of the table of decisions in README.md, which says what becomes of it. */
const cognitoTokens: Readonly<Record<string, string>> = {
  "a header that names a key": poolKey.sign(access(), { jku: "https://keys.example.com" }),
  "an embedded key": poolKey.sign(access(), { jwk: poolKey.jwk }),
  "a critical header": poolKey.sign(access(), { crit: ["exp"] }),
  "a key that stands twice": raw(poolKey, header(poolKey), JSON.stringify(access()).replace("{", TWICE)),
  "another type": poolKey.sign(access(), { typ: "logout+jwt" }),
  "an issue in the future": poolKey.sign(access({ iat: now + 100 })),
  "no time of issue": poolKey.sign(access({ iat: undefined })),
  "no expiry": poolKey.sign(access({ exp: undefined })),
  "an access token that is bound to another resource": poolKey.sign(access({ aud: "https://other.example" })),
  "a binding that cannot be checked": poolKey.sign(access({ cnf: { jkt: "abc" } })),
  "claims deeper than sixteen levels": poolKey.sign(
    access({ x: JSON.parse("[".repeat(17) + "]".repeat(17)) as unknown }),
  ),
  "a token of more than 16 KB": poolKey.sign(access({ x: "x".repeat(16_384) })),
  "a token of the pool's updated issuer": poolKey.sign(
    access({ iss: POOL_ISSUER.replace("cognito-idp", "issuer-cognito-idp") }),
  ),
};
const descopeTokens: Readonly<Record<string, string>> = {
  "a refresh token": projectKey.sign(session({ drn: "DSR" })),
  "a token of another name": projectKey.sign(session({ drn: "XYZ" })),
  "an issuer at any host": projectKey.sign(session({ iss: `https://evil.example/${PROJECT}` })),
  "an issuer with any segment after the project": projectKey.sign(
    session({ iss: `https://api.descope.com/${PROJECT}/anything` }),
  ),
  "a token of an access key": projectKey.sign(session({ sub: "K2abcdefghijklmnopqrstuvwxyz" })),
  "a token that is bound to a DPoP key, without a proof": projectKey.sign(session({ cnf: { jkt: "abc" } })),
  "a session without an expiry": projectKey.sign(session({ exp: undefined })),
  "a session with an embedded key": projectKey.sign(session(), { jwk: projectKey.jwk }),
  "a session of the future": projectKey.sign(session({ iat: now + 100 })),
  "a session with a key that stands twice": raw(
    projectKey,
    header(projectKey),
    JSON.stringify(session()).replace("{", TWICE),
  ),
};

describe("the table of decisions in README.md", () => {
  const rows = tableAfter("### Decisions");
  const word = (isAccepted: boolean): string => (isAccepted ? "accepts" : "refuses");

  it("has a row for each token here, and no other", () => {
    expect(rows.map(([name]) => name).sort()).toEqual(Object.keys({ ...cognitoTokens, ...descopeTokens }).sort());
  });

  it.for(rows)("is right about %s", async ([name = "", here = "", awsSays, joseSays, sdkSays]) => {
    const cognito = cognitoTokens[name];
    const token = cognito ?? descopeTokens[name] ?? "";
    expect(`\`${(await reasonOf(token)) ?? "accepted"}\``.replace("`accepted`", "accepted")).toBe(here);
    const judged =
      cognito === undefined
        ? { ...(await judgeDescope(token)), aws: undefined }
        : { ...(await judgeCognito(token)), sdk: undefined };
    const [awsDoes, joseDoes, sdkDoes] = [judged.aws, cognito === undefined ? undefined : judged.jose, judged.sdk].map(
      (isAccepted) => (isAccepted === undefined ? "–" : word(isAccepted)),
    );
    expect([awsDoes, joseDoes, sdkDoes]).toEqual([awsSays, joseSays, sdkSays]);
    // Where all agree there is nothing to decide.
    expect([awsDoes, joseDoes, sdkDoes]).toContain(word(here !== "accepted"));
  });
});

describe("the table of errors in README.md", () => {
  it("has every code with all its reasons", () => {
    const listed = tableAfter("## Errors").map(([code, , , reasons]) => [code, reasons]);
    const defined = Object.entries(REASONS).map(([code, reasons]) => [
      `\`${code}\``,
      reasons.map((reason) => `\`${reason}\``).join(", "),
    ]);
    expect(listed).toEqual(defined);
  });
});

/** Cells of the first table after a heading of the package's README. */
function tableAfter(heading: string): readonly (readonly string[])[] {
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const part = text.slice(text.indexOf(`\n${heading}\n`) + 1);
  const table = /(?:^\|.*\n)+/m.exec(part)?.[0] ?? "";
  const lines = table.trim().split("\n").slice(2);
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** One of the values, mostly the first, which is right. */
function mostly<T>(right: T, ...wrong: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(right) },
    ...wrong.map((value) => ({ weight: 1, arbitrary: fc.constant(value) })),
  );
}

describe("whatever an ordinary token says", () => {
  it("all verifiers of Cognito tokens agree", async () => {
    const claims = fc.record({
      iss: mostly(POOL_ISSUER, `${POOL_ISSUER}x`, "https://evil.example"),
      token_use: mostly<string | undefined>("access", "id", "refresh", undefined),
      client_id: mostly<unknown>(CLIENT, "other", undefined, 7),
      exp: mostly<unknown>(now + 3600, now - 3600, now - 2, now - 8, String(now + 3600)),
      nbf: mostly<unknown>(undefined, now - 10, now + 3600, now + 3),
      scope: mostly<unknown>("a b", "", undefined),
      "cognito:groups": mostly<unknown>(undefined, [], ["admins"], ["ädmins", "x"]),
      sub: fc.uuid(),
    });
    const keys = mostly(poolKey, projectKey);
    const seen = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(claims, keys, mostly("pool-key", "project-key", ""), async (change, key, kid) => {
        // An ID token names its client by aud.
        const token = key.sign(
          change.token_use === "id" ? { ...idClaims(times), ...change, aud: change.client_id } : access(change),
          { kid },
        );
        const judged = await judgeCognito(token);
        expect(judged).toEqual({ ours: judged.aws, aws: judged.aws, jose: judged.aws });
        seen[judged.ours ? "accepted" : "refused"] += 1;
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(50);
  });

  it("all verifiers of Descope tokens agree", async () => {
    const claims = fc.record({
      iss: mostly(PROJECT, `https://api.descope.com/${PROJECT.slice(0, -1)}0`, "https://evil.example"),
      exp: mostly<unknown>(now + 3600, now - 3600, now - 2, now - 8, String(now + 3600)),
      nbf: mostly<unknown>(undefined, now - 10, now + 3600, now + 3),
      roles: mostly<unknown>(undefined, [], ["admins"]),
      tenants: mostly<unknown>(undefined, {}, { acme: {} }, { acme: { roles: ["a"] } }),
      dct: mostly<unknown>(undefined, "acme"),
      aud: mostly<unknown>(undefined, "x", ["x", PROJECT]),
    });
    await fc.assert(
      fc.asyncProperty(claims, mostly(projectKey, poolKey), async (change, key) => {
        const judged = await judgeDescope(key.sign(session(change), { kid: "project-key" }));
        expect(judged).toEqual({ ours: judged.sdk, sdk: judged.sdk, jose: judged.sdk });
      }),
      { numRuns: 200 },
    );
  });

  it("all forms of the project's issuer that the SDK knows are accepted", async () => {
    const base = "https://api.descope.com";
    for (const iss of [PROJECT, `${base}/${PROJECT}`, `${base}/v1/apps/${PROJECT}`]) {
      expect(await judgeDescope(projectKey.sign(session({ iss })))).toMatchObject({ ours: true, sdk: true });
    }
  });
});

describe("tokens of the sandbox", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("are accepted by the official verifiers and by this one, with the same claims", async () => {
    const { sandbox } = world;
    const email = "oracle@example.com";
    const { idToken, accessToken } = await world.signUp(email, ["admins"]);
    const { sessionJwt, refreshJwt } = await world.signIn({ loginId: email, email });
    const verifier = createVerifier(world.options);
    const official = CognitoJwtVerifier.create({
      userPoolId: sandbox.userPoolId,
      clientId: sandbox.clientId,
      tokenUse: null,
    });
    const response = await fetch(`${sandbox.cognito}/${sandbox.userPoolId}/.well-known/jwks.json`);
    official.cacheJwks((await response.json()) as Parameters<typeof official.cacheJwks>[0]);
    for (const token of [idToken, accessToken]) {
      expect((await verifier.verify(token)).claims).toEqual(await official.verify(token));
    }
    const { token: claims } = await world.descope.validateJwt(sessionJwt);
    expect((await verifier.verify(sessionJwt)).claims).toEqual(claims);
    await expect(verifier.verify(refreshJwt)).rejects.toThrow(expect.objectContaining({ reason: "refresh-token" }));
  });
});

describe("tokens of oidc-provider", () => {
  it("are accepted by jose and by this one, with the same claims", async () => {
    await using provider = await startProvider();
    const token = await provider.token();
    const verifier = createVerifier(
      verifierOptions(
        { now: Date.now, cognito: [], fetch: (url, init) => fetch(url, init) },
        {},
        {
          issuers: [provider.issuer],
          jwksUri: `${provider.issuer}/jwks`,
          audience: "https://api.example.com",
          sessionNames: null,
        },
      ),
    );
    const principal: Principal = await verifier.verify(token);
    const keys = createLocalJWKSet(
      (await (await fetch(`${provider.issuer}/jwks`)).json()) as Parameters<typeof createLocalJWKSet>[0],
    );
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: provider.issuer,
      audience: "https://api.example.com",
    });
    expect(principal.claims).toEqual(payload);
    expect(protectedHeader["typ"]).toBe("at+jwt");
    expect(principal).toMatchObject({ audience: ["https://api.example.com"], scopes: ["read"] });
  });
});

/** An OpenID provider on loopback that gives JWTs to a client that acts for itself. */
async function startProvider(): Promise<{ readonly issuer: string; token(): Promise<string> } & AsyncDisposable> {
  const { Provider } = await import("oidc-provider");
  const server = createServer((request, response) => listener(request, response));
  let listener: Parameters<typeof createServer>[1] & object = (_request, response) => response.end();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const jwk = { ...projectKey.privateKey.export({ format: "jwk" }), kid: "provider", alg: "RS256", use: "sig" };
  listener = new Provider(issuer, {
    jwks: { keys: [jwk] },
    clients: [
      {
        client_id: "service",
        client_secret: "a-secret-of-the-client",
        redirect_uris: [],
        response_types: [],
        grant_types: ["client_credentials"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    ttl: { ClientCredentials: 60 },
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: "read",
          audience: "https://api.example.com",
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  }).callback();
  return {
    issuer,
    token: async () => {
      const response = await fetch(`${issuer}/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: "service",
          client_secret: "a-secret-of-the-client",
          resource: "https://api.example.com",
          scope: "read",
        }),
      });
      const { access_token: token } = (await response.json()) as { readonly access_token: string };
      return token;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
