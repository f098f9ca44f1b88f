import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHttpProbe } from "../../src/oidc/http-probe.ts";

const cookies: (string | undefined)[] = [];
const server = createServer((request, response) => {
  cookies.push(request.headers.cookie);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const to = searchParams.get("to");
  if (to !== null) response.writeHead(302, { location: to, "set-cookie": "a=b" }).end();
  else if (pathname === "/circle") response.writeHead(302, { location: "/circle" }).end();
  else if (pathname === "/json") response.end('{"issuer":"x"}');
  else if (pathname === "/endless") response.end(`{"text":"${"x".repeat(300_000)}"}`);
  else if (pathname === "/cut") response.end('{"issuer":');
  else if (pathname === "/reset") response.destroy();
  else response.end("<h1>page</h1>");
});
let base = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const probe = createHttpProbe();
const stop = "https://app.example/";

test.each([
  ["/json", { status: 200, body: { issuer: "x" } }],
  ["/page", { status: 200, body: undefined }],
  ["/cut", { status: 200, body: undefined }],
  ["/endless", { status: 200, body: undefined }],
  ["/reset", { status: 0, body: undefined }],
  ["/json?to=/json", { status: 302, body: undefined }],
])("a document at %s is %j", async (path, expected) => {
  expect(await probe.readDocument(base + path)).toEqual(expected);
});

test("redirects are followed to a page, without cookies, and not to the application", async () => {
  expect(await probe.follow(`${base}/?to=/page`, stop)).toEqual([
    { url: `${base}/?to=/page`, status: 302 },
    { url: `${base}/page`, status: 200 },
  ]);
  expect(await probe.follow(`${base}/?to=${encodeURIComponent(`${stop}?error=x`)}`, stop)).toMatchObject([
    { status: 302 },
    { url: `${stop}?error=x`, status: 0 },
  ]);
  expect(cookies.filter((cookie) => cookie !== undefined)).toEqual([]);
});

test("a circle, a bad address and a host that hangs up come to an end", async () => {
  const circle = await probe.follow(`${base}/circle`, stop);
  expect([circle.length, circle.at(-1)?.status]).toEqual([12, 302]);
  expect(await probe.follow(`${base}/?to=${encodeURIComponent("http://[")}`, stop)).toHaveLength(1);
  expect(await probe.follow(`${base}/?to=/reset`, stop)).toMatchObject([{ status: 302 }, { status: 0 }]);
});

test("an abort is an abort, and not a host that does not answer", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(probe.follow(base, stop, { signal })).rejects.toThrow("enough");
});
