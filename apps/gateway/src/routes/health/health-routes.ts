import type { Clock } from "@cognito-to-descope/core";
import { Hono } from "hono";
import { problem } from "../../http/problem.ts";

/** What the health of the gateway depends on. */
export interface HealthOptions {
  readonly clock: Pick<Clock, "sleep">;
  /** Resolves when what the gateway needs answers. */
  readonly check: () => Promise<unknown>;
  readonly isStopping: () => boolean;
}

const CHECK_TIMEOUT_MS = 2000;

/** `/healthz`: the process lives. `/readyz`: it can take requests. */
export function healthRoutes({ clock, check, isStopping }: HealthOptions): Hono {
  const routes = new Hono();
  routes.get("/healthz", (c) => c.json({ status: "ok" }));
  routes.get("/readyz", async (c) => {
    if (isStopping()) return problem(c, "stopping");
    const inTime = new AbortController();
    try {
      await Promise.race([check(), rejectAfter(clock, inTime.signal)]);
      return c.json({ status: "ok" });
    } catch {
      return problem(c, "unavailable");
    } finally {
      inTime.abort();
    }
  });
  return routes;
}

async function rejectAfter(clock: Pick<Clock, "sleep">, signal: AbortSignal): Promise<never> {
  await clock.sleep(CHECK_TIMEOUT_MS, signal);
  throw new Error("the check took too long");
}
