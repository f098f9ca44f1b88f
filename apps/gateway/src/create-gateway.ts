import { SYNC_EVENT } from "@cognito-to-descope/core";
import { Hono } from "hono";
import type { GatewayOptions } from "./gateway-options.ts";
import { problem } from "./http/problem.ts";
import { tellRequests } from "./http/request-entry.ts";
import { securityHeaders } from "./http/security-headers.ts";
import type { RequestRate } from "./http/token-buckets.ts";
import { type NodeServer, startNodeServer } from "./node-server.ts";
import { healthRoutes } from "./routes/health/health-routes.ts";
import { jitRoutes, MIN_SECRET_LENGTH } from "./routes/jit/jit-routes.ts";
import { sessionExchangeRoutes } from "./routes/session-exchange/session-exchange-routes.ts";
import { syncEventRoutes } from "./routes/sync-events/sync-event-routes.ts";

/** The HTTP service. */
export interface Gateway extends AsyncDisposable {
  /** Answers requests without a socket, as on AWS Lambda and in tests. */
  readonly app: Hono;
  /**
   * Listens. Gives the base URL.
   *
   * @throws MigrationError `ERR_PORT_IN_USE`, `ERR_USAGE` when the address is none of this machine's.
   */
  start(): Promise<string>;
  /** Takes no more requests, and resolves when those under way have ended, or their time is over. */
  stop(): Promise<void>;
}

/** Requests of one address. */
const DEFAULT_RATE: RequestRate = { burst: 200, perSecond: 100 };

/** Makes a gateway that listens nowhere yet. Each group of routes has a folder of its own in `routes`. */
export function createGateway(options: GatewayOptions): Gateway {
  const { projectId, userPoolIds, eventsSecret, sessionExchange, store, clock } = options;
  if (eventsSecret !== undefined && eventsSecret.length < SYNC_EVENT.minSecretLength) {
    throw new RangeError(`"eventsSecret" option must have at least ${SYNC_EVENT.minSecretLength} characters`);
  }
  for (const secret of [...(options.jit?.tokens ?? []), ...(options.jit?.hmacSecrets ?? [])]) {
    if (secret.length < MIN_SECRET_LENGTH) {
      throw new RangeError(`"jit" tokens and secrets must have at least ${MIN_SECRET_LENGTH} characters`);
    }
  }
  let server: NodeServer | undefined;
  let stopping = false;
  const app = new Hono();
  if (options.onRequest !== undefined) app.use(tellRequests(clock, options.onRequest));
  app.use(securityHeaders);
  app.onError((_error, c) => problem(c, "internal"));
  app.notFound((c) => problem(c, "not-found"));
  app.route(
    "/",
    healthRoutes({ clock, check: () => store.readTouchedUsers(projectId, 1), isStopping: () => stopping }),
  );
  if (eventsSecret !== undefined) {
    const rate = options.eventRate ?? DEFAULT_RATE;
    app.route("/", syncEventRoutes({ projectId, userPoolIds, secret: eventsSecret, store, clock, rate }));
  }
  if (sessionExchange !== undefined) {
    const rate = options.exchangeRate ?? DEFAULT_RATE;
    app.route("/", sessionExchangeRoutes({ exchange: sessionExchange, clock, rate }));
  }
  if (options.jit !== undefined) app.route("/", jitRoutes({ ...options.jit, clock }));
  const stop = async (): Promise<void> => {
    stopping = true;
    await server?.stop(options.stopTimeoutMs ?? 10_000);
    await options.jit?.check.settled();
  };
  return {
    app,
    async start() {
      server = await startNodeServer(app, options.listen ?? { host: "127.0.0.1", port: 0 }, clock);
      return server.url;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
