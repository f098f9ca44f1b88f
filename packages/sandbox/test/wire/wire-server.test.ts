import { expect, test } from "vitest";

import { startWireServer } from "../../src/index.ts";
import { countingService } from "./counting-service.ts";

test("answers on a free port of the loopback address", async () => {
  await using server = await startWireServer(countingService());
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const answer = await fetch(`${server.url}/a`, { method: "POST", body: "12345" });
  expect(await answer.json()).toEqual({ done: 1, bytes: 5 });
});

test("says in one line that a port is in use", async () => {
  await using server = await startWireServer(countingService());
  const again = startWireServer(countingService(), { port: server.port });
  await expect(again).rejects.toThrow(`port ${server.port} on 127.0.0.1 is in use`);
});

test("keeps connections alive", async () => {
  await using server = await startWireServer(countingService());
  const answer = await fetch(server.url);
  expect(answer.headers.get("connection")).toBe("keep-alive");
});

test("refuses a body above the limit without doing the work", async () => {
  const service = countingService();
  await using server = await startWireServer(service, { maxBodyBytes: 10 });
  const answer = await fetch(server.url, { method: "POST", body: "x".repeat(11) });
  expect(answer.status).toBe(413);
  expect(service.work()).toBe(0);
});

test("takes its latency for each answer", async () => {
  await using server = await startWireServer(countingService(), { latencyMs: 50 });
  const started = performance.now();
  await fetch(server.url);
  expect(performance.now() - started).toBeGreaterThanOrEqual(48);
});

test("logs what was asked and answered, and tells writes from reads", async () => {
  let now = 5000;
  await using server = await startWireServer(countingService(), { now: () => now++ });
  await fetch(`${server.url}/one`);
  await fetch(`${server.url}/two`, { method: "POST" });
  expect(server.log.entries()).toEqual([
    { at: 5000, service: "cognito", operation: "one", status: 200, method: "GET", path: "/one", write: false },
    { at: 5002, service: "cognito", operation: "two", status: 200, method: "POST", path: "/two", write: true },
  ]);
  expect(server.log.count({ write: true })).toBe(1);
  expect(server.log.count({ operation: "t*" })).toBe(1);
  server.reset();
  expect(server.log.count()).toBe(0);
});

test("a service that throws answers with its own failure and lives on", async () => {
  const service = {
    ...countingService(),
    answer: (): never => {
      throw new Error("a defect");
    },
  };
  const warnings: string[] = [];
  const listen = (warning: Error): void => void warnings.push(warning.message);
  process.on("warning", listen);
  await using server = await startWireServer(service);
  const answer = await fetch(server.url);
  expect(answer.status).toBe(500);
  expect(await answer.text()).toBe("broken");
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listen);
  expect(warnings.join()).toContain("a defect");
});

test("answers malformed HTTP with 400", async () => {
  await using server = await startWireServer(countingService());
  const { connect } = await import("node:net");
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write("NOT HTTP\r\n\r\n"));
    socket.on("data", (data) => resolve(data.toString()));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
});
