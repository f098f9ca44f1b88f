import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";

import { startSandbox } from "../../src/index.ts";
import type { Sandbox } from "../../src/index.ts";

let sandbox: Sandbox;
const warnings: Error[] = [];
const onWarning = (warning: Error): number => warnings.push(warning);

beforeAll(async () => {
  sandbox = await startSandbox({ users: 3, profile: "plain" });
  process.on("warning", onWarning);
});
afterAll(async () => {
  process.off("warning", onWarning);
  await sandbox.stop();
});

/** Sends bytes as they are and gives what comes back until the server closes. */
async function exchange(url: string, bytes: Buffer | string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answer = "";
  socket.setEncoding("latin1").on("data", (text: string) => (answer += text));
  socket.on("error", () => undefined);
  socket.setTimeout(5000, () => socket.destroy());
  socket.write(bytes);
  await once(socket, "close");
  return answer;
}

const close = "host: 127.0.0.1\r\nconnection: close\r\n";
const target = "x-amz-target: AWSCognitoIdentityProviderService.ListUsers\r\n";

const requests: readonly (readonly [name: string, bytes: Buffer | string])[] = [
  ["an unknown method", `PROPFIND / HTTP/1.1\r\n${close}\r\n`],
  ["a method in small letters", `get / HTTP/1.1\r\n${close}\r\n`],
  ["TRACE", `TRACE / HTTP/1.1\r\n${close}\r\n`],
  ["HEAD", `HEAD /nowhere HTTP/1.1\r\n${close}\r\n`],
  ["a path with half an escape", `GET /%ff%zz HTTP/1.1\r\n${close}\r\n`],
  ["a path of slashes", `GET //////?%=%&& HTTP/1.1\r\n${close}\r\n`],
  ["a path of dots", `GET /../../_sandbox/../etc HTTP/1.1\r\n${close}\r\n`],
  ["an address for a path", `GET http://elsewhere.example/x HTTP/1.1\r\n${close}\r\n`],
  ["a star for a path", `OPTIONS * HTTP/1.1\r\n${close}\r\n`],
  ["a very long path", `GET /${"a".repeat(12_000)} HTTP/1.1\r\n${close}\r\n`],
  ["headers beyond all measure", `GET / HTTP/1.1\r\n${close}x-big: ${"b".repeat(40_000)}\r\n\r\n`],
  ["ten thousand headers", `GET / HTTP/1.1\r\n${close}${"a: b\r\n".repeat(10_000)}\r\n`],
  [
    "a header that is no text",
    Buffer.from(`POST / HTTP/1.1\r\n${close}${target}authorization: \xff\xfe\r\n\r\n`, "latin1"),
  ],
  ["a length that is no number", `POST / HTTP/1.1\r\n${close}content-length: many\r\n\r\n`],
  ["a length below zero", `POST / HTTP/1.1\r\n${close}content-length: -1\r\n\r\n`],
  ["two lengths", `POST / HTTP/1.1\r\n${close}content-length: 1\r\ncontent-length: 2\r\n\r\nab`],
  [
    "a length and chunks",
    `POST / HTTP/1.1\r\n${close}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ["a chunk that is none", `POST / HTTP/1.1\r\n${close}transfer-encoding: chunked\r\n\r\nzz\r\n\r\n`],
  ["no HTTP at all", Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x00])],
  [
    "a body that is not UTF-8",
    Buffer.from(`POST / HTTP/1.1\r\n${close}${target}content-length: 4\r\n\r\n\xff\xfe\xfd\xfc`, "latin1"),
  ],
  ["an unknown control route", `GET /_sandbox/nothing HTTP/1.1\r\n${close}\r\n`],
  [
    "a control route with broken JSON",
    `POST /_sandbox/faults HTTP/1.1\r\n${close}content-type: application/json\r\ncontent-length: 1\r\n\r\n{`,
  ],
];

test.each(requests)("%s is refused or answered, and serving goes on", async (_, bytes) => {
  for (const url of [sandbox.cognito, sandbox.descope]) {
    const answer = await exchange(url, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 [2-4]\d\d /);
    expect((await fetch(`${url}/_sandbox/stats`)).status).toBe(200);
  }
  expect(warnings).toEqual([]);
});

test("a body larger than allowed is refused in the service's own form", async () => {
  const body = `{"x":"${"y".repeat(9 * 1024 * 1024)}"}`;
  const cognito = await fetch(sandbox.cognito, {
    method: "POST",
    headers: { "x-amz-target": "AWSCognitoIdentityProviderService.ListUsers" },
    body,
  });
  expect([cognito.status, await cognito.json()]).toMatchObject([413, { __type: "RequestEntityTooLargeException" }]);
  const descope = await fetch(`${sandbox.descope}/v1/mgmt/user/create`, { method: "POST", body });
  expect([descope.status, await descope.json()]).toMatchObject([413, { errorCode: "E011001" }]);
});

test("clients that go away in the middle do no harm", async () => {
  for (const url of [sandbox.cognito, sandbox.descope]) {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(`POST /v1/mgmt/user/create HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"loginId":`);
    await once(socket, "connect");
    socket.resetAndDestroy();
    expect((await fetch(`${url}/_sandbox/stats`)).status).toBe(200);
  }
  expect(warnings).toEqual([]);
});
