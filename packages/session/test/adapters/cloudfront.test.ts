import { type CloudFrontHeaders, createViewerRequestHandler } from "@cognito-to-descope/session/cloudfront";
import { createVerifier } from "@cognito-to-descope/session";
import { describe, expect, it } from "vitest";
import {
  accessClaims,
  createKey,
  openVerifier,
  poolKey,
  projectKey,
  sessionClaims,
  SUB,
  verifierOptions,
} from "../issuer.ts";

/** A viewer request with the fields of AWS's documents. */
function viewerRequest(headers: Record<string, string>, uri = "/orders", eventType = "viewer-request") {
  const all: CloudFrontHeaders = { host: [{ key: "Host", value: "d111111abcdef8.cloudfront.net" }] };
  for (const [key, value] of Object.entries(headers)) all[key.toLowerCase()] = [{ key, value }];
  const config = {
    distributionDomainName: "d111111abcdef8.cloudfront.net",
    distributionId: "EDFDVBD6EXAMPLE",
    eventType,
    requestId: "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
  };
  const request = { clientIp: "203.0.113.178", headers: all, method: "GET", querystring: "page=1", uri };
  return { Records: [{ cf: { config, request } }] };
}

const cognito = poolKey.sign(accessClaims());
const descope = projectKey.sign(sessionClaims({ cognitoSub: SUB }));

describe("the viewer request handler", () => {
  it("gives the request back for tokens of both providers, with who asks", async () => {
    const handle = createViewerRequestHandler({
      verifier: await openVerifier(),
      cookie: "DS",
      identityHeaders: { "x-subject": ({ subject }) => subject },
    });
    for (const headers of [{ Authorization: `Bearer ${cognito}` }, { Cookie: `theme=dark; DS=${descope}` }]) {
      const event = viewerRequest({ ...headers, "X-Subject": "somebody-else" });
      const answer = await handle(event);
      expect(answer).toBe(event.Records[0]?.cf.request);
      expect(answer.headers["x-subject"]).toEqual([{ key: "x-subject", value: SUB }]);
    }
  });

  it("answers in CloudFront's shape when it refuses", async () => {
    const handle = createViewerRequestHandler({ verifier: await openVerifier() });
    const wrong = createKey("pool-key").sign(accessClaims());
    const answer = await handle(viewerRequest({ Authorization: `Bearer ${wrong}` }));
    expect(answer).toEqual({
      status: "401",
      statusDescription: "Unauthorized",
      headers: {
        "www-authenticate": [{ key: "www-authenticate", value: 'Bearer error="invalid_token"' }],
        "cache-control": [{ key: "cache-control", value: "no-store" }],
        "content-type": [{ key: "content-type", value: "application/problem+json" }],
      },
      body: '{"status":401,"code":"ERR_TOKEN_UNTRUSTED","reason":"signature-invalid"}',
    });
    expect(await handle(viewerRequest({}))).toMatchObject({
      status: "401",
      headers: { "www-authenticate": [{ value: "Bearer" }] },
    });
  });

  it("asks for what the path asks for", async () => {
    const handle = createViewerRequestHandler({
      verifier: await openVerifier(),
      identityHeaders: { "x-subject": ({ subject }) => subject },
      routeOf: ({ uri }) => (uri.startsWith("/public/") ? { anonymous: "allow" } : { mode: "descope-only" }),
    });
    const open = await handle(viewerRequest({ "X-Subject": "somebody-else" }, "/public/logo.svg"));
    expect(open).not.toHaveProperty("status");
    expect(open.headers["x-subject"]).toBeUndefined();
    expect(await handle(viewerRequest({ Authorization: `Bearer ${cognito}` }))).toMatchObject({ status: "401" });
  });

  it("answers 503 while keys cannot be had, and refuses to stand behind the cache", async () => {
    const fetch = (): Promise<Response> => Promise.resolve(new Response(null, { status: 500 }));
    const handle = createViewerRequestHandler({ verifier: createVerifier(verifierOptions({ fetch })) });
    const answer = await handle(viewerRequest({ Authorization: `Bearer ${cognito}` }));
    expect(answer).toMatchObject({ status: "503", statusDescription: "Service Unavailable" });
    await expect(handle(viewerRequest({}, "/orders", "origin-request"))).rejects.toThrow("viewer request");
  });
});
