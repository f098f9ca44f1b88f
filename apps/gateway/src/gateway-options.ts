import type { Clock, StateStore } from "@cognito-to-descope/core";
import type { RequestEntry } from "./http/request-entry.ts";
import type { RequestRate } from "./http/token-buckets.ts";
import type { JitOptions } from "./routes/jit/jit-routes.ts";
import type { GatewayMetrics } from "./telemetry/metrics.ts";
import type { GatewayTracing } from "./telemetry/tracing.ts";
import type { TlsCertificates } from "./tls.ts";
import type { SessionExchange } from "./routes/session-exchange/session-exchange-routes.ts";

/** Where a gateway listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** What answers for everything below these paths, as a Hono app does. */
export interface GatewayConsole {
  /** `/console`, `/api/v1`. */
  readonly paths: readonly string[];
  fetch(request: Request, env?: object): Response | Promise<Response>;
}

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly projectId: string;
  /** The pools whose events are taken. */
  readonly userPoolIds: readonly string[];
  /** What events are signed with: at least 32 characters. Without it events are not taken. */
  readonly eventsSecret?: string | undefined;
  /** Gives Descope sessions for Cognito tokens. Without it there is no such route. */
  readonly sessionExchange?: SessionExchange | undefined;
  /** Checks passwords at first sign-in. Without it there is no such route. */
  readonly jit?: JitOptions | undefined;
  /** Where events are noted. A gateway without one takes none, and is ready whenever it lives. */
  readonly store?: Pick<StateStore, "touchUser" | "readTouchedUsers"> | undefined;
  /** A page for operators with its own sign-in and its own headers. Without it there is none. */
  readonly console?: GatewayConsole | undefined;
  readonly clock: Clock;
  /** @defaultValue 127.0.0.1, and a free port */
  readonly listen?: ListenAddress | undefined;
  /** Events that are taken from one address. @defaultValue 200 at once, 100 a second */
  readonly eventRate?: RequestRate | undefined;
  /** Exchanges that are asked for from one address. @defaultValue 200 at once, 100 a second */
  readonly exchangeRate?: RequestRate | undefined;
  /** Speaks HTTPS with these. Without it the gateway speaks plain HTTP, and TLS has to end in front of it. */
  readonly tls?: TlsCertificates | undefined;
  /** Counts requests. Answered for at {@link metricsListen}. */
  readonly metrics?: GatewayMetrics | undefined;
  /** Where metrics and health can be asked for, in plain HTTP: an address that only the operator reaches. */
  readonly metricsListen?: ListenAddress | undefined;
  /** Makes a trace of each request. */
  readonly tracing?: GatewayTracing | undefined;
  /**
   * Milliseconds for which a gateway that stops goes on taking requests while it says that it is not ready, so that load balancers
   * learn of it. @defaultValue 0
   */
  readonly drainDelayMs?: number | undefined;
  /** Milliseconds that requests under way have to end when the gateway stops. @defaultValue 10,000 */
  readonly stopTimeoutMs?: number | undefined;
  /** Hears of every request. Must not throw. */
  readonly onRequest?: ((entry: RequestEntry) => void) | undefined;
  /** 32 hexadecimal digits, at random. @defaultValue those of `node:crypto` */
  readonly newRequestId?: (() => string) | undefined;
}
