import { describe, expect, test } from "vitest";
import { INVENTORY_ACTIONS, inventoryStatements, readInventory } from "@cognito-to-descope/aws-inventory";
import { type Account, type AccountAnswer, type AccountRequest, elements, startAccount, xml } from "./account.ts";

const REGION = "eu-west-1";
const POOL = { userPoolId: "eu-west-1_AbCdEf123", region: REGION };
const ISSUER = `https://cognito-idp.${REGION}.amazonaws.com/${POOL.userPoolId}`;
const PROVIDER = ISSUER.slice("https://".length);
const ARN = `arn:aws:cognito-idp:${REGION}:123456789012:userpool/${POOL.userPoolId}`;

function read(account: Account, signal?: AbortSignal): ReturnType<typeof readInventory> {
  const credentials = (): Promise<{ accessKeyId: string; secretAccessKey: string }> =>
    Promise.resolve({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" });
  return readInventory({ region: REGION, endpoint: account.url, credentials }, [POOL], { signal });
}

type Answers = Readonly<Record<string, (request: AccountRequest) => AccountAnswer | object | string | undefined>>;

function answering(answers: Answers): Promise<Account> {
  return startAccount((request) => answers[`${request.service} ${request.operation}`]?.(request));
}

const denied = (action: string): AccountAnswer => ({
  status: 403,
  errorType: "AccessDeniedException",
  body: { message: `User: arn:aws:iam::123456789012:user/x is not authorized to perform: ${action} on resource: y` },
});

test("finds nothing in an account that trusts no pool, and reads every service once", async () => {
  await using account = await startAccount(() => undefined);
  const { uses, complete, remarks } = await read(account);
  expect({ uses, remarks }).toEqual({ uses: [], remarks: [] });
  expect(complete).toEqual([
    "api-gateway-rest",
    "api-gateway-http",
    "appsync",
    "load-balancer",
    "identity-pool",
    "iam",
  ]);
  expect(account.requests).toEqual([
    "apigateway GET /restapis",
    "apigateway GET /v2/apis",
    "appsync GET /v1/apis",
    "appsync GET /v2/apis",
    "elasticloadbalancing DescribeLoadBalancers",
    "cognito-identity ListIdentityPools",
    "iam ListOpenIDConnectProviders",
  ]);
});

describe("REST APIs", () => {
  test("name each authorizer of the pool with its methods and scopes, over all pages", async () => {
    await using account = await answering({
      "apigateway GET /restapis": ({ query }) =>
        query.get("position") === "2"
          ? { item: [{ id: "b2", name: "billing" }] }
          : { item: [{ id: "a1", name: "orders" }], position: "2" },
      "apigateway GET /restapis/a1/authorizers": () => ({
        item: [
          { id: "c1", name: "pool", type: "COGNITO_USER_POOLS", providerARNs: [ARN] },
          { id: "c2", name: "other", type: "COGNITO_USER_POOLS", providerARNs: [`${ARN}4`] },
        ],
      }),
      "apigateway GET /restapis/b2/authorizers": () => ({
        item: [
          { id: "l1", name: "own", type: "TOKEN" },
          { id: "j1", name: "new", type: "JWT" },
        ],
      }),
      "apigateway GET /restapis/a1/resources": ({ query }) =>
        query.get("position") === "2"
          ? { item: [{ id: "r2", path: "/carts", resourceMethods: { POST: { authorizerId: "c1" } } }] }
          : {
              item: [
                {
                  id: "r1",
                  path: "/orders",
                  resourceMethods: {
                    GET: {
                      authorizationType: "COGNITO_USER_POOLS",
                      authorizerId: "c1",
                      authorizationScopes: ["o/read"],
                    },
                    PUT: { authorizationType: "NONE" },
                  },
                },
              ],
              position: "2",
            },
    });
    const { uses } = await read(account);
    expect(uses.map(({ certainty, kind, name, usedIn }) => ({ certainty, kind, name, usedIn }))).toEqual([
      {
        certainty: "trusts",
        kind: "COGNITO_USER_POOLS authorizer",
        name: "pool of orders",
        usedIn: ["GET /orders (scopes o/read)", "POST /carts"],
      },
      { certainty: "look", kind: "TOKEN authorizer", name: "own of billing", usedIn: [] },
      { certainty: "look", kind: "JWT authorizer", name: "new of billing", usedIn: [] },
    ]);
    expect(uses[0]).toMatchObject({ targets: ["rest-api-jwt", "rest-api-lambda"], options: { apiId: "a1" } });
    expect(account.requests.filter((request) => request.includes("/restapis/a1/resources"))).toHaveLength(2);
  });
});

describe("HTTP APIs", () => {
  test.each([ISSUER, ISSUER.replace("https://", "https://issuer-"), `${ISSUER}/`])(
    "name the JWT authorizer whose issuer is %s",
    async (Issuer) => {
      await using account = await answering({
        "apigateway GET /v2/apis": () => ({ items: [{ apiId: "h1", name: "web", protocolType: "HTTP" }] }),
        "apigateway GET /v2/apis/h1/authorizers": () => ({
          items: [
            {
              authorizerId: "z1",
              name: "pool",
              authorizerType: "JWT",
              jwtConfiguration: { issuer: Issuer, audience: ["c"] },
            },
            { authorizerId: "z2", name: "else", authorizerType: "JWT", jwtConfiguration: { issuer: `${ISSUER}4` } },
          ],
        }),
        "apigateway GET /v2/apis/h1/routes": () => ({
          items: [{ routeId: "r1", routeKey: "GET /me", authorizationType: "JWT", authorizerId: "z1" }],
        }),
      });
      const { uses } = await read(account);
      expect(uses).toHaveLength(1);
      expect(uses[0]).toMatchObject({
        certainty: "trusts",
        id: "z1",
        name: "pool of web",
        usedIn: ["GET /me"],
        targets: ["http-api-lambda", "http-api-jwt"],
        options: { apiId: "h1" },
      });
    },
  );

  test("ask somebody to look at functions, which say nothing of the tokens they accept", async () => {
    await using account = await answering({
      "apigateway GET /v2/apis": () => ({ items: [{ apiId: "w1", name: "chat", protocolType: "WEBSOCKET" }] }),
      "apigateway GET /v2/apis/w1/authorizers": () => ({
        items: [{ authorizerId: "z1", name: "connect", authorizerType: "REQUEST" }],
      }),
      "apigateway GET /v2/apis/w1/routes": () => ({ items: [{ routeKey: "$connect", authorizerId: "z1" }] }),
    });
    const { uses } = await read(account);
    expect(uses).toEqual([
      expect.objectContaining({ certainty: "look", kind: "REQUEST authorizer", usedIn: ["$connect"], targets: [] }),
    ]);
  });
});

describe("AppSync", () => {
  test("names each mode that trusts the pool: default, additional, as a pool or as an OIDC issuer", async () => {
    await using account = await answering({
      "appsync GET /v1/apis": () => ({
        graphqlApis: [
          {
            apiId: "g1",
            name: "orders",
            authenticationType: "AMAZON_COGNITO_USER_POOLS",
            userPoolConfig: { userPoolId: POOL.userPoolId, awsRegion: REGION, defaultAction: "DENY" },
            additionalAuthenticationProviders: [
              { authenticationType: "API_KEY" },
              { authenticationType: "OPENID_CONNECT", openIDConnectConfig: { issuer: ISSUER } },
              { authenticationType: "AWS_LAMBDA", lambdaAuthorizerConfig: { authorizerUri: "arn" } },
            ],
          },
          { apiId: "g2", name: "keys", authenticationType: "API_KEY" },
        ],
      }),
      "appsync GET /v2/apis": () => ({
        apis: [
          {
            apiId: "e1",
            name: "events",
            eventConfig: {
              authProviders: [
                {
                  authType: "AMAZON_COGNITO_USER_POOLS",
                  cognitoConfig: { userPoolId: POOL.userPoolId, awsRegion: REGION },
                },
              ],
            },
          },
        ],
      }),
    });
    const { uses } = await read(account);
    expect(uses.map(({ certainty, kind, name, usedIn }) => [certainty, kind, name, ...usedIn])).toEqual([
      ["trusts", "AMAZON_COGNITO_USER_POOLS of a GraphQL API", "orders", "default authorization mode"],
      ["trusts", "OPENID_CONNECT of a GraphQL API", "orders", "additional authorization mode"],
      ["look", "AWS_LAMBDA of a GraphQL API", "orders", "additional authorization mode"],
      ["trusts", "AMAZON_COGNITO_USER_POOLS of an Event API", "events", "authorization modes"],
    ]);
    expect(uses[0]?.options).toEqual({ apiId: "g1", apiName: "orders", defaultAction: "DENY" });
  });
});

describe("load balancers", () => {
  test("name each rule of each listener, default actions among them, and leave network load balancers alone", async () => {
    const balancer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1";
    const listener = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/1/2";
    const group = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/3";
    const rule = (Priority: string, Actions: object[], Conditions: object[] = []): object => ({
      RuleArn: `${listener}/${Priority}`,
      Priority,
      Conditions,
      Actions,
    });
    await using account = await answering({
      "elasticloadbalancing DescribeLoadBalancers": ({ operation, input }) =>
        input["Marker"] === "more"
          ? xml(operation, elements({ LoadBalancers: [{ LoadBalancerArn: "arn:nlb", Type: "network" }] }))
          : xml(
              operation,
              elements({
                LoadBalancers: [{ LoadBalancerArn: balancer, LoadBalancerName: "web", Type: "application" }],
                NextMarker: "more",
              }),
            ),
      "elasticloadbalancing DescribeListeners": ({ operation }) =>
        xml(operation, elements({ Listeners: [{ ListenerArn: listener }] })),
      "elasticloadbalancing DescribeRules": ({ operation }) =>
        xml(
          operation,
          elements({
            Rules: [
              rule(
                "10",
                [
                  {
                    Type: "authenticate-cognito",
                    AuthenticateCognitoConfig: { UserPoolArn: ARN, UserPoolClientId: "c" },
                  },
                  { Type: "forward", TargetGroupArn: group },
                ],
                [{ Field: "path-pattern", PathPatternConfig: { Values: ["/app/*"] } }],
              ),
              rule("20", [{ Type: "jwt-validation", JwtValidationConfig: { Issuer: ISSUER, JwksEndpoint: "x" } }]),
              rule("30", [{ Type: "authenticate-oidc", AuthenticateOidcConfig: { Issuer: "https://elsewhere/" } }]),
              rule("default", [{ Type: "authenticate-oidc", AuthenticateOidcConfig: { Issuer: ISSUER } }]),
            ],
          }),
        ),
    });
    const { uses } = await read(account);
    expect(uses.map(({ kind, name, usedIn, targets }) => [kind, name, usedIn, targets])).toEqual([
      ["authenticate-cognito action", "rule 10 of web", ["/app/*"], ["alb-oidc"]],
      ["jwt-validation action", "rule 20 of web", [], ["alb-jwt"]],
      ["authenticate-oidc action", "rule default of web", [], ["alb-oidc"]],
    ]);
    expect(uses[0]?.options).toEqual({ listenerArn: listener, targetGroupArn: group });
    expect(account.requests.filter((request) => request.endsWith("DescribeListeners"))).toHaveLength(1);
  });
});

describe("identity pools and IAM", () => {
  test("name the app clients, how roles are chosen, and what the emitted document needs to know", async () => {
    const id = "eu-west-1:01234567-89ab-cdef-0123-456789abcdef";
    await using account = await answering({
      "cognito-identity ListIdentityPools": ({ input }) =>
        input["NextToken"] === "more"
          ? { IdentityPools: [{ IdentityPoolId: id, IdentityPoolName: "app" }] }
          : { IdentityPools: [{ IdentityPoolId: "eu-west-1:other", IdentityPoolName: "other" }], NextToken: "more" },
      "cognito-identity DescribeIdentityPool": ({ input }) => ({
        IdentityPoolId: input["IdentityPoolId"],
        IdentityPoolName: input["IdentityPoolId"] === id ? "app" : "other",
        AllowUnauthenticatedIdentities: true,
        CognitoIdentityProviders:
          input["IdentityPoolId"] === id
            ? [{ ProviderName: PROVIDER, ClientId: "c1" }]
            : [{ ProviderName: `${PROVIDER}4` }],
      }),
      "cognito-identity GetIdentityPoolRoles": () => ({
        IdentityPoolId: id,
        Roles: { authenticated: "arn:aws:iam::123456789012:role/in" },
        RoleMappings: { [`${PROVIDER}:c1`]: { Type: "Token", AmbiguousRoleResolution: "Deny" } },
      }),
      "iam ListOpenIDConnectProviders": ({ operation }) =>
        xml(
          operation,
          elements({
            OpenIDConnectProviderList: [
              { Arn: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
              { Arn: `arn:aws:iam::123456789012:oidc-provider/${PROVIDER}` },
            ],
          }),
        ),
    });
    const { uses } = await read(account);
    expect(uses).toHaveLength(2);
    expect(uses[0]).toMatchObject({
      kind: "login provider of an identity pool",
      name: "app",
      usedIn: ["app client c1", "roles by Token"],
      targets: ["identity-pool"],
      options: {
        identityPoolId: id,
        identityPoolName: "app",
        guests: "allow",
        authenticatedRoleArn: "arn:aws:iam::123456789012:role/in",
      },
    });
    expect(uses[0]?.change).toContain("cognito:preferred_role");
    expect(uses[1]).toMatchObject({ service: "iam", kind: "OIDC provider" });
  });
});

describe("what cannot be read", () => {
  test("is a remark with the permission, keeps what was found before, and hides no other service", async () => {
    await using account = await answering({
      "apigateway GET /restapis": () => denied("apigateway:GET"),
      "apigateway GET /v2/apis": () => ({
        items: [
          { apiId: "h1", name: "web" },
          { apiId: "h2", name: "far" },
        ],
      }),
      "apigateway GET /v2/apis/h1/authorizers": () => ({
        items: [{ authorizerId: "z1", authorizerType: "JWT", jwtConfiguration: { issuer: ISSUER } }],
      }),
      "apigateway GET /v2/apis/h2/authorizers": () => denied("apigateway:GET"),
      "cognito-identity ListIdentityPools": () => ({
        status: 400,
        body: { __type: "NotAuthorizedException", message: "no" },
      }),
      "iam ListOpenIDConnectProviders": () => ({
        status: 403,
        body: "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/x is not authorized to perform: iam:ListOpenIDConnectProviders on resource: *</Message></Error></ErrorResponse>",
      }),
    });
    const { uses, complete, remarks } = await read(account);
    expect(uses.map(({ id }) => id)).toEqual(["z1"]);
    expect(complete).toEqual(["appsync", "load-balancer"]);
    expect(remarks.map(({ service, action }) => [service, action])).toEqual([
      ["api-gateway-rest", "apigateway:GET"],
      ["api-gateway-http", "apigateway:GET"],
      ["identity-pool", undefined],
      ["iam", "iam:ListOpenIDConnectProviders"],
    ]);
    expect(remarks[2]?.message).toContain("one of cognito-identity:DescribeIdentityPool");
    expect(JSON.stringify(remarks)).not.toContain("123456789012");
  });

  test("for want of known credentials is a fault, because nothing could be said of any service", async () => {
    await using account = await startAccount(() => ({
      status: 403,
      errorType: "UnrecognizedClientException",
      body: { message: "The security token included in the request is invalid." },
    }));
    await expect(read(account)).rejects.toMatchObject({ code: "ERR_SOURCE_UNAUTHORIZED" });
  });

  test("for want of an answer is a remark", async () => {
    const account = await startAccount(() => undefined);
    await account[Symbol.asyncDispose]();
    const { remarks, complete } = await read(account);
    expect(complete).toEqual([]);
    expect(new Set(remarks.map(({ message }) => message))).toEqual(
      new Set(["not looked through to the end: no answer (ECONNREFUSED)"]),
    );
  });

  test("because it was interrupted ends at once, with the reason", async () => {
    const controller = new AbortController();
    await using account = await startAccount(() => {
      controller.abort(new Error("interrupted"));
      return undefined;
    });
    await expect(read(account, controller.signal)).rejects.toThrow("interrupted");
    expect(account.requests).toHaveLength(1);
  });
});

test("the policy names every action, and limits API Gateway to what is read of it", () => {
  const statements = inventoryStatements("cn-north-1");
  const actions = statements.flatMap(({ Action }) => Action);
  expect([...actions].sort()).toEqual([...new Set(Object.values(INVENTORY_ACTIONS).flat())].sort());
  expect(statements[0]?.Resource).toContain("arn:aws-cn:apigateway:cn-north-1::/restapis/*/authorizers");
  expect(() => inventoryStatements("Ireland")).toThrow("region");
});
