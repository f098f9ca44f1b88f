import { fc, test } from "@fast-check/vitest";
import { createVerifier, type Principal, SessionError, type Verifier } from "@cognito-to-descope/session";
import {
  contextOf,
  createAppSyncAuthorizer,
  createHttpAuthorizer,
  createRestAuthorizer,
  createWebSocketAuthorizer,
  type HttpAuthorizerEvent,
  type HttpAuthorizerEventV1,
  identityOfContext,
  type PolicyAnswer,
  type RestAuthorizerEvent,
  type WebSocketAuthorizerEvent,
} from "@cognito-to-descope/session/lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHolder } from "../dpop-holder.ts";
import {
  accessClaims,
  createKey,
  NOW,
  openVerifier,
  poolKey,
  projectKey,
  sessionClaims,
  SUB,
  USER,
  verifierOptions,
} from "../issuer.ts";
import { claimsOf, startWorld, type World } from "../world.ts";

const cognito = poolKey.sign(accessClaims({ "cognito:groups": ["admin", "editor"] }));
const descope = projectKey.sign(
  sessionClaims({ cognitoSub: SUB, roles: ["editor"], tenants: { acme: { roles: ["owner"] } } }),
);
const wrong = createKey("pool-key").sign(accessClaims());

let verifier: Verifier;
let keyless: Verifier;
beforeAll(async () => {
  verifier = await openVerifier();
  keyless = createVerifier(verifierOptions({ fetch: () => Promise.resolve(new Response(null, { status: 500 })) }));
});

const STAGE = "arn:aws:execute-api:us-east-1:123456789012:s4x3opwd6i/test";

// Events with the fields of AWS's documents.
const tokenEvent = (authorizationToken: string, path = "GET/request"): RestAuthorizerEvent => ({
  type: "TOKEN",
  authorizationToken,
  methodArn: `${STAGE}/${path}`,
});

const restEvent = (headers: Record<string, string>, path = "GET/request"): RestAuthorizerEvent =>
  ({
    type: "REQUEST",
    methodArn: `${STAGE}/${path}`,
    resource: "/request",
    path: "/request",
    httpMethod: "GET",
    headers: { Accept: "*/*", Host: "s4x3opwd6i.execute-api.us-east-1.amazonaws.com", ...headers },
    queryStringParameters: { page: "1" },
    pathParameters: {},
    stageVariables: { color: "blue" },
    requestContext: {
      path: "/request",
      accountId: "123456789012",
      resourceId: "05c7jb",
      stage: "test",
      requestId: "id",
      identity: { apiKey: "key", sourceIp: "192.0.2.1" },
      resourcePath: "/request",
      httpMethod: "GET",
      apiId: "s4x3opwd6i",
    },
  }) as RestAuthorizerEvent;

const httpEvent = (
  headers: Record<string, string>,
  change: Partial<HttpAuthorizerEvent> & { readonly cookies?: readonly string[] } = {},
): HttpAuthorizerEvent =>
  ({
    version: "2.0",
    type: "REQUEST",
    routeArn: `${STAGE}/GET/orders/7`,
    identitySource: Object.values(headers),
    routeKey: "GET /orders/{id}",
    rawPath: "/test/orders/7",
    rawQueryString: "",
    headers: { host: "id.execute-api.us-east-1.amazonaws.com", ...headers },
    requestContext: {
      accountId: "123456789012",
      apiId: "s4x3opwd6i",
      domainName: "id.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "id",
      http: { method: "GET", path: "/orders/7", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "agent" },
      requestId: "id",
      routeKey: "GET /orders/{id}",
      stage: "test",
      time: "12/Mar/2020:19:03:58 +0000",
      timeEpoch: 1_583_348_638_390,
    },
    pathParameters: { id: "7" },
    ...change,
  }) as HttpAuthorizerEvent;

const httpEventV1 = (authorization: string): HttpAuthorizerEventV1 =>
  ({
    version: "1.0",
    type: "REQUEST",
    methodArn: `${STAGE}/GET/request`,
    identitySource: authorization,
    authorizationToken: authorization,
    resource: "/request",
    path: "/request",
    httpMethod: "GET",
    headers: { Authorization: authorization },
    requestContext: {
      path: "/request",
      accountId: "123456789012",
      stage: "test",
      httpMethod: "GET",
      apiId: "s4x3opwd6i",
    },
  }) as HttpAuthorizerEventV1;

const connectEvent = (headers: Record<string, string>, query?: Record<string, string>): WebSocketAuthorizerEvent =>
  ({
    type: "REQUEST",
    methodArn: "arn:aws:execute-api:us-east-1:123456789012:abcdef123/default/$connect",
    headers: { Connection: "upgrade", "Sec-WebSocket-Version": "13", Upgrade: "websocket", ...headers },
    multiValueHeaders: {},
    queryStringParameters: query,
    stageVariables: {},
    requestContext: {
      routeKey: "$connect",
      eventType: "CONNECT",
      extendedRequestId: "id",
      requestTime: "19/Jan/2023:21:13:26 +0000",
      messageDirection: "IN",
      stage: "default",
      connectionId: "id",
      apiId: "abcdef123",
    },
  }) as WebSocketAuthorizerEvent;

/** What IAM makes of a policy for one method: a denial in words counts before everything, and silence is a denial. */
function decide({ policyDocument }: PolicyAnswer, arn: string): "Allow" | "Deny" {
  const effects = policyDocument.Statement.filter(({ Resource }) => Resource.some((pattern) => matches(pattern, arn)));
  if (effects.some(({ Effect }) => Effect === "Deny")) return "Deny";
  return effects.length > 0 ? "Allow" : "Deny";
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

function expectPolicyShape(answer: PolicyAnswer): void {
  expect(answer.principalId).toMatch(/./);
  expect(answer.policyDocument.Version).toBe("2012-10-17");
  expect(answer.policyDocument.Statement.length).toBeGreaterThan(0);
  for (const statement of answer.policyDocument.Statement) {
    expect(Object.keys(statement).sort()).toEqual(["Action", "Effect", "Resource"]);
    expect(statement.Action).toBe("execute-api:Invoke");
    for (const resource of statement.Resource) {
      expect(resource).toMatch(/^arn:aws:execute-api:us-east-1:123456789012:[a-z0-9]+\/(?:test|default)\//);
      expect(resource.length).toBeLessThanOrEqual(512);
    }
  }
  // Gateways refuse answers whose context holds lists or objects.
  for (const value of Object.values(answer.context ?? {})) expect(typeof value).toMatch(/^(?:string|number|boolean)$/);
}

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

describe("the authorizer of a REST API", () => {
  it("allows every method of the stage, and of no other", async () => {
    const authorize = createRestAuthorizer({ verifier });
    for (const event of [
      tokenEvent(`Bearer ${cognito}`),
      tokenEvent(cognito),
      restEvent({ AUTHORIZATION: `Bearer ${descope}` }),
    ]) {
      const answer = await authorize(event);
      expectPolicyShape(answer);
      expect(answer.principalId).toBe(SUB);
      for (const path of ["GET/request", "POST/request", "DELETE/a/b/c", "GET/"]) {
        expect(decide(answer, `${STAGE}/${path}`)).toBe("Allow");
      }
      for (const other of [STAGE.replace("test", "prod"), STAGE.replace("s4x3opwd6i", "other"), `${STAGE}2`]) {
        expect(decide(answer, `${other}/GET/request`)).toBe("Deny");
      }
    }
  });

  it("answers 401 to no token and to a wrong one, by the one text that the gateway knows", async () => {
    const authorize = createRestAuthorizer({ verifier });
    for (const event of [
      tokenEvent(""),
      tokenEvent(`Bearer ${wrong}`),
      tokenEvent("Basic dXNlcjpwYXNzd29yZA=="),
      restEvent({}),
      restEvent({ Cookie: `DS=${descope}` }),
    ]) {
      await expect(authorize(event)).rejects.toThrow(/^Unauthorized$/);
    }
  });

  it("denies the whole stage to whoever lacks what all of it asks for", async () => {
    const answer = await createRestAuthorizer({ verifier, roles: ["owner"] })(tokenEvent(cognito));
    expectPolicyShape(answer);
    expect(answer.context).toBeUndefined();
    for (const path of ["GET/request", "POST/other"]) expect(decide(answer, `${STAGE}/${path}`)).toBe("Deny");
  });

  it("throws, and denies nobody, while keys cannot be had", async () => {
    const failing = createRestAuthorizer({ verifier: keyless })(tokenEvent(cognito));
    await expect(failing).rejects.toSatisfy((error) => error instanceof SessionError && error.status === 503);
  });

  it("makes no policy from an ARN that is not one of a method", async () => {
    const authorize = createRestAuthorizer({ verifier });
    for (const methodArn of [
      "",
      "*",
      "arn:aws:execute-api:us-east-1:123456789012:*/test/GET/",
      `${STAGE.replace("test", "*")}/GET/`,
      STAGE,
    ]) {
      await expect(authorize({ type: "TOKEN", authorizationToken: cognito, methodArn })).rejects.toThrow(TypeError);
    }
  });

  it("refuses routes that policies would read otherwise", () => {
    for (const key of ["GET /orders/{id}", "GET orders", "/orders", "get /orders", "GET /a b", "GET /$x"]) {
      expect(() => createRestAuthorizer({ verifier, routes: { [key]: {} } })).toThrow(TypeError);
    }
  });

  const path = fc.array(fc.constantFrom("orders", "admin", "7", "x"), { maxLength: 3 }).map((parts) => parts.join("/"));
  const method = fc.constantFrom("GET", "POST", "DELETE");
  const routes = fc.dictionary(
    fc
      .tuple(fc.constantFrom("*", "GET", "POST"), fc.constantFrom("*", "orders/*", "admin/*", "orders", "*/7"))
      .map(([m, p]) => `${m} /${p}`),
    fc.constantFrom(
      {},
      { roles: ["admin"] },
      { roles: ["owner"] },
      { mode: "descope-only" as const },
      { tenant: "acme" },
    ),
  );

  test.prop([routes, method, path, method, path, fc.constantFrom(cognito, descope)], { numRuns: 300 })(
    "answers a cached request exactly as it would have answered it itself",
    async (asked, firstMethod, firstPath, nextMethod, nextPath, token) => {
      const authorize = createRestAuthorizer({ verifier, routes: asked });
      const cached = await authorize(tokenEvent(token, `${firstMethod}/${firstPath}`));
      const arn = `${STAGE}/${nextMethod}/${nextPath}`;
      const own = await authorize(tokenEvent(token, `${nextMethod}/${nextPath}`));
      expect(cached).toEqual(own);
      expectPolicyShape(own);

      // Beside policies: some entry names the request, and the token meets all entries that do.
      const named = Object.entries(asked).filter(([key]) => {
        const [m = "", p = ""] = key.split(" /");
        return matches(m, nextMethod) && matches(p, nextPath);
      });
      const meets = await Promise.all(
        named.map(([, one]) =>
          verifier.verify(token, one).then(
            () => true,
            () => false,
          ),
        ),
      );
      expect(decide(cached, arn)).toBe(named.length > 0 && meets.every(Boolean) ? "Allow" : "Deny");
    },
  );
});

describe("the authorizer of an HTTP API", () => {
  it("answers yes with a context, or no", async () => {
    const authorize = createHttpAuthorizer({ verifier, answer: "simple" });
    const yes = await authorize(httpEvent(bearer(descope)));
    expect(Object.keys(yes)).toEqual(["isAuthorized", "context"]);
    expect(yes).toMatchObject({
      isAuthorized: true,
      context: { subject: SUB, descopeUserId: USER, provider: "descope" },
    });
    expect(await authorize(httpEvent(bearer(wrong)))).toEqual({ isAuthorized: false });
    expect(await authorize(httpEvent({}))).toEqual({ isAuthorized: false });
  });

  it("throws for 401 where the options say so", async () => {
    const authorize = createHttpAuthorizer({ verifier, answer: "simple", unauthorized: "throw", roles: ["owner"] });
    await expect(authorize(httpEvent(bearer(wrong)))).rejects.toThrow(/^Unauthorized$/);
    expect(await authorize(httpEvent(bearer(cognito)))).toEqual({ isAuthorized: false });
  });

  it("decides by the route key, where the gateway caches by it", async () => {
    const authorize = createHttpAuthorizer({
      verifier,
      answer: "simple",
      routes: { "GET /orders/{id}": {}, "DELETE /orders/{id}": { roles: ["admin"] } },
    });
    const ask = (token: string, routeKey: string): Promise<{ isAuthorized: boolean }> =>
      authorize(httpEvent(bearer(token), { routeKey, identitySource: [`Bearer ${token}`, routeKey] }));
    expect(await ask(descope, "GET /orders/{id}")).toMatchObject({ isAuthorized: true });
    expect(await ask(cognito, "DELETE /orders/{id}")).toMatchObject({ isAuthorized: true });
    expect(await ask(descope, "DELETE /orders/{id}")).toEqual({ isAuthorized: false });
    for (const routeKey of ["$default", "toString", "PUT /orders/{id}"]) {
      expect(await ask(cognito, routeKey)).toEqual({ isAuthorized: false });
    }
    await expect(authorize(httpEvent(bearer(cognito)))).rejects.toThrow("$context.routeKey");
    expect(await authorize(httpEvent(bearer(cognito), { identitySource: null }))).toMatchObject({ isAuthorized: true });
  });

  it("refuses to answer for a token that the cache does not know it by", async () => {
    const authorize = createHttpAuthorizer({ verifier, answer: "simple", token: { cookie: "DS" } });
    const cookies = ["theme=dark", `DS=${descope}`];
    const known = httpEvent({}, { cookies, identitySource: [cookies.join("; ")] });
    expect(await authorize(known)).toMatchObject({ isAuthorized: true });
    const unknown = httpEvent({}, { cookies, identitySource: ["Basic dXNlcjpwYXNzd29yZA=="] });
    await expect(authorize(unknown)).rejects.toThrow("identity source");
  });

  it("makes policies of both payload formats", async () => {
    const authorize = createHttpAuthorizer({
      verifier,
      answer: "policy",
      routes: { "* /*": {}, "DELETE /*": { roles: ["admin"] } },
    });
    for (const event of [httpEvent(bearer(descope)), httpEventV1(`Bearer ${descope}`)]) {
      const answer = await authorize(event);
      expectPolicyShape(answer);
      expect(decide(answer, `${STAGE}/GET/orders/8`)).toBe("Allow");
      expect(decide(answer, `${STAGE}/DELETE/orders/8`)).toBe("Deny");
    }
    const refused = await authorize(httpEvent(bearer(wrong)));
    expectPolicyShape(refused);
    expect(decide(refused, `${STAGE}/GET/orders/8`)).toBe("Deny");
  });

  it("throws while keys cannot be had, since a no would be cached", async () => {
    const authorize = createHttpAuthorizer({ verifier: keyless, answer: "simple" });
    await expect(authorize(httpEvent(bearer(cognito)))).rejects.toMatchObject({ code: "ERR_KEYS_UNAVAILABLE" });
  });

  it("takes no token that is bound to a DPoP key, since the cache asks for no proof", async () => {
    const bound = projectKey.sign(sessionClaims({ cnf: { jkt: createHolder("ES256").jkt } }));
    const authorize = createHttpAuthorizer({ verifier, answer: "simple" });
    expect(await authorize(httpEvent(bearer(bound)))).toEqual({ isAuthorized: false });
  });
});

describe("the authorizer of an AppSync API", () => {
  const event = (authorizationToken: string): { authorizationToken: string } =>
    ({
      authorizationToken,
      requestContext: {
        apiId: "aaaaaa123123123example123",
        accountId: "111122223333",
        requestId: "f4081827-1111-4444-5555-5cf4695f339f",
        queryString: "mutation CreateEvent {...}",
        operationName: "MyQuery",
        variables: {},
      },
      requestHeaders: { "application/json": "value" },
    }) as { authorizationToken: string };

  it("lets in with texts for resolvers, denies fields, and lets no answer outlive its token", async () => {
    const authorize = createAppSyncAuthorizer({
      verifier,
      now: () => NOW * 1000,
      fields: { "Mutation.deletePost": { roles: ["admin"] }, "Query.posts": {} },
    });
    const full = await authorize(event(cognito));
    expect(full).toMatchObject({ isAuthorized: true, ttlOverride: 300 });
    expect(full.deniedFields).toBeUndefined();
    for (const value of Object.values(full.resolverContext ?? {})) expect(typeof value).toBe("string");
    const partial = await authorize(event(`Bearer ${descope}`));
    expect(partial).toMatchObject({ isAuthorized: true, deniedFields: ["Mutation.deletePost"] });
    const short = projectKey.sign(sessionClaims({ exp: NOW + 20 }));
    expect((await authorize(event(short))).ttlOverride).toBe(20);
  });

  it("refuses without a word, and without keeping the refusal", async () => {
    const authorize = createAppSyncAuthorizer({ verifier });
    expect(await authorize(event(wrong))).toEqual({ isAuthorized: false, ttlOverride: 0 });
    expect(await authorize(event(""))).toEqual({ isAuthorized: false, ttlOverride: 0 });
    await expect(createAppSyncAuthorizer({ verifier: keyless })(event(cognito))).rejects.toThrow(SessionError);
  });
});

describe("the authorizer of a WebSocket API", () => {
  it("allows the connection alone", async () => {
    const { methodArn } = connectEvent({});
    for (const [token, event] of [
      [{ header: "Authorization" }, connectEvent(bearer(cognito))],
      [{ query: "token" }, connectEvent({}, { token: descope })],
      [{ protocol: "session" }, connectEvent({ "Sec-WebSocket-Protocol": `session, ${descope}` })],
    ] as const) {
      const answer = await createWebSocketAuthorizer({ verifier, token })(event);
      expectPolicyShape(answer);
      expect(decide(answer, methodArn)).toBe("Allow");
      expect(decide(answer, methodArn.replace("$connect", "$default"))).toBe("Deny");
    }
  });

  it("answers 401 without a token where it is looked for, and 403 to whoever lacks something", async () => {
    const authorize = createWebSocketAuthorizer({ verifier, token: { protocol: "session" } });
    for (const headers of [
      {},
      bearer(cognito),
      { "sec-websocket-protocol": "session" },
      { "sec-websocket-protocol": "chat" },
    ]) {
      await expect(authorize(connectEvent(headers))).rejects.toThrow(/^Unauthorized$/);
    }
    const answer = await createWebSocketAuthorizer({ verifier, roles: ["owner"] })(connectEvent(bearer(cognito)));
    expect(decide(answer, connectEvent({}).methodArn)).toBe("Deny");
    const other = { ...connectEvent(bearer(cognito)), methodArn: `${STAGE}/GET/request` };
    await expect(createWebSocketAuthorizer({ verifier })(other)).rejects.toThrow("$connect");
  });
});

describe("the context of an authorizer", () => {
  it("is read again by back ends, and holds no contact data", async () => {
    for (const token of [cognito, descope]) {
      const principal = await verifier.verify(token);
      const identity = identityOfContext(contextOf(principal));
      const { subject, roles, permissions, tenants, scopes, provider, kind } = principal;
      expect(identity).toMatchObject({ subject, roles, permissions, tenants, scopes, provider, kind });
    }
    const withContact: Principal = { ...(await verifier.verify(descope)), email: "ada@example.com", name: "Ada" };
    expect(JSON.stringify(contextOf(withContact))).not.toMatch(/ada/i);
    expect(() => identityOfContext({ principalId: SUB })).toThrow(TypeError);
  });
});

describe("with the tokens of both services", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("allows users of either", async () => {
    const email = "ada@example.com";
    const { accessToken } = await world.signUp(email);
    const { sessionJwt } = await world.signIn({ loginId: email, email, verifiedEmail: true });
    const authorize = createRestAuthorizer({ verifier: createVerifier(world.options) });
    for (const token of [accessToken, sessionJwt]) {
      const answer = await authorize(tokenEvent(`Bearer ${token}`));
      expect(answer.principalId).toBe(claimsOf(token)["sub"]);
      expect(decide(answer, `${STAGE}/PUT/anything`)).toBe("Allow");
    }
  });
});
