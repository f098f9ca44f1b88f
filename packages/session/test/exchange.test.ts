import { GetUserCommand, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import {
  createCognitoRevoker,
  createExchange,
  createExchangeHandler,
  createManagementExchanger,
  createMemoryReplayStore,
  createVerifier,
  type Exchange,
  type ExchangedSession,
  type ExchangeEvent,
  type ExchangeOptions,
  type Principal,
  SessionError,
} from "@cognito-to-descope/session";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessClaims, idClaims, NOW, openVerifier, poolKey, projectKey, sessionClaims, SUB } from "./issuer.ts";
import { claimsOf, type CognitoTokens, startWorld, type World } from "./world.ts";

async function reasonOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "exchanged",
    (error: unknown) => (error instanceof SessionError ? error.reason : String(error)),
  );
}

const made: ExchangedSession = { sessionJwt: projectKey.sign(sessionClaims()), refreshJwt: "refresh", cognitoSub: SUB };

async function open(change: Partial<ExchangeOptions> = {}): Promise<Exchange> {
  const now = (): number => NOW * 1000;
  return createExchange({
    verifier: await openVerifier(),
    exchanger: () => Promise.resolve(made),
    replay: createMemoryReplayStore({ now }),
    now,
    ...change,
  });
}

describe("an exchange", () => {
  const token = poolKey.sign(idClaims());

  it("gives a session for a fresh ID token, once", async () => {
    const exchange = await open();
    expect(await exchange(token)).toEqual({ sessionJwt: made.sessionJwt, refreshJwt: "refresh" });
    expect(await reasonOf(exchange(token))).toBe("replayed");
  });

  it("gives one session to a hundred requests at once", async () => {
    let calls = 0;
    const exchange = await open({
      exchanger: async () => {
        calls += 1;
        return made;
      },
    });
    const reasons = await Promise.all(Array.from({ length: 100 }, () => reasonOf(exchange(token))));
    expect(reasons.filter((reason) => reason === "exchanged")).toHaveLength(1);
    expect(calls).toBe(1);
  });

  it.for([
    ["an access token", poolKey.sign(accessClaims()), "token-use"],
    ["a Descope session", projectKey.sign(sessionClaims()), "mode"],
    ["an old token", poolKey.sign(idClaims({ iat: NOW - 306 })), "not-fresh"],
    ["an expired token", poolKey.sign(idClaims({ exp: NOW - 6 })), "expired"],
    ["a token of another client", poolKey.sign(idClaims({ aud: "other" })), "client"],
    ["a forged token", projectKey.sign(idClaims(), { kid: "pool-key" }), "signature-invalid"],
  ] as const)("refuses %s, and asks the project nothing", async ([, given, reason]) => {
    const exchange = await open({ exchanger: () => Promise.reject(new Error("asked")) });
    expect(await reasonOf(exchange(given))).toBe(reason);
  });

  it("refuses tokens of an old sign-in, where the options limit its age", async () => {
    const exchange = await open({ maxAuthAgeSeconds: 3600 });
    expect(await reasonOf(exchange(poolKey.sign(idClaims({ auth_time: NOW - 3700 }))))).toBe("not-fresh");
    expect(await reasonOf(exchange(poolKey.sign(idClaims({ auth_time: undefined, jti: "b" }))))).toBe("not-fresh");
    expect(await reasonOf(exchange(token))).toBe("exchanged");
  });

  it("happens once for a sign-in, where the options say so", async () => {
    const exchange = await open({ once: "sign-in" });
    expect(await reasonOf(exchange(token))).toBe("exchanged");
    expect(await reasonOf(exchange(poolKey.sign(idClaims({ jti: "a later token" }))))).toBe("replayed");
    expect(await reasonOf(exchange(poolKey.sign(idClaims({ origin_jti: "a later sign-in" }))))).toBe("exchanged");
  });

  it("knows tokens without an ID by their hash", async () => {
    const exchange = await open();
    const plain = poolKey.sign(idClaims({ jti: undefined }));
    expect(await reasonOf(exchange(plain))).toBe("exchanged");
    expect(await reasonOf(exchange(plain))).toBe("replayed");
  });

  it("can be tried again when the project could not answer, or has no such user yet", async () => {
    const answers = [
      () => Promise.reject(new Error("down")),
      () => Promise.resolve(undefined),
      () => Promise.resolve(made),
    ];
    const exchange = await open({ exchanger: () => answers.shift()?.() ?? Promise.reject(new Error("again")) });
    expect(await reasonOf(exchange(token))).toBe("exchanger-failed");
    expect(await reasonOf(exchange(token))).toBe("no-user");
    expect(await reasonOf(exchange(token))).toBe("exchanged");
  });

  it.for([
    ["of another user", { ...made, cognitoSub: "somebody-else" }, "wrong-user"],
    [
      "whose token says another user",
      { ...made, sessionJwt: projectKey.sign(sessionClaims({ cognitoSub: "x" })) },
      "wrong-user",
    ],
    [
      "that is a refresh token",
      { ...made, sessionJwt: projectKey.sign(sessionClaims({ drn: "DSR" })) },
      "exchanger-failed",
    ],
    ["that nobody signed", { ...made, sessionJwt: poolKey.sign(sessionClaims()) }, "exchanger-failed"],
    ["that is the Cognito token", { ...made, sessionJwt: token }, "exchanger-failed"],
  ] as const)("refuses to hand out a session %s", async ([, session, reason]) => {
    const exchange = await open({ exchanger: () => Promise.resolve(session) });
    expect(await reasonOf(exchange(token))).toBe(reason);
  });

  it("lets nobody through when the store fails", async () => {
    const exchange = await open({ replay: { add: () => Promise.reject(new Error("down")), remove: () => undefined } });
    expect(await reasonOf(exchange(token))).toBe("store-failed");
  });

  it("takes only a clear yes of the store", async () => {
    const exchange = await open({ replay: { add: () => "OK" as unknown as boolean, remove: () => undefined } });
    expect(await reasonOf(exchange(token))).toBe("replayed");
  });

  it("stands when the revocation fails, and tells", async () => {
    const events: ExchangeEvent[] = [];
    const exchange = await open({
      revoke: () => Promise.reject(new Error("down")),
      onExchange: (event) => void events.push(event),
    });
    expect(await reasonOf(exchange(token))).toBe("exchanged");
    expect(await reasonOf(exchange(token))).toBe("replayed");
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["exchanged", undefined],
      ["revocation-failed", undefined],
      ["refused", "replayed"],
    ]);
  });
});

describe("a store in memory", () => {
  it("forgets a key when it has expired, and takes no more than it holds", () => {
    let now = 0;
    const store = createMemoryReplayStore({ maxKeys: 2, now: () => now });
    expect([store.add("a", 1000), store.add("a", 1000), store.add("b", 5000), store.add("c", 5000)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    now = 1000;
    expect([store.add("a", 2000), store.add("c", 5000)]).toEqual([true, false]);
    now = 2500;
    expect(store.add("c", 5000)).toBe(true);
    void store.remove("c");
    expect(store.add("c", 6000)).toBe(true);
  });
});

describe("the route", () => {
  const token = poolKey.sign(idClaims());
  const post = (headers: Record<string, string> = {}, body?: string): Request =>
    new Request("https://gateway.example.com/v1/session/exchange", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  const allowedOrigins = ["https://app.example.com"];

  it("answers with both tokens, for allowed pages, and is not kept by caches", async () => {
    const handle = createExchangeHandler(await open(), { allowedOrigins });
    const response = await handle(post({ origin: "https://app.example.com" }));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ sessionJwt: made.sessionJwt, refreshJwt: "refresh" });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "no-store",
      "access-control-allow-origin": "https://app.example.com",
      "access-control-allow-credentials": "true",
      vary: "Origin",
    });
  });

  it("sets cookies that scripts cannot read, where the options say so", async () => {
    const exchanger = (): Promise<ExchangedSession> => Promise.resolve({ ...made, refreshMaxAgeSeconds: 60 });
    const handle = createExchangeHandler(await open({ exchanger }), {
      allowedOrigins,
      respond: "cookies",
      cookieDomain: "example.com",
    });
    const response = await handle(post());
    expect(await response.json()).toEqual({});
    expect(response.headers.getSetCookie()).toEqual([
      `DS=${made.sessionJwt}; Path=/; Domain=example.com; Max-Age=60; HttpOnly; Secure; SameSite=Lax`,
      "DSR=refresh; Path=/; Domain=example.com; Max-Age=60; HttpOnly; Secure; SameSite=Lax",
    ]);
  });

  it("answers a preflight of allowed pages, and refuses all others", async () => {
    const handle = createExchangeHandler(await open(), { allowedOrigins });
    const preflight = (origin: string): Request =>
      new Request("https://gateway.example.com/", { method: "OPTIONS", headers: { origin } });
    expect((await handle(preflight("https://app.example.com"))).status).toBe(204);
    for (const origin of [
      "https://evil.example",
      "null",
      "https://app.example.com.evil.example",
      "http://app.example.com",
    ]) {
      expect((await handle(preflight(origin))).status).toBe(403);
      expect((await handle(post({ origin }))).status).toBe(403);
    }
  });

  it.for([
    ["another method", () => new Request("https://g.example/", { method: "GET" }), 405, "ERR_METHOD_REFUSED"],
    ["no token", () => post({ authorization: "" }), 401, "ERR_TOKEN_MISSING"],
    ["another scheme", () => post({ authorization: "Basic eDp5" }), 401, "ERR_TOKEN_MISSING"],
    ["a bad token", () => post({ authorization: "Bearer x.y.z" }), 401, "ERR_TOKEN_MALFORMED"],
    ["a body that is not JSON", () => post({ "content-type": "application/json" }, "{"), 400, "ERR_BODY_INVALID"],
    ["a body that is a list", () => post({ "content-type": "application/json" }, "[]"), 400, "ERR_BODY_INVALID"],
    ["a body of another type", () => post({ "content-type": "text/plain" }, "{}"), 400, "ERR_BODY_INVALID"],
    [
      "a refresh token that is no text",
      () => post({ "content-type": "application/json" }, '{"refreshToken":1}'),
      400,
      "ERR_BODY_INVALID",
    ],
    [
      "a very long body",
      () => post({ "content-type": "application/json" }, `{"x":"${"x".repeat(20_000)}"}`),
      400,
      "ERR_BODY_INVALID",
    ],
  ] as const)("refuses %s with one clear answer", async ([, request, status, code]) => {
    const response = await createExchangeHandler(await open(), { allowedOrigins })(request());
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status, code });
    expect(response.headers.get("www-authenticate") !== null).toBe(status === 401);
  });

  it("says when to come again", async () => {
    const handle = createExchangeHandler(await open({ exchanger: () => Promise.reject(new Error("down")) }), {
      allowedOrigins,
    });
    const response = await handle(post());
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  });

  it("cannot be opened to all pages", async () => {
    const exchange = await open();
    expect(() => createExchangeHandler(exchange, { allowedOrigins: ["*"] })).toThrow(TypeError);
  });
});

describe("an exchange by the management API", () => {
  let world: World;
  let tokens: CognitoTokens;
  beforeAll(async () => {
    world = await startWorld({
      descope: { customAttributes: [{ name: "cognitoSub", type: 1, displayName: "Cognito sub" }] },
    });
    tokens = await world.signUp("ada@example.com");
  });
  afterAll(() => world[Symbol.asyncDispose]());

  function exchangeOf(w: World, change: Partial<ExchangeOptions> = {}): Exchange {
    const { projectId, managementKey, descope: baseUrl, clientId, region, cognito: endpoint } = w.sandbox;
    return createExchange({
      verifier: createVerifier(w.options),
      exchanger: createManagementExchanger({ projectId, managementKey, baseUrl }),
      replay: createMemoryReplayStore(),
      revoke: createCognitoRevoker({ clientId, region, endpoint }),
      ...change,
    });
  }

  it("needs a migrated user, signs that user in, and revokes the Cognito session", async () => {
    const { sandbox } = world;
    const exchange = exchangeOf(world);
    expect(await reasonOf(exchange(tokens.idToken))).toBe("no-user");

    const sub = String(claimsOf(tokens.idToken)["sub"]);
    sandbox.descopeService.addUser({
      loginId: "bob@example.com",
      email: "bob@example.com",
      customAttributes: { cognitoSub: "x" },
    });
    sandbox.descopeService.addUser({
      loginId: "ada@example.com",
      email: "ada@example.com",
      customAttributes: { cognitoSub: sub },
    });
    const session = await exchange(tokens.idToken, { refreshToken: tokens.refreshToken });

    const principal: Principal = await createVerifier(world.options).verify(session.sessionJwt);
    expect(principal.descopeUserId).toBe(sandbox.descopeService.user("ada@example.com")?.["userId"]);
    expect(session.refreshMaxAgeSeconds).toBeGreaterThan(0);
    const renewed = await world.descope.refreshSession(session.refreshJwt);
    expect(renewed.token.sub).toBe(principal.descopeUserId);

    const refresh = new InitiateAuthCommand({
      ClientId: sandbox.clientId,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: tokens.refreshToken },
    });
    await expect(world.cognito.send(refresh)).rejects.toThrow(/revoked|Invalid/i);
    await expect(world.cognito.send(new GetUserCommand({ AccessToken: tokens.accessToken }))).rejects.toThrow(
      /revoked|Invalid/i,
    );
  });

  it("refuses when two users hold the sub", async () => {
    const { idToken } = await world.signUp("eve@example.com");
    const cognitoSub = String(claimsOf(idToken)["sub"]);
    for (const loginId of ["eve1@example.com", "eve2@example.com"]) {
      world.sandbox.descopeService.addUser({ loginId, email: loginId, customAttributes: { cognitoSub } });
    }
    expect(await reasonOf(exchangeOf(world)(idToken))).toBe("no-user");
  });

  it("does not work with a wrong key, for a disabled user, or without a network, and can be tried again", async () => {
    const { sandbox } = world;
    const { idToken } = await world.signUp("carl@example.com");
    const cognitoSub = String(claimsOf(idToken)["sub"]);
    const user = { loginId: "carl@example.com", email: "carl@example.com", customAttributes: { cognitoSub } };
    sandbox.descopeService.addUser({ ...user });
    const parts = { projectId: sandbox.projectId, baseUrl: sandbox.descope };
    const wrong = createManagementExchanger({ ...parts, managementKey: "K2wrong" });
    expect(await reasonOf(exchangeOf(world, { exchanger: wrong })(idToken))).toBe("exchanger-failed");
    const gone = createManagementExchanger({
      ...parts,
      managementKey: sandbox.managementKey,
      baseUrl: "http://127.0.0.1:9",
    });
    expect(await reasonOf(exchangeOf(world, { exchanger: gone })(idToken))).toBe("exchanger-failed");
    await world.descope.management.user.deactivate("carl@example.com");
    const exchange = exchangeOf(world);
    expect(await reasonOf(exchange(idToken))).toBe("exchanger-failed");
    await world.descope.management.user.activate("carl@example.com");
    expect(await reasonOf(exchange(idToken))).toBe("exchanged");
  });
});
