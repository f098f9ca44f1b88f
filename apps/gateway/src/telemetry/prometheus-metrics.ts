import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { GatewayMetrics } from "./metrics.ts";

/** Seconds, from an answer out of memory to the time-out of a connector. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Methods that are told apart; a client may send any word. */
const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "OPTIONS", "HEAD", "PUT", "PATCH", "DELETE"]);

/**
 * Counts for Prometheus, together with what Node says of the process (`process_*`, `nodejs_*`).
 *
 * Labels take few values: routes are patterns, pools are those of the config, reasons are codes. None comes from a request.
 */
export function createPrometheusMetrics(): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const inFlight = new Gauge({
    name: "c2d_gateway_requests_in_flight",
    help: "Requests that have come and are not answered yet.",
    registers,
  });
  const requests = new Histogram({
    name: "c2d_gateway_request_duration_seconds",
    help: "Time from a request to its answer.",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers,
  });
  const calls = new Histogram({
    name: "c2d_gateway_upstream_duration_seconds",
    help: "Time of a call of Cognito or Descope.",
    labelNames: ["service", "operation", "outcome"],
    buckets: SECONDS,
    registers,
  });
  const decisions = new Counter({
    name: "c2d_gateway_decisions_total",
    help: "Sign-ins and exchanges by what was decided.",
    labelNames: ["kind", "verdict", "reason", "user_pool_id"],
    registers,
  });
  return {
    begun: () => inFlight.inc(),
    answered({ method, route, status, milliseconds }) {
      inFlight.dec();
      const labels = { method: METHODS.has(method) ? method : "other", route, status };
      requests.observe(labels, milliseconds / 1000);
    },
    called({ service, operation }, succeeded, milliseconds) {
      calls.observe({ service, operation, outcome: succeeded ? "answered" : "failed" }, milliseconds / 1000);
    },
    decided({ kind, verdict, reason = "", userPoolId = "" }) {
      decisions.inc({ kind, verdict, reason, user_pool_id: userPoolId });
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
