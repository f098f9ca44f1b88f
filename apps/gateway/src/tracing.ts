/**
 * Traces of the gateway for OpenTelemetry. An entry of its own, so that nobody else loads its API.
 *
 * @module
 */
export { createOpenTelemetryTracing } from "./telemetry/open-telemetry-tracing.ts";
