import { type Clock, MIN_CONNECTOR_SECRET_LENGTH, SYNC_EVENT } from "@cognito-to-descope/core";
import { Hono } from "hono";
import type { GatewayOptions } from "./gateway-options.ts";
import { closeWhenStopping } from "./http/close-when-stopping.ts";
import { problem } from "./http/problem.ts";
import { observeRequests, type RequestVariables } from "./http/request-entry.ts";
import { securityHeaders } from "./http/security-headers.ts";
import type { RequestRate } from "./http/token-buckets.ts";
import { type NodeServer, startNodeServer } from "./node-server.ts";
import { healthRoutes } from "./routes/health/health-routes.ts";
import { type JitOptions, jitRoutes } from "./routes/jit/jit-routes.ts";
import { metricsRoutes } from "./routes/metrics/metrics-routes.ts";
import { sessionExchangeRoutes } from "./routes/session-exchange/session-exchange-routes.ts";
import { syncEventRoutes } from "./routes/sync-events/sync-event-routes.ts";
import type { GatewayMetrics } from "./telemetry/metrics.ts";
import type { TlsCertificates } from "./tls.ts";

/** The HTTP service. */
export interface Gateway extends AsyncDisposable {
  /** Answers requests without a socket, as on AWS Lambda and in tests. */
  readonly app: Hono<{ Variables: RequestVariables }>;
  /**
   * Listens. Gives the base URL.
   *
   * @throws MigrationError `ERR_PORT_IN_USE`, `ERR_USAGE` when the address is none of this machine's, or the certificates cannot be
   *   used.
   */
  start(): Promise<string>;
  /** Where metrics and health can be asked for, once the gateway listens; undefined when nobody wanted that. */
  readonly metricsUrl: string | undefined;
  /**
   * Shows other certificates from the next connection on.
   *
   * @throws MigrationError `ERR_USAGE` when they cannot be used; the former ones stay.
   */
  setCertificates(certificates: TlsCertificates): void;
  /**
   * Says that it is not ready, waits for `drainDelayMs` while it goes on answering, takes no more requests, and resolves when those
   * under way have ended, or their time is over.
   */
  stop(): Promise<void>;
}

/** Waits for the work, but no longer than that. */
async function withinTime(work: Promise<void>, ms: number, clock: Clock): Promise<void> {
  const ended = new AbortController();
  await Promise.race([work, clock.sleep(ms, ended.signal).catch(() => undefined)]);
  ended.abort();
}

/** Requests of one address. */
const DEFAULT_RATE: RequestRate = { burst: 200, perSecond: 100 };

/** Makes a gateway that listens nowhere yet. Each group of routes has a folder of its own in `routes`. */
export function createGateway(options: GatewayOptions): Gateway {
  const { projectId, userPoolIds, eventsSecret, sessionExchange, store, clock, metrics, tls } = options;
  if (eventsSecret !== undefined && eventsSecret.length < SYNC_EVENT.minSecretLength) {
    throw new RangeError(`"eventsSecret" option must have at least ${SYNC_EVENT.minSecretLength} characters`);
  }
  for (const secret of [...(options.jit?.tokens ?? []), ...(options.jit?.hmacSecrets ?? [])]) {
    if (secret.length < MIN_CONNECTOR_SECRET_LENGTH) {
      throw new RangeError(`"jit" tokens and secrets must have at least ${MIN_CONNECTOR_SECRET_LENGTH} characters`);
    }
  }
  let server: NodeServer | undefined;
  let metricsServer: NodeServer | undefined;
  let stopped: Promise<void> | undefined;
  const isStopping = (): boolean => stopped !== undefined;
  const health = healthRoutes({ clock, check: async () => store?.readTouchedUsers(projectId, 1), isStopping });
  const app = new Hono<{ Variables: RequestVariables }>();
  app.use(observeRequests(options));
  app.use(closeWhenStopping(isStopping));
  app.use(securityHeaders);
  app.onError((_error, c) => problem(c, "internal"));
  app.notFound((c) => problem(c, "not-found"));
  app.route("/", health);
  if (eventsSecret !== undefined) {
    if (store === undefined) throw new RangeError('"eventsSecret" option needs a "store" option');
    const rate = options.eventRate ?? DEFAULT_RATE;
    app.route("/", syncEventRoutes({ projectId, userPoolIds, secret: eventsSecret, store, clock, rate }));
  }
  if (sessionExchange !== undefined) {
    const rate = options.exchangeRate ?? DEFAULT_RATE;
    app.route("/", sessionExchangeRoutes({ exchange: sessionExchange, clock, rate }));
  }
  const { console } = options;
  for (const path of console?.paths ?? []) {
    app.all(`${path}/*`, (c) => console?.fetch(c.req.raw, c.env as object) ?? c.notFound());
  }
  if (options.jit !== undefined) app.route("/", jitRoutes({ ...withMetrics(options.jit, metrics), clock }));
  const stop = async (): Promise<void> => {
    const { drainDelayMs = 0 } = options;
    if (server !== undefined && drainDelayMs > 0) await clock.sleep(drainDelayMs);
    await server?.stop(options.stopTimeoutMs ?? 10_000);
    if (options.jit !== undefined)
      await withinTime(options.jit.check.settled(), options.stopTimeoutMs ?? 10_000, clock);
    // Last, so that whoever asks after the health hears to the end that it is stopping.
    await metricsServer?.stop(0);
  };
  return {
    app,
    async start() {
      server = await startNodeServer(app, { listen: options.listen ?? { host: "127.0.0.1", port: 0 }, clock, tls });
      if (metrics !== undefined && options.metricsListen !== undefined) {
        const aside = new Hono();
        aside.use(securityHeaders);
        aside.notFound((c) => problem(c, "not-found"));
        aside.route("/", health);
        aside.route("/", metricsRoutes(metrics));
        try {
          metricsServer = await startNodeServer(aside, { listen: options.metricsListen, clock });
        } catch (error) {
          await server.stop(0);
          throw error;
        }
      }
      return server.url;
    },
    get metricsUrl() {
      return metricsServer?.url;
    },
    setCertificates(certificates) {
      server?.setCertificates(certificates);
    },
    stop: () => (stopped ??= stop()),
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  };
}

/** Verdicts are counted beside whatever else hears of them. */
function withMetrics(jit: JitOptions, metrics: GatewayMetrics | undefined): JitOptions {
  if (metrics === undefined) return jit;
  return {
    ...jit,
    onVerdict(entry) {
      const { verdict, reason, userPoolId } = entry;
      metrics.decided({ kind: "jit", verdict, reason, userPoolId });
      jit.onVerdict?.(entry);
    },
  };
}
