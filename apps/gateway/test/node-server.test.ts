import { once } from "node:events";
import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createGateway } from "../src/index.ts";
import { createPrometheusMetrics } from "../src/metrics.ts";
import { makeGateway, signed } from "./start-gateway.ts";

describe("a gateway that listens", () => {
  test("is on the loopback unless told otherwise, lives and is ready", async () => {
    const { gateway } = makeGateway();
    const url = await gateway.start();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const path of ["/healthz", "/readyz"]) {
      const response = await fetch(url + path);
      expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
    }
    await gateway.stop();
    await gateway.stop();
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });

  test("lives while its store fails, but is not ready", async () => {
    const failing = makeGateway();
    failing.storeFault = new Error("gone");
    expect((await failing.gateway.app.request("/healthz")).status).toBe(200);
    expect((await failing.gateway.app.request("/readyz")).status).toBe(503);
  });

  test("is not ready while its store does not answer", async () => {
    const never = new Promise<never>(() => undefined);
    const { gateway } = makeGateway({
      store: { touchUser: () => never, readTouchedUsers: () => never },
      clock: { now: () => 0, monotonic: () => 0, sleep: async () => undefined },
    });
    expect((await gateway.app.request("/readyz")).status).toBe(503);
  });

  test("says so when the port is taken or the address is none", async () => {
    const { gateway } = makeGateway();
    const port = Number(new URL(await gateway.start()).port);
    const second = makeGateway({ listen: { host: "127.0.0.1", port } }).gateway;
    await expect(second.start()).rejects.toMatchObject({ code: "ERR_PORT_IN_USE" });
    const elsewhere = makeGateway({ listen: { host: "192.0.2.1", port: 0 } }).gateway;
    await expect(elsewhere.start()).rejects.toMatchObject({ code: "ERR_USAGE" });
    await gateway.stop();
  });

  test("ends requests under way before it stops, and takes no more", async () => {
    let finish = (): void => undefined;
    const written = new Promise<void>((resolve) => (finish = resolve));
    const { gateway, clock } = makeGateway({
      store: { touchUser: () => written, readTouchedUsers: async () => [] },
    });
    const url = await gateway.start();
    const request = fetch(`${url}/v1/sync/events`, { method: "POST", ...signed({}, clock.time) });
    await sleep(100);
    let stopped = false;
    const stopping = gateway.stop().then(() => (stopped = true));
    await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
    expect((await gateway.app.request("/readyz")).status).toBe(503);
    expect(stopped).toBe(false);
    finish();
    expect((await request).status).toBe(202);
    await stopping;
  });

  test("goes on for a while when it stops: not ready, and each connection closed with an answer", async () => {
    const { gateway, clock } = makeGateway({
      drainDelayMs: 1000,
      metricsListen: { host: "127.0.0.1", port: 0 },
      metrics: createPrometheusMetrics(),
    });
    let drained = (): void => undefined;
    Object.assign(clock, { sleep: () => new Promise<void>((resolve) => (drained = resolve)) });
    const url = await gateway.start();
    const kept = await fetch(`${url}/healthz`);
    expect(kept.headers.get("connection")).toBe("keep-alive");
    const stopping = gateway.stop();
    expect((await fetch(`${gateway.metricsUrl}/readyz`)).status).toBe(503);
    const last = await fetch(`${url}/healthz`);
    expect([last.status, last.headers.get("connection")]).toEqual([200, "close"]);
    drained();
    await stopping;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
    await expect(fetch(`${gateway.metricsUrl}/readyz`)).rejects.toThrow("fetch failed");
  });

  test("does not wait for a client that never ends its request", async () => {
    const { gateway } = makeGateway({ stopTimeoutMs: 50 });
    const { port } = new URL(await gateway.start());
    const socket = createConnection({ host: "127.0.0.1", port: Number(port) });
    await once(socket, "connect");
    socket.write("POST /v1/sync/events HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n");
    socket.on("error", () => undefined);
    await sleep(50);
    const closed = once(socket, "close");
    await gateway.stop();
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  test("refuses a body that is too large without reading it all, and garbage with 400", async () => {
    const { gateway, touched } = makeGateway();
    const { port, origin } = new URL(await gateway.start());
    const large = await fetch(`${origin}/v1/sync/events`, { method: "POST", body: "x".repeat(1_000_000) });
    expect(large.status).toBe(413);
    const chunks = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("x".repeat(1000))),
    });
    const endless = await fetch(`${origin}/v1/sync/events`, {
      method: "POST",
      body: chunks,
      duplex: "half",
    } as RequestInit);
    expect(endless.status).toBe(413);
    expect(touched).toEqual([]);
    const socket = createConnection({ host: "127.0.0.1", port: Number(port) });
    socket.write("GARBAGE\r\n\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(String(answer)).toContain("400 Bad Request");
    socket.destroy();
    expect(touched).toEqual([]);
    await gateway.stop();
  });
});

test("an event that comes in pieces is as good as one that comes whole", async () => {
  const { gateway, clock, touched } = makeGateway();
  const url = await gateway.start();
  const { headers, body } = signed({}, clock.time);
  const pieces = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of body.match(/.{1,7}/gs) ?? []) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const sent = { method: "POST", headers, body: pieces, duplex: "half" } as RequestInit;
  expect((await fetch(`${url}/v1/sync/events`, sent)).status).toBe(202);
  expect(touched).toHaveLength(1);
  await gateway.stop();
});

test("a secret that is too short is refused", () => {
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
  const store = { touchUser: async () => undefined, readTouchedUsers: async () => [] };
  expect(() => createGateway({ projectId: "P1", userPoolIds: [], eventsSecret: "short", store, clock })).toThrow(
    RangeError,
  );
});
