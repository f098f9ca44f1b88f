import { gzipSync } from "node:zlib";
import { fc, test as property } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formOf, responseOf } from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { type BridgeScene, startScene } from "./bridge-scene.ts";
import { ask, post, sendRaw } from "./raw-client.ts";

const ACME = responseOf("https://idp.acme.example/entity");
const NAMED = formOf({
  identity_provider: "Acme",
  client_id: "4client",
  redirect_uri: "https://app.example.com/callback",
});
const ACS = "/v1/auth/saml/acs?projectId=P2abcdefghijklmnopqrstuvwxyz";

describe("a SAML response at the bridge", () => {
  test("that Descope waits for gets there as it was sent, with nothing of Cognito's beside it", async () => {
    await using scene = await startScene();
    scene.descope.answer = undefined;
    const body = `SAMLResponse=${encodeURIComponent(ACME)}&RelayState=s%2fabc+%7e`;
    const answer = await post(scene.port, "/saml2/idpresponse?tenantId=globex", body, {
      cookie: "cognito=secret",
      authorization: "Basic secret",
      "user-agent": "a browser",
      "x-forwarded-for": "192.0.2.7",
      "x-forwarded-host": "evil.example",
    });
    expect(answer.body).toBe("descope ok");
    const [seen] = scene.descope.seen;
    expect([seen?.method, seen?.url, seen?.body]).toEqual(["POST", ACS, body]);
    expect(seen?.headers).toMatchObject({
      host: new URL(scene.descope.url).host,
      "user-agent": "a browser",
      "x-forwarded-for": "192.0.2.7, 127.0.0.1",
      "x-forwarded-host": "auth.example.com",
    });
    expect(JSON.stringify(seen?.rawHeaders)).not.toContain("secret");
    expect(scene.cognito.seen).toEqual([]);
  });

  test("that began at the provider follows the mode of its connection from one request to the next", async () => {
    await using scene = await startScene();
    const body = `RelayState=${encodeURIComponent(NAMED)}&SAMLResponse=${encodeURIComponent(ACME)}`;
    const send = async (): Promise<string> => (await post(scene.port, "/saml2/idpresponse", body)).body;
    expect(await send()).toBe("cognito ok");
    scene.setStage("Acme", "log-only");
    expect(await send()).toBe("cognito ok");
    scene.setStage("Acme", "descope");
    expect(await send()).toBe("descope ok");
    scene.setStage("Acme", "cognito");
    expect(await send()).toBe("cognito ok");
    expect(scene.cognito.seen.map((seen) => seen.body)).toEqual([body, body, body]);
    expect(scene.descope.seen.map((seen) => [seen.url, seen.body])).toEqual([
      [`${ACS}&tenantId=acme`, `SAMLResponse=${encodeURIComponent(ACME)}`],
    ]);
    expect(scene.entries.map(({ to, mode, wouldGoTo, connection }) => [to, mode, wouldGoTo, connection])).toEqual([
      ["cognito", "cognito", undefined, "eu-west-1_AbCdEf123/Acme"],
      ["cognito", "log-only", "descope", "eu-west-1_AbCdEf123/Acme"],
      ["descope", "descope", undefined, "eu-west-1_AbCdEf123/Acme"],
      ["cognito", "cognito", undefined, "eu-west-1_AbCdEf123/Acme"],
    ]);
  });

  test("is answered by redirects and cookies as Descope sets them", async () => {
    await using scene = await startScene();
    scene.descope.answer = (request, response) => {
      request.resume();
      response.writeHead(
        302,
        [
          ["Location", "https://app.example.com/sso?code=abc"],
          ["Set-Cookie", "DSR=1; Path=/; Secure"],
          ["Set-Cookie", "DS=2; Path=/; Secure"],
        ].flat(),
      );
      response.end();
    };
    const answer = await post(scene.port, "/saml2/idpresponse", formOf({ SAMLResponse: ACME, RelayState: "s/1" }));
    expect(answer.headers).toMatchObject({
      location: "https://app.example.com/sso?code=abc",
      "set-cookie": ["DSR=1; Path=/; Secure", "DS=2; Path=/; Secure"],
    });
    scene.descope.answer = (_request, response) =>
      response.writeHead(302, { location: "https://app.example.com/?err=E1" }).end();
    await post(scene.port, "/saml2/idpresponse", formOf({ SAMLResponse: ACME, RelayState: "s/1" }));
    expect(scene.entries.map(({ status, accepted }) => [status, accepted])).toEqual([
      [302, true],
      [302, false],
    ]);
  });

  test("is a clear error when it is larger than any, and when nobody answers it", async () => {
    await using scene = await startScene();
    const large = formOf({ SAMLResponse: "A".repeat(524_288), RelayState: "s/1" });
    expect((await post(scene.port, "/saml2/idpresponse", large)).status).toBe(413);
    const chunked = await ask(scene.port, {
      method: "POST",
      path: "/saml2/idpresponse",
      body: large,
      headers: { "content-type": "application/x-www-form-urlencoded", "transfer-encoding": "chunked" },
    });
    expect(chunked.status).toBe(413);
    expect([...scene.cognito.seen, ...scene.descope.seen]).toEqual([]);
    expect((await post(scene.port, "/login", large)).body).toBe("cognito ok");
    scene.descope.answer = (request) => request.socket.destroy();
    const answer = await post(scene.port, "/saml2/idpresponse", formOf({ SAMLResponse: ACME, RelayState: "s/1" }));
    expect([answer.status, answer.headers["content-type"]]).toEqual([502, "application/problem+json"]);
  });

  test("in any other form than browsers send it is Cognito's", async () => {
    await using scene = await startScene();
    scene.setStage("Acme", "descope");
    const body = formOf({ SAMLResponse: ACME, RelayState: "s/abc" });
    const type = "application/x-www-form-urlencoded";
    const zipped = gzipSync(body).toString("latin1");
    await post(scene.port, "/saml2/idpresponse", Buffer.from(zipped, "latin1").toString("latin1"), {
      "content-encoding": "gzip",
    });
    await post(scene.port, "/saml2/idpresponse", body, { "content-type": "multipart/form-data; boundary=x" });
    await ask(scene.port, { method: "PUT", path: "/saml2/idpresponse", body, headers: { "content-type": type } });
    await ask(scene.port, { path: `/saml2/idpresponse?${body}` });
    await sendRaw(
      scene.port,
      `POST /saml2/idpresponse HTTP/1.1\r\nHost: auth.example.com\r\nContent-Type: text/plain\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    expect(scene.cognito.seen.map(({ method }) => method)).toEqual(["POST", "POST", "PUT", "GET", "POST"]);
    expect(scene.descope.seen).toEqual([]);
  });

  test("leaves nothing of itself in the log", async () => {
    await using scene = await startScene();
    const canary = "canary-7f3a";
    for (const RelayState of ["s/canary-7f3a", "canary-7f3a", "", `identity_provider=${canary}&client_id=4client`]) {
      const SAMLResponse = responseOf(`https://${canary}.example/`);
      await post(scene.port, "/saml2/idpresponse", formOf({ SAMLResponse, RelayState }));
      await ask(scene.port, { path: `/oauth2/idpresponse?code=${canary}&state=${canary}` });
    }
    expect(scene.entries).toHaveLength(8);
    expect(JSON.stringify(scene.entries)).not.toContain(canary);
    expect(scene.entries[4]).toMatchObject({
      reason: "issuer-unknown",
      issuerHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });
});

describe("whatever is posted to a call-back", () => {
  let scene: BridgeScene;
  beforeAll(async () => {
    scene = await startScene();
    scene.setStage("Acme", "descope");
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
  });

  const xml = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      `<!DOCTYPE a [<!ENTITY b "${"c".repeat(1000)}"><!ENTITY d "${"&b;".repeat(100)}">]><a>&d;</a>`,
      "<a>".repeat(10_000),
      "\0",
    ),
  );
  const body = fc.oneof(
    fc
      .tuple(xml, fc.string())
      .map(([text, RelayState]) => formOf({ SAMLResponse: Buffer.from(text).toString("base64"), RelayState })),
    fc
      .tuple(fc.string(), fc.constantFrom("", "s/1", NAMED))
      .map(([SAMLResponse, RelayState]) => formOf({ SAMLResponse, RelayState })),
    fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  );
  property.prop([body, fc.constantFrom("/saml2/idpresponse", "/oauth2/idpresponse")], { numRuns: 300 })(
    "reaches exactly one of the two, to the byte, and the bridge lives on",
    async (text, path) => {
      scene.cognito.seen.length = 0;
      scene.descope.seen.length = 0;
      const answer = await ask(scene.port, {
        method: "POST",
        path,
        body: Buffer.from(text, "latin1"),
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
      const seen = [...scene.cognito.seen, ...scene.descope.seen];
      expect(answer.status).toBe(200);
      expect(seen).toHaveLength(1);
      const [one] = seen;
      if (one?.url.startsWith("/v1/auth/saml/acs?projectId=") === true && !one.body.includes("RelayState=s")) {
        expect(text).toContain(one.body);
      } else expect(one?.body).toBe(text);
    },
  );
});
