import { createServer as createPlainServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { makeCertificate } from "../descope/self-signed-certificate.ts";
import { chromiumPath, startChromium } from "./chromium.ts";
import type { Chromium } from "./chromium.ts";

const answer: RequestListener = (request, response) => {
  // A browser asks for the page's icon by itself, whenever it likes.
  if (request.url !== "/") {
    response.writeHead(404).end();
    return;
  }
  const visits = Number(/visits=(\d+)/.exec(request.headers.cookie ?? "")?.[1] ?? 0) + 1;
  response.writeHead(200, { "content-type": "text/html", "set-cookie": `visits=${visits}; Path=/` });
  response.end(`<!doctype html><h1>${request.headers.host}</h1><p id="visits">${visits}</p>`);
};

const { privateKey: key, certificate: cert } = makeCertificate("auth.example.com");
const other = makeCertificate("auth.example.com");
const plain = createPlainServer(answer);
const believed = createServer({ key, cert }, answer);
const strange = createServer({ key: other.privateKey, cert: other.certificate }, answer);
const servers = [plain, believed, strange];

const portOf = (server: Server | typeof believed): number => (server.address() as AddressInfo).port;

describe.skipIf(chromiumPath() === undefined)("a real browser", () => {
  let chromium: Chromium;
  beforeAll(async () => {
    await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))));
    chromium = await startChromium({ hosts: { "auth.example.com": portOf(believed) }, certificates: [cert] });
  });
  afterAll(async () => {
    await chromium[Symbol.asyncDispose]();
    for (const server of servers) server.closeAllConnections();
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  });

  test("a name of the world ends at the server that the test names for it, with its certificate believed", async () => {
    await using window = await chromium.open();
    await window.page.goto("https://auth.example.com/");
    expect(await window.page.textContent("h1")).toBe("auth.example.com");
  });

  test("every other name ends at loopback", async () => {
    await using window = await chromium.open();
    await window.page.goto(`http://app.example.org:${portOf(plain)}/`);
    expect(await window.page.textContent("h1")).toBe(`app.example.org:${portOf(plain)}`);
  });

  test("a certificate that the test does not name is refused", async () => {
    await using window = await chromium.open();
    await expect(window.page.goto(`https://127.0.0.1:${portOf(strange)}/`)).rejects.toThrow(
      "ERR_CERT_AUTHORITY_INVALID",
    );
  });

  test("cookies stay within one window", async () => {
    await using first = await chromium.open();
    await using second = await chromium.open();
    const address = `http://127.0.0.1:${portOf(plain)}/`;
    await first.page.goto(address);
    await first.page.goto(address);
    await second.page.goto(address);
    expect(await first.page.textContent("#visits")).toBe("2");
    expect(await second.page.textContent("#visits")).toBe("1");
  });
});
