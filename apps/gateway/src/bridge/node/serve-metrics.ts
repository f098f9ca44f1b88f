import type { Clock } from "@cognito-to-descope/core";
import type { ListenAddress } from "../../gateway-options.ts";
import { startNodeServer } from "../../node-server.ts";
import { metricsRoutes } from "../../routes/metrics/metrics-routes.ts";
import type { BridgeMetrics } from "../../telemetry/bridge-metrics.ts";

/** Metrics that can be asked for. */
export interface ServedMetrics extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves metrics at an address of their own, because everything at the bridge's own address is public.
 *
 * @throws MigrationError `ERR_PORT_IN_USE`, `ERR_USAGE`.
 */
export async function serveMetrics(
  metrics: Pick<BridgeMetrics, "render">,
  listen: ListenAddress,
  clock: Clock,
): Promise<ServedMetrics> {
  const server = await startNodeServer(metricsRoutes(metrics), { listen, clock });
  return { url: `${server.url}/metrics`, [Symbol.asyncDispose]: () => server.stop(0) };
}
