import { appendFileSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { createPrometheusMetrics } from "@cognito-to-descope/gateway/metrics";
import { createVerifier } from "@cognito-to-descope/session";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSessionReader, type SessionReader, type SessionUse } from "../../src/sessions/session-reader.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 26, 12);

let folder: ReturnType<typeof temporaryFolder>;
let directory: string;
beforeEach(() => {
  folder = temporaryFolder();
  directory = join(folder.path, "statistics");
  mkdirSync(directory);
});
afterEach(() => folder[Symbol.dispose]());

const read = (reader: SessionReader, now = NOON): Promise<SessionUse> => reader.read(now, new AbortController().signal);

/** What a back end writes down: see `docs/dual-validation.md`. */
function line(at: number, cognito: number, descope: number, instance = "one", more: object = {}): string {
  return `${JSON.stringify({
    verifier: "orders",
    instance,
    at,
    accepted: { cognito, descope },
    refused: { cognito: {}, descope: {}, unknown: {} },
    lastAccepted: {},
    lastAcceptedBySource: {},
    ...more,
  })}\n`;
}

test("follows what back ends add to their files, and finds new files by itself", async () => {
  const reader = createSessionReader(["statistics"], folder.path);
  expect((await read(reader)).verifiers).toEqual([]);
  const orders = join(directory, "orders.jsonl");
  writeFileSync(orders, line(NOON - 2 * HOUR, 10, 0) + line(NOON - HOUR, 12, 3));
  expect((await read(reader)).hours).toEqual([
    { from: NOON - 2 * HOUR, cognito: 10, descope: 0, refused: 0 },
    { from: NOON - HOUR, cognito: 2, descope: 3, refused: 0 },
  ]);
  appendFileSync(orders, `no snapshot\n${line(NOON, 12, 8)}{"at":`);
  writeFileSync(join(directory, "web.json"), JSON.stringify({ accepted: { cognito: 0, descope: 1 } }));
  const use = await read(reader);
  expect(use.verifiers.map(({ verifier, accepted }) => [verifier, accepted])).toEqual([
    ["orders", { cognito: 12, descope: 8 }],
    ["web", { cognito: 0, descope: 1 }],
  ]);
  expect([use.hours.at(-1), use.unreadableLines]).toEqual([{ from: NOON, cognito: 0, descope: 5, refused: 0 }, 1]);
  expect(use.days).toHaveLength(1);
});

test("counts nothing twice when a file is rotated, and keeps two processes apart", async () => {
  const reader = createSessionReader(["statistics"], folder.path);
  const orders = join(directory, "orders.jsonl");
  writeFileSync(orders, line(NOON - HOUR, 10, 0));
  await read(reader);
  renameSync(orders, join(folder.path, "orders.1"));
  writeFileSync(orders, line(NOON, 4, 0, "two") + line(NOON, 15, 0));
  expect((await read(reader)).verifiers[0]).toMatchObject({ instances: 2, accepted: { cognito: 19 } });
  // Two files of processes that do not say which ones they are.
  rmSync(orders);
  writeFileSync(join(directory, "a.jsonl"), line(NOON, 4, 0, ""));
  writeFileSync(join(directory, "b.jsonl"), line(NOON, 5, 0, ""));
  expect((await read(reader)).verifiers).toMatchObject([{ instances: 2, accepted: { cognito: 9 } }]);
});

test("asks back ends and gateways by URL, and says which place says nothing", async () => {
  const verifier = createVerifier({
    cognito: [],
    descope: [{ projectId: "P2abcdefghijklmnopqrstuvwxyz", audience: null }],
    mode: "descope-only",
    subject: { use: "descope", unmapped: "keep" },
  });
  await verifier.verify("no token").catch(() => undefined);
  const metrics = createPrometheusMetrics();
  metrics.decided({ kind: "exchange", verdict: "exchanged" });
  metrics.decided({ kind: "exchange", verdict: "exchanged", reason: "" });
  metrics.decided({ kind: "exchange", verdict: "refused", reason: "expired" });
  metrics.decided({ kind: "jit", verdict: "ok" });
  const server = createServer((request, response) => {
    const answer = async (): Promise<string> =>
      request.url === "/metrics" ? (await metrics.render()).text : JSON.stringify(verifier.statistics());
    if (request.url?.startsWith("/gone") === true) response.writeHead(500).end();
    else void answer().then((text) => response.end(text));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(join(folder.path, "other.json"), "[]");
    const places = [
      `${url}/verifier`,
      `${url}/metrics`,
      `${url}/gone?token=canary`,
      "other.json",
      "absent.json",
      "absent.jsonl",
    ];
    const use = await read(createSessionReader(places, folder.path));
    expect(use.exchanges).toEqual({ exchanged: 2, refused: 1 });
    expect(use.verifiers).toMatchObject([
      { lastHeard: NOON, refused: [{ issuer: "unknown", reason: "not-three-parts", count: 1 }] },
    ]);
    expect(use.unread).toEqual([
      { place: `${url}/gone`, problem: "unreadable" },
      { place: "other.json", problem: "no-statistics" },
      { place: "absent.json", problem: "unreadable" },
      { place: "absent.jsonl", problem: "unreadable" },
    ]);
  } finally {
    server.close();
  }
});

test("takes the time at which a file was written for the time of its statistics", async () => {
  const path = join(directory, "web.json");
  writeFileSync(path, JSON.stringify({ accepted: { cognito: 1, descope: 1 } }));
  utimesSync(path, new Date(NOON - 3 * HOUR), new Date(NOON - 3 * HOUR));
  expect((await read(createSessionReader(["statistics/web.json"], folder.path))).verifiers).toMatchObject([
    { verifier: "web", lastHeard: NOON - 3 * HOUR },
  ]);
});
