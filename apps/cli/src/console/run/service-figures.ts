import { latencyQuantile, type ServiceTraffic } from "@cognito-to-descope/core";
import type { ServicePoint } from "@cognito-to-descope/console/contract";

/** What a service was asked, in figures. */
export function serviceFigures({ requests, retries, throttles, latency }: ServiceTraffic): ServicePoint {
  return {
    requests,
    retries,
    throttles,
    p50: latencyQuantile(latency, 0.5) ?? null,
    p95: latencyQuantile(latency, 0.95) ?? null,
  };
}
