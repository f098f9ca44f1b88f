import { Hono } from "hono";
import type { GatewayMetrics } from "../../telemetry/metrics.ts";

/** `/metrics`: counts for Prometheus. */
export function metricsRoutes(metrics: Pick<GatewayMetrics, "render">): Hono {
  const routes = new Hono();
  routes.get("/metrics", async (c) => {
    const { contentType, text } = await metrics.render();
    return c.body(text, 200, { "content-type": contentType });
  });
  return routes;
}
