import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

import { FaultInjector, parseFaultRules, startWireServer } from "../../src/index.ts";
import type { Fault, FaultRule } from "../../src/index.ts";
import { countingService } from "./counting-service.ts";

async function withFault(
  fault: Fault,
  rule: Partial<FaultRule> = {},
): Promise<{
  server: Awaited<ReturnType<typeof startWireServer>>;
  work: () => number;
}> {
  const service = countingService();
  const faults = new FaultInjector([{ operation: "*", nth: 1, ...rule, fault }]);
  return { server: await startWireServer(service, { faults }), work: service.work };
}

test("throttle: refused before any work", async () => {
  const { server, work } = await withFault({ kind: "throttle", retryAfterMs: 7 });
  await using _ = server;
  const answer = await fetch(server.url);
  expect([answer.status, answer.headers.get("retry-after-ms"), work()]).toEqual([429, "7", 0]);
  expect((await fetch(server.url)).status).toBe(200);
});

test("status: in the service's words, without the work", async () => {
  const { server, work } = await withFault({ kind: "status", status: 503 });
  await using _ = server;
  const first = await fetch(server.url);
  expect([first.status, await first.text(), work()]).toEqual([503, "broken", 0]);
  expect((await fetch(server.url)).status).toBe(200);
});

test("status after the work: the work was done", async () => {
  const { server, work } = await withFault({ kind: "status", status: 500, afterWork: true });
  await using _ = server;
  expect((await fetch(server.url)).status).toBe(500);
  expect(work()).toBe(1);
});

test("html: a front door's page", async () => {
  const { server, work } = await withFault({ kind: "html" });
  await using _ = server;
  const answer = await fetch(server.url);
  expect([answer.status, answer.headers.get("content-type"), work()]).toEqual([502, "text/html", 0]);
  expect(await answer.text()).toMatch(/^<html>/);
});

test("slow: the right answer, late", async () => {
  const { server } = await withFault({ kind: "slow", delayMs: 60 });
  await using _ = server;
  const started = performance.now();
  expect(await (await fetch(server.url)).json()).toMatchObject({ done: 1 });
  expect(performance.now() - started).toBeGreaterThanOrEqual(58);
});

test("half-open: no answer, and stopping the server is not held up by it", async () => {
  const { server } = await withFault({ kind: "half-open" });
  const answer = fetch(server.url, { signal: AbortSignal.timeout(80) });
  await expect(answer).rejects.toMatchObject({ name: "TimeoutError" });
  await server.stop();
});

test("reset-before: the connection breaks and nothing was done", async () => {
  const { server, work } = await withFault({ kind: "reset-before" });
  await using _ = server;
  await expect(fetch(server.url)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  expect(work()).toBe(0);
  expect(server.log.entries()).toMatchObject([{ status: 0, fault: "reset-before" }]);
});

test("answer-lost: the connection breaks after the work", async () => {
  const { server, work } = await withFault({ kind: "answer-lost" });
  await using _ = server;
  await expect(fetch(server.url)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  expect(work()).toBe(1);
});

test("truncated: a whole answer with half of its JSON, or a broken connection", async () => {
  const { server } = await withFault({ kind: "truncated" });
  await using _ = server;
  const answer = await fetch(server.url);
  expect(answer.status).toBe(200);
  await expect(answer.json()).rejects.toThrow(SyntaxError);
  server.faults.add([{ operation: "*", nth: 1, fault: { kind: "truncated", where: "connection" } }]);
  await expect((async () => (await fetch(server.url)).text())()).rejects.toThrow(/terminated|fetch failed/);
});

test("duplicate-page: the answer before, once more", async () => {
  const { server, work } = await withFault({ kind: "duplicate-page" }, { nth: 2 });
  await using _ = server;
  const bodies = [];
  for (let i = 0; i < 3; i += 1) bodies.push(await (await fetch(server.url)).json());
  expect(bodies).toMatchObject([{ done: 1 }, { done: 1 }, { done: 2 }]);
  expect(work()).toBe(2);
});

test("clock-skew: the date in the answer is off", async () => {
  const { server } = await withFault({ kind: "clock-skew", skewMs: 3_600_000 });
  await using _ = server;
  const date = Date.parse((await fetch(server.url)).headers.get("date") ?? "");
  expect(date - Date.now()).toBeGreaterThan(3_590_000);
});

test("kill-client: the process set as client dies at the n-th request", async () => {
  await using server = await startWireServer(countingService());
  const source = `for (;;) await fetch(${JSON.stringify(server.url)});`;
  server.faults.add([{ operation: "*", nth: 3, fault: { kind: "kill-client", when: "after" } }]);
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", "process.stdin.once('data', async () => {" + source + "});"],
    {
      stdio: ["pipe", "ignore", "ignore"],
    },
  );
  server.faults.clientPid = child.pid;
  child.stdin.write("go\n");
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  expect(server.log.count()).toBe(3);
});

test("from, to, times and probability choose the requests", () => {
  const strikes = (rule: Omit<FaultRule, "operation" | "fault">): number[] => {
    const faults = new FaultInjector([{ operation: "List*", ...rule, fault: { kind: "reset-before" } }]);
    return Array.from({ length: 10 }, (_, i) => i + 1).filter(
      () => faults.strike("cognito", "ListUsers") !== undefined,
    );
  };
  expect(strikes({ from: 3, to: 5 })).toEqual([3, 4, 5]);
  expect(strikes({ from: 8, times: 2 })).toEqual([8, 9]);
  expect(strikes({ service: "descope" })).toEqual([]);
  const some = strikes({ probability: 0.5, seed: 4 });
  expect(some).toEqual(strikes({ probability: 0.5, seed: 4 }));
  expect(some.length).toBeGreaterThan(0);
  expect(some.length).toBeLessThan(10);
});

test("tells which faults never happened", () => {
  const happens: FaultRule = { operation: "A", nth: 1, fault: { kind: "html" } };
  const waits: FaultRule = { operation: "B", nth: 1, fault: { kind: "html" } };
  const impossible: FaultRule = { operation: "A", nth: 2, fault: { kind: "kill-client" } };
  const faults = new FaultInjector([happens, waits, impossible]);
  faults.strike("cognito", "A");
  faults.strike("cognito", "A", ({ kind }) => kind !== "kill-client");
  expect(faults.neverHappened()).toEqual([waits, impossible]);
});

test("refuses rules that are none, naming every fault at once", () => {
  const wrong = [{ operation: "", fault: { kind: "nope" } }, { operation: "A", nth: 0, fault: { kind: "slow" } }, 7];
  expect(() => parseFaultRules(wrong)).toThrow(
    /^faults\[0\]: "operation" must be a name; faults\[0\]: "fault\.kind" must be one of .*; faults\[1\]: "nth" must be a positive integer; faults\[1\]: "fault\.delayMs" must be milliseconds; faults\[2\]: must be an object$/,
  );
  expect(() => parseFaultRules({})).toThrow("faults must be a list of rules");
});
