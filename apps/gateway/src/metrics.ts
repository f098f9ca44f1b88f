/**
 * Metrics of the gateway for Prometheus. An entry of its own, so that nobody else loads its client.
 *
 * @module
 */
export { createPrometheusMetrics } from "./telemetry/prometheus-metrics.ts";
