import { createServer as createHttpServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { makeCertificate } from "../../sandbox/test/descope/self-signed-certificate.ts";
import { mayAsk } from "../src/address-guard.ts";
import { createMetadataReader } from "../src/index.ts";
import { metadataOf } from "./samlify-metadata.ts";

const ENTITY = "https://idp.example/app";
const { privateKey, certificate } = makeCertificate("localhost");

interface Served extends AsyncDisposable {
  readonly port: number;
}

async function listen(server: Server): Promise<Served> {
  const started = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", started.resolve);
  await started.promise;
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

const serve = (answer: RequestListener): Promise<Served> =>
  listen(createServer({ key: privateKey, cert: certificate }, answer));
const onThisMachine = createMetadataReader({ privateAddresses: true, ca: certificate });

describe("the addresses that may be asked", () => {
  test.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.31.255.255",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "0.0.0.0",
    "::1",
    "::",
    "fd00::1",
    "fe80::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "224.0.0.1",
    "255.255.255.255",
    "not an address",
  ])("do not have %s among them", (address) => {
    expect(mayAsk(address, { privateAddresses: false })).toBe(false);
  });

  test.each(["8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])("have %s among them", (address) => {
    expect(mayAsk(address, { privateAddresses: false })).toBe(true);
  });

  test("never have those where clouds keep credentials", () => {
    for (const address of ["169.254.169.254", "fd00:ec2::254", "fe80::1", "::ffff:169.254.169.254"]) {
      expect(mayAsk(address, { privateAddresses: true })).toBe(false);
    }
    expect(mayAsk("10.0.0.1", { privateAddresses: true })).toBe(true);
  });
});

describe("metadata of an address", () => {
  test("is read over TLS, redirects followed", async () => {
    await using server = await serve((request, response) => {
      if (request.url === "/old") response.writeHead(302, { location: "/metadata" }).end();
      else response.end(metadataOf(ENTITY));
    });
    const reading = await onThisMachine.fetch(`https://localhost:${server.port}/old`);
    expect(reading).toMatchObject({ entities: [{ entityId: ENTITY }] });
  });

  test("is not asked for at a private address, by number or by name, however the address is spelled", async () => {
    let asked = 0;
    await using server = await serve((_request, response) => {
      asked += 1;
      response.end(metadataOf(ENTITY));
    });
    const reader = createMetadataReader({ ca: certificate });
    for (const host of ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]"]) {
      expect(await reader.fetch(`https://${host}:${server.port}/`)).toMatchObject({ problem: "address-refused" });
    }
    for (const url of ["http://8.8.8.8/", "file:///etc/passwd", "https://user:pass@idp.example/", "no address"]) {
      expect(await reader.fetch(url)).toMatchObject({ problem: "address-refused" });
    }
    expect(asked).toBe(0);
  });

  test("is not followed to where it must not go", async () => {
    let asked = 0;
    await using inside = await listen(
      createHttpServer((_request, response) => {
        asked += 1;
        response.end("secret");
      }),
    );
    await using server = await serve((request, response) => {
      const to =
        request.url === "/plain" ? `http://localhost:${inside.port}/` : "https://169.254.169.254/latest/meta-data";
      response.writeHead(302, { location: to }).end();
    });
    for (const path of ["plain", "cloud"]) {
      expect(await onThisMachine.fetch(`https://localhost:${server.port}/${path}`)).toMatchObject({
        problem: "address-refused",
      });
    }
    expect(asked).toBe(0);
  });

  test.each([
    ["goes round in circles", { status: 302, location: "/" }, "unreachable"],
    ["is not there", { status: 404 }, "unreachable"],
    ["is compressed unasked", { status: 200, encoding: "gzip" }, "unreachable"],
    ["never ends", { status: 200, endless: true }, "too-large"],
  ] as const)("that %s is told", async (_what, answer, problem) => {
    await using server = await serve((_request, response) => {
      response.writeHead(answer.status, {
        ...("location" in answer ? { location: answer.location } : {}),
        ...("encoding" in answer ? { "content-encoding": answer.encoding } : {}),
      });
      if (!("endless" in answer)) {
        response.end("x");
        return;
      }
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        response.once("drain", more);
      };
      more();
    });
    expect(await onThisMachine.fetch(`https://localhost:${server.port}/`)).toMatchObject({ problem });
  });

  test("of somebody who does not answer, or whose certificate nobody knows, is given up", async () => {
    await using server = await serve(() => undefined);
    const hurried = createMetadataReader({ privateAddresses: true, ca: certificate, timeoutMs: 100 });
    expect(await hurried.fetch(`https://localhost:${server.port}/`)).toEqual({
      problem: "unreachable",
      detail: "no answer in time",
    });
    const strict = createMetadataReader({ privateAddresses: true });
    expect(await strict.fetch(`https://localhost:${server.port}/`)).toMatchObject({ problem: "unreachable" });
  });

  test("is asked for once, however many connections have it", async () => {
    let asked = 0;
    await using server = await serve((_request, response) => {
      asked += 1;
      response.end(metadataOf(ENTITY));
    });
    const reader = createMetadataReader({ privateAddresses: true, ca: certificate });
    const url = `https://localhost:${server.port}/`;
    await Promise.all([reader.fetch(url), reader.fetch(url)]);
    expect(asked).toBe(1);
  });
});

describe("discovery", () => {
  test("gives the endpoints of the issuer that was asked for, and of no other", async () => {
    let issuer = "";
    await using server = await serve((_request, response) => {
      response.end(
        JSON.stringify({
          issuer,
          authorization_endpoint: "https://idp.example/authorize",
          token_endpoint: "https://idp.example/token",
          userinfo_endpoint: 7,
          jwks_uri: "javascript:alert(1)",
        }),
      );
    });
    issuer = `https://localhost:${server.port}`;
    expect(await onThisMachine.discover(`${issuer}/`)).toEqual({
      endpoints: {
        issuer,
        authorizeUrl: "https://idp.example/authorize",
        tokenUrl: "https://idp.example/token",
        userInfoUrl: "",
        jwksUrl: "",
      },
    });
    expect(await onThisMachine.discover(`${issuer}/tenant`)).toEqual({ problem: "it is of another issuer" });
  });
});
