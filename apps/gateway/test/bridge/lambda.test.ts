import { ALL_TO_COGNITO, compileBridgeConfig } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import {
  formOf,
  responseOf,
  samlConnection,
  writtenConfig,
} from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { createLambdaHandler, type LambdaHandler } from "../../src/index.ts";
import { CERTIFICATE } from "./bridge-scene.ts";
import { type Origin, startOrigin } from "./origin.ts";

interface Scene extends AsyncDisposable {
  readonly handler: LambdaHandler;
  readonly cognito: Origin;
  readonly descope: Origin;
}

async function startLambda(): Promise<Scene> {
  const cognito = await startOrigin("cognito", CERTIFICATE);
  const descope = await startOrigin("descope");
  const base = writtenConfig([samlConnection("Acme")]);
  const config = compileBridgeConfig({
    ...base,
    descopeBaseUrl: descope.url,
    hosts: base.hosts.map((host) => ({ ...host, upstream: cognito.url })),
  });
  const handler = createLambdaHandler({
    config: () => config,
    modes: () => ALL_TO_COGNITO,
    now: () => 0,
    newId: () => "0".repeat(32),
    upstreams: { ca: CERTIFICATE.cert },
  });
  return {
    handler,
    cognito,
    descope,
    async [Symbol.asyncDispose]() {
      await cognito[Symbol.asyncDispose]();
      await descope[Symbol.asyncDispose]();
    },
  };
}

const FORM = "application/x-www-form-urlencoded";
const form = formOf({ SAMLResponse: responseOf("https://idp.acme.example/entity"), RelayState: "s/1" });

function httpApi(method: string, rawPath: string, more: object = {}): object {
  return {
    version: "2.0",
    rawPath,
    rawQueryString: "a=%2F&a=b",
    cookies: ["x=1", "y=2"],
    headers: { host: "auth.example.com", "content-type": FORM, "x-forwarded-for": "192.0.2.7" },
    requestContext: { http: { method, sourceIp: "192.0.2.7" } },
    isBase64Encoded: false,
    ...more,
  };
}

function loadBalancer(httpMethod: string, path: string, more: object = {}): object {
  return {
    httpMethod,
    path,
    multiValueQueryStringParameters: { a: ["%2F", "b"] },
    multiValueHeaders: {
      host: ["auth.example.com"],
      "content-type": [FORM],
      cookie: ["x=1; y=2"],
      "x-forwarded-for": ["192.0.2.7"],
    },
    body: "",
    isBase64Encoded: false,
    ...more,
  };
}

describe.each([
  ["an HTTP API", httpApi],
  ["a load balancer", loadBalancer],
])("a bridge on Lambda behind %s", (_what, event) => {
  test("passes through, and answers with binary bodies and every cookie", async () => {
    await using scene = await startLambda();
    scene.cognito.answer = undefined;
    await scene.handler(event("POST", "/login", { body: "username=ana" }));
    const [seen] = scene.cognito.seen;
    expect([seen?.method, seen?.url, seen?.body]).toEqual(["POST", "/login?a=%2F&a=b", "username=ana"]);
    expect(seen?.serverName).toBe("auth.example.com");
    expect(seen?.headers).toMatchObject({
      host: "auth.example.com",
      cookie: "x=1; y=2",
      "x-forwarded-for": "192.0.2.7",
    });

    scene.cognito.answer = (request, response) => {
      request.resume();
      response.writeHead(200, ["Set-Cookie", "a=1", "Set-Cookie", "b=2", "Content-Type", "image/png"]);
      response.end(Buffer.from([0, 255, 1]));
    };
    const result = await scene.handler(event("GET", "/logo.png"));
    expect([result.statusCode, result.isBase64Encoded, result.body]).toEqual([200, true, "AP8B"]);
    expect(result.cookies ?? result.multiValueHeaders?.["Set-Cookie"]).toEqual(["a=1", "b=2"]);
  });

  test("hands a response of a provider to Descope, whichever way its body comes", async () => {
    await using scene = await startLambda();
    await scene.handler(event("POST", "/saml2/idpresponse", { body: form, ...noQuery }));
    const encoded = { body: Buffer.from(form).toString("base64"), isBase64Encoded: true };
    await scene.handler(event("POST", "/saml2/idpresponse", { ...encoded, ...noQuery }));
    expect(scene.descope.seen.map(({ body }) => body)).toEqual([form, form]);
    expect(scene.cognito.seen).toEqual([]);
  });

  test("refuses what is no request of its host, and tells that it lives", async () => {
    await using scene = await startLambda();
    const other = { headers: { host: "x.example" }, multiValueHeaders: { host: ["x.example"] } };
    expect((await scene.handler(event("GET", "/", other))).statusCode).toBe(421);
    expect((await scene.handler(event("GET", "/_bridge/health", noQuery))).statusCode).toBe(200);
    await scene.cognito[Symbol.asyncDispose]();
    expect((await scene.handler(event("GET", "/login"))).statusCode).toBe(502);
    await scene.descope[Symbol.asyncDispose]();
  });
});

const noQuery = { rawQueryString: "", multiValueQueryStringParameters: {} };

test("an event of another kind is no request", async () => {
  await using scene = await startLambda();
  await expect(scene.handler({ Records: [] })).rejects.toThrow("none of an HTTP API");
});
