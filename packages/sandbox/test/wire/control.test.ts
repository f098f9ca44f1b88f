import { expect, test } from "vitest";

import { startWireServer } from "../../src/index.ts";
import { countingService } from "./counting-service.ts";

const asJson = { "content-type": "application/json" };

test("another process can ask for requests and statistics", async () => {
  await using server = await startWireServer(countingService());
  await fetch(`${server.url}/read`);
  await fetch(`${server.url}/write`, { method: "POST" });
  const listed = await (await fetch(`${server.url}/_sandbox/requests?write=true`)).json();
  expect(listed).toMatchObject({ requests: [{ operation: "write", status: 200 }] });
  const stats = await (await fetch(`${server.url}/_sandbox/stats`)).json();
  expect(stats).toMatchObject({
    requests: 2,
    writes: 1,
    operations: [{ operation: "read" }, { operation: "write", byStatus: { 200: 1 } }],
    buckets: [{ name: "all", arrivals: 2 }],
  });
  await fetch(`${server.url}/_sandbox/reset`, { method: "POST", headers: asJson });
  expect(server.log.count()).toBe(0);
});

test("another process can set faults and settings", async () => {
  await using server = await startWireServer(countingService());
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${server.url}/_sandbox/${path}`, { method: "POST", headers: asJson, body: JSON.stringify(body) });
  const rule = { operation: "*", nth: 1, fault: { kind: "status", status: 503 } };
  expect((await post("faults", [rule])).status).toBe(200);
  expect((await fetch(server.url)).status).toBe(503);
  const report = await (await fetch(`${server.url}/_sandbox/faults`)).json();
  expect(report).toEqual({ faults: [{ rule, matched: 1, happened: 1 }], neverHappened: [] });
  await fetch(`${server.url}/_sandbox/faults`, { method: "DELETE" });
  expect(server.faults.reports()).toEqual([]);
  expect(await (await post("settings", { latencyMs: 5, quotas: "real" })).json()).toEqual({
    latencyMs: 5,
    quotas: "real",
  });
});

test.each([
  ["faults", "{", 400],
  ["faults", '[{"operation":1}]', 400],
  ["settings", '{"latency":1}', 400],
  ["settings", '{"clientPid":1}', 400],
  ["nothing", "{}", 404],
])("POST %s of %s answers %i", async (path, body, status) => {
  await using server = await startWireServer(countingService());
  const answer = await fetch(`${server.url}/_sandbox/${path}`, { method: "POST", headers: asJson, body });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: expect.any(String) as string });
});

test("where others reach the server, nobody can have a process killed", async () => {
  await using server = await startWireServer(countingService(), { host: "0.0.0.0" });
  const post = async (path: string, body: unknown): Promise<number> => {
    const url = `http://127.0.0.1:${server.port}/_sandbox/${path}`;
    return (await fetch(url, { method: "POST", headers: asJson, body: JSON.stringify(body) })).status;
  };
  expect(await post("settings", { clientPid: 999_999 })).toBe(400);
  expect(await post("faults", [{ operation: "*", fault: { kind: "kill-client", pid: 999_999 } }])).toBe(400);
  expect(server.faults.reports()).toEqual([]);
  expect(await post("faults", [{ operation: "*", fault: { kind: "reset-before" } }])).toBe(200);
});

test("a web page cannot change anything: a form's content type is refused", async () => {
  await using server = await startWireServer(countingService());
  const headers = { "content-type": "text/plain" };
  const answer = await fetch(`${server.url}/_sandbox/settings`, { method: "POST", headers, body: '{"latencyMs":9}' });
  expect(answer.status).toBe(415);
  expect(server.settings.latencyMs).toBe(0);
});
