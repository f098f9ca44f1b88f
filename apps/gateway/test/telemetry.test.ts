import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, it } from "vitest";
import type { Gateway } from "../src/index.ts";
import { createPrometheusMetrics } from "../src/metrics.ts";
import { observeCalls } from "../src/telemetry/observe-calls.ts";
import { parseTraceParent } from "../src/telemetry/trace-parent.ts";
import { makeGateway, POOL, signed, SUB } from "./start-gateway.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

const started: Gateway[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((gateway) => gateway.stop()));
});

describe("metrics", () => {
  it("count requests by route and status, calls and decisions, and tell of the process", async () => {
    const metrics = createPrometheusMetrics();
    const made = makeGateway({ metrics });
    await made.post();
    await made.post();
    await made.post({ secret: "another secret of at least thirty-two characters" });
    await made.gateway.app.request("/nowhere");
    let now = 0;
    const observe = observeCalls({ metrics }, () => now);
    const call = { service: "cognito", operation: "InitiateAuth" } as const;
    await observe(call, async () => void (now += 30));
    await expect(observe(call, () => Promise.reject(new Error("away")))).rejects.toThrow("away");
    metrics.decided({ kind: "jit", verdict: "challenge", reason: "SMS_MFA", userPoolId: POOL });
    const { contentType, text } = await metrics.render();
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of [
      'c2d_gateway_request_duration_seconds_count{method="POST",route="/v1/sync/events",status="202"} 2',
      'c2d_gateway_request_duration_seconds_count{method="POST",route="/v1/sync/events",status="401"} 1',
      'c2d_gateway_request_duration_seconds_count{method="GET",route="-",status="404"} 1',
      "c2d_gateway_requests_in_flight 0",
      'c2d_gateway_upstream_duration_seconds_bucket{le="0.025",service="cognito",operation="InitiateAuth",outcome="answered"} 0',
      'c2d_gateway_upstream_duration_seconds_bucket{le="0.05",service="cognito",operation="InitiateAuth",outcome="answered"} 1',
      'c2d_gateway_upstream_duration_seconds_count{service="cognito",operation="InitiateAuth",outcome="failed"} 1',
      `c2d_gateway_decisions_total{kind="jit",verdict="challenge",reason="SMS_MFA",user_pool_id="${POOL}"} 1`,
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });

  it("hold nothing of what a request holds, and no new series for what a client makes up", async () => {
    const metrics = createPrometheusMetrics();
    const { gateway, clock } = makeGateway({ metrics });
    const { headers, body } = signed({}, clock.time);
    for (const path of ["/canary-path", "/v1/sync/events?canary=query", "/v1/sync/canary"]) {
      await gateway.app.request(path, { method: "POST", headers: { ...headers, "user-agent": "canary" }, body });
    }
    await gateway.app.request("/healthz", { method: "CANARY" });
    const { text } = await metrics.render();
    for (const canary of ["canary", "CANARY", SUB]) expect(text).not.toContain(canary);
    expect(text).toContain('method="other",route="-",status="404"');
  });

  it("are answered for at an address of their own, beside the health, and nowhere else", async () => {
    const { gateway, entries } = makeGateway({
      metrics: createPrometheusMetrics(),
      metricsListen: { host: "127.0.0.1", port: 0 },
    });
    started.push(gateway);
    const url = await gateway.start();
    const answers = await Promise.all(
      ["/metrics", "/healthz", "/readyz"].map((path) => fetch(gateway.metricsUrl + path)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await answers[0]?.text()).toContain("c2d_gateway_requests_in_flight");
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(`${gateway.metricsUrl}/v1/sync/events`, { method: "POST" })).status).toBe(404);
    expect(entries.map(({ route }) => route)).toEqual(["-"]);
  });

  it("of an address that is taken keep the gateway from starting", async () => {
    const first = makeGateway().gateway;
    started.push(first);
    const port = Number(new URL(await first.start()).port);
    const { gateway } = makeGateway({
      metrics: createPrometheusMetrics(),
      metricsListen: { host: "127.0.0.1", port },
    });
    await expect(gateway.start()).rejects.toMatchObject({ code: "ERR_PORT_IN_USE" });
  });
});

describe("the log", () => {
  it("names a request by its caller's trace, or by an ID of its own, and tells the caller", async () => {
    let ids = 0;
    const { gateway, entries } = makeGateway({ newRequestId: () => `id ${++ids}` });
    const headers: readonly Readonly<Record<string, string>>[] = [
      { traceparent: PARENT },
      {},
      { traceparent: "00-canary" },
    ];
    const told: (string | null)[] = [];
    for (const one of headers) {
      told.push((await gateway.app.request("/healthz", { headers: one })).headers.get("x-request-id"));
    }
    expect(told).toEqual([TRACE, "id 1", "id 2"]);
    expect(entries.map(({ requestId }) => requestId)).toEqual(told);
  });

  it("says how much an entry matters", async () => {
    const made = makeGateway({ eventRate: { burst: 2, perSecond: 1 } });
    await made.post();
    made.storeFault = new Error("gone");
    await made.post();
    await made.post();
    await made.gateway.app.request("/readyz");
    expect(made.entries.map(({ status, level }) => [status, level])).toEqual([
      [202, "info"],
      [503, "error"],
      [429, "warn"],
      [503, "debug"],
    ]);
  });
});

describe("a traceparent", () => {
  it.each([
    [PARENT, true],
    [`00-${TRACE}-00f067aa0ba902b7-00`, false],
    [`cc-${TRACE}-00f067aa0ba902b7-01-what-the-future-will-be-like`, true],
  ])("is read: %s", (header, sampled) => {
    expect(parseTraceParent(header)).toEqual({ traceId: TRACE, spanId: "00f067aa0ba902b7", sampled });
  });

  it.each([
    ["of version ff", `ff-${TRACE}-00f067aa0ba902b7-01`],
    ["with an ID of zeros", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
    ["with a span of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["with capitals", PARENT.toUpperCase()],
    ["with more than its version has", `${PARENT}-more`],
    ["that is cut off", PARENT.slice(0, 50)],
    ["that is endless", `cc-${TRACE}-00f067aa0ba902b7-01-${"x".repeat(10_000)}`],
    ["that is none", undefined],
  ])("%s is as good as none", (_what, header) => {
    expect(parseTraceParent(header)).toBeUndefined();
  });

  test.prop([fc.string({ unit: "binary" })])("never throws", (header) => {
    expect(parseTraceParent(header)).toBeUndefined();
  });
});
