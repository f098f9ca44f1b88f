import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { describe, expect, test } from "vitest";
import { CERTIFICATE, startScene } from "./bridge-scene.ts";
import { ask, post, sendRaw } from "./raw-client.ts";

describe("what a bridge passes through", () => {
  test("reaches Cognito by the name of the host, in TLS and in the request, with a certificate that is checked", async () => {
    await using scene = await startScene({ secureCognito: true, certificate: CERTIFICATE });
    const answer = await ask(scene.port, { path: "/oauth2/authorize?a=%2F..&a=b", ca: CERTIFICATE.cert });
    expect([answer.status, answer.body]).toEqual([200, "cognito ok"]);
    const [seen] = scene.cognito.seen;
    expect(seen?.url).toBe("/oauth2/authorize?a=%2F..&a=b");
    expect(seen?.serverName).toBe("auth.example.com");
    expect(seen?.headers.host).toBe("auth.example.com");

    await using stranger = await startScene({ secureCognito: true, upstreams: {} });
    expect((await ask(stranger.port)).status).toBe(502);
  });

  test("keeps method, path, headers and body, and loses what is about the connection", async () => {
    await using scene = await startScene();
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      cookie: "XSRF-TOKEN=1; cognito=2",
      authorization: "Basic abc",
      connection: "keep-alive, X-Secret-Hop",
      "x-secret-hop": "1",
      "keep-alive": "timeout=5",
      te: "trailers",
      "proxy-authorization": "Basic abc",
      "x-forwarded-for": "192.0.2.7",
    };
    await ask(scene.port, { method: "POST", path: "/login?x=1", body: "username=ana&password=secret", headers });
    const [seen] = scene.cognito.seen;
    expect(seen).toMatchObject({ method: "POST", url: "/login?x=1", body: "username=ana&password=secret" });
    expect(seen?.headers).toMatchObject({
      cookie: "XSRF-TOKEN=1; cognito=2",
      authorization: "Basic abc",
      "x-forwarded-for": "192.0.2.7, 127.0.0.1",
      "c2d-bridge-hop": "1",
    });
    for (const name of ["x-secret-hop", "keep-alive", "te", "proxy-authorization"])
      expect(seen?.headers).not.toHaveProperty(name);
  });

  test("comes back as it is: every cookie, redirects, dates and compressed bodies", async () => {
    await using scene = await startScene();
    scene.cognito.answer = (_request, response) => {
      response.writeHead(
        302,
        "Found",
        [
          ["Location", "https://app.example.com/callback?code=1&state=%2F"],
          ["Set-Cookie", "a=1; Path=/; Secure"],
          ["Set-Cookie", "b=2; Domain=auth.example.com"],
          ["Content-Encoding", "gzip"],
          ["Date", "Thu, 01 Jan 2026 00:00:00 GMT"],
          ["Connection", "close, X-Hop"],
          ["X-Hop", "1"],
        ].flat(),
      );
      response.end(Buffer.from([0x1f, 0x8b, 0, 255]));
    };
    const answer = await ask(scene.port, { path: "/login" });
    expect(answer.status).toBe(302);
    expect(answer.headers).toMatchObject({
      location: "https://app.example.com/callback?code=1&state=%2F",
      "set-cookie": ["a=1; Path=/; Secure", "b=2; Domain=auth.example.com"],
      "content-encoding": "gzip",
      date: "Thu, 01 Jan 2026 00:00:00 GMT",
    });
    expect(answer.headers).not.toHaveProperty("x-hop");
    expect(Buffer.from(answer.body, "latin1")).toEqual(Buffer.from([0x1f, 0x8b, 0, 255]));
  });

  test("streams: an answer begins before the request has ended, and the body is never held", async () => {
    await using scene = await startScene();
    scene.cognito.answer = (request, response) => {
      response.writeHead(200);
      request.pipe(response);
    };
    const outgoing = httpRequest({
      host: "127.0.0.1",
      port: scene.port,
      method: "POST",
      path: "/x",
      headers: { host: "auth.example.com" },
    });
    outgoing.write("first");
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    const [first] = (await once(answer, "data")) as [Buffer];
    expect(first.toString()).toBe("first");
    let received = first.length;
    answer.on("data", (chunk: Buffer) => (received += chunk.length));
    const chunk = Buffer.alloc(1 << 20);
    const before = process.memoryUsage().rss;
    let most = 0;
    for (let count = 0; count < 256; count += 1) {
      if (!outgoing.write(chunk)) await once(outgoing, "drain");
      most = Math.max(most, process.memoryUsage().rss);
    }
    outgoing.end();
    await once(answer, "end");
    expect(received).toBe(5 + 256 * chunk.length);
    // Client, bridge and server are one process here, and half of what goes by is garbage.
    expect(most - before).toBeLessThan(200 << 20);
  });

  test("takes connections to Cognito again", async () => {
    await using scene = await startScene();
    for (let count = 0; count < 5; count += 1) await ask(scene.port, { path: `/${count}` });
    expect(scene.cognito.seen.map(({ connection }) => connection)).toEqual([1, 1, 1, 1, 1]);
  });

  test("is asked again when Cognito closed the connection that it was sent by, unless it does something", async () => {
    await using scene = await startScene();
    await ask(scene.port);
    let dropped = 0;
    scene.cognito.answer = (request, response) => {
      if (dropped > 0) {
        response.end("again");
        return;
      }
      dropped += 1;
      request.socket.resetAndDestroy();
    };
    expect((await ask(scene.port, { path: "/login" })).body).toBe("again");
    dropped = 0;
    expect((await post(scene.port, "/login", "username=ana")).status).toBe(502);
  });

  test("ends badly where Cognito does: no answer is 502, half an answer is no whole one", async () => {
    await using scene = await startScene();
    scene.cognito.answer = (_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half", () => response.destroy());
    };
    await expect(ask(scene.port)).rejects.toThrow("aborted");
    await scene.cognito[Symbol.asyncDispose]();
    const answer = await ask(scene.port);
    expect([answer.status, answer.headers["content-type"]]).toEqual([502, "application/problem+json"]);
    await scene.descope[Symbol.asyncDispose]();
    await scene.bridge.stop();
  });

  test("is given up when Cognito is silent, and let go when the client is gone", async () => {
    const statuses: number[] = [];
    await using scene = await startScene({
      upstreams: { timeoutMs: 50 },
      onPassThrough: (_host, status) => statuses.push(status),
    });
    scene.cognito.answer = () => undefined;
    expect((await ask(scene.port)).status).toBe(504);

    await using patient = await startScene({ onPassThrough: (_host, status) => statuses.push(status) });
    const arrived = new Promise<void>((resolve) => {
      patient.cognito.answer = (request) => {
        request.socket.once("close", () => resolve());
        outgoing.destroy();
      };
    });
    const outgoing = httpRequest({
      host: "127.0.0.1",
      port: patient.port,
      path: "/x",
      headers: { host: "auth.example.com" },
    });
    outgoing.on("error", () => undefined);
    outgoing.end();
    await arrived;
    expect(statuses).toEqual([504, 499]);
  });
});

describe("a request that is none", () => {
  test.each([
    ["two hosts", "GET / HTTP/1.1\r\nHost: auth.example.com\r\nHost: evil.example\r\n\r\n", 400],
    ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["an absolute target", "GET http://evil.example/ HTTP/1.1\r\nHost: auth.example.com\r\n\r\n", 400],
    ["a target that is no path", "OPTIONS * HTTP/1.1\r\nHost: auth.example.com\r\n\r\n", 400],
    ["another host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: auth.example.com\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400,
    ],
    [
      "a length beside chunks",
      "POST / HTTP/1.1\r\nHost: auth.example.com\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    [
      "an encoding that ends in no chunks",
      "POST / HTTP/1.1\r\nHost: auth.example.com\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
      400,
    ],
    [
      "a line of a header that goes on in the next",
      "GET / HTTP/1.1\r\nHost: auth.example.com\r\nX: a\r\n b\r\nTransfer-Encoding : chunked\r\n\r\n",
      400,
    ],
    ["a connection to somewhere", "CONNECT evil.example:443 HTTP/1.1\r\nHost: auth.example.com\r\n\r\n", 0],
  ])("because it has %s reaches nobody", async (_what, text, status) => {
    await using scene = await startScene();
    const answer = await sendRaw(scene.port, text);
    expect(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)).toBe(status);
    expect([...scene.cognito.seen, ...scene.descope.seen]).toEqual([]);
  });

  test("is one that has been here before: the upstream leads back", async () => {
    await using scene = await startScene();
    expect((await ask(scene.port, { headers: { "c2d-bridge-hop": "1" } })).status).toBe(508);
    expect(scene.cognito.seen).toEqual([]);
  });
});

describe("a path that only looks like a call-back", () => {
  test.each([
    "//saml2/idpresponse",
    "/saml2//idpresponse",
    "/saml2/idpresponse/",
    "/saml2/../saml2/idpresponse",
    "/%73aml2/idpresponse",
    "/saml2/%2e/idpresponse",
    "/SAML2/idpresponse",
    "/saml2/idpresponse;a=b",
    "/login",
    "/oauth2/token",
  ])("%s goes to Cognito as it is", async (path) => {
    await using scene = await startScene();
    scene.setStage("Acme", "descope");
    const body = "SAMLResponse=PHg%2B&RelayState=s%2Fabc&password=x&code=y";
    await post(scene.port, path, body);
    expect(scene.cognito.seen.map(({ url, body: got }) => [url, got])).toEqual([[path, body]]);
    expect(scene.descope.seen).toEqual([]);
  });
});

describe("a bridge that stops", () => {
  test("ends what is under way first", async () => {
    await using scene = await startScene();
    let finish = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      scene.cognito.answer = (_request, response) => {
        finish = () => response.end("late");
        resolve();
      };
    });
    const answer = ask(scene.port);
    await arrived;
    const stopped = scene.bridge.stop();
    finish();
    expect((await answer).body).toBe("late");
    await stopped;
    await expect(ask(scene.port)).rejects.toThrow("ECONNREFUSED");
  });

  test("says that it lives until then, by whatever name it is asked", async () => {
    await using scene = await startScene();
    const answer = await ask(scene.port, { path: "/_bridge/health", headers: { host: "10.0.0.1" } });
    expect([answer.status, answer.body]).toEqual([200, '{"status":"ok"}']);
    expect((await ask(scene.port, { path: "/_bridge/other" })).status).toBe(404);
    expect(scene.cognito.seen).toEqual([]);
  });
});
