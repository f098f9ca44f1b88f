import type { Clock } from "@cognito-to-descope/core";
import { Hono } from "hono";
import { rateLimit } from "../../http/rate-limit.ts";
import type { RequestRate } from "../../http/token-buckets.ts";

/** Answers requests of the exchange, preflights included: `createExchangeHandler` of the session package makes it. */
export type SessionExchange = (request: Request) => Promise<Response>;

/** What the route needs. */
export interface SessionExchangeOptions {
  readonly exchange: SessionExchange;
  readonly clock: Pick<Clock, "monotonic">;
  /** Requests of one address. */
  readonly rate: RequestRate;
}

const PATH = "/v1/session/exchange";

/** Takes a fresh Cognito token, and gives a Descope session of the same user. */
export function sessionExchangeRoutes({ exchange, clock, rate }: SessionExchangeOptions): Hono {
  const routes = new Hono();
  routes.all(
    PATH,
    rateLimit(rate, () => clock.monotonic()),
    (c) => exchange(c.req.raw),
  );
  return routes;
}
