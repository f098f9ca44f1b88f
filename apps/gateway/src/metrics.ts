/**
 * Metrics of the gateway and of the bridge for Prometheus. An entry of its own, so that nobody else loads its client.
 *
 * @module
 */
export { createPrometheusMetrics } from "./telemetry/prometheus-metrics.ts";
export { type BridgeMetrics, createBridgeMetrics } from "./telemetry/bridge-metrics.ts";
