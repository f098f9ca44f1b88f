import type { Clock, StateStore } from "@cognito-to-descope/core";
import type { RequestEntry } from "./http/request-entry.ts";
import type { RequestRate } from "./http/token-buckets.ts";
import type { JitOptions } from "./routes/jit/jit-routes.ts";
import type { SessionExchange } from "./routes/session-exchange/session-exchange-routes.ts";

/** Where a gateway listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
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
  readonly store: Pick<StateStore, "touchUser" | "readTouchedUsers">;
  readonly clock: Clock;
  /** @defaultValue 127.0.0.1, and a free port */
  readonly listen?: ListenAddress | undefined;
  /** Events that are taken from one address. @defaultValue 200 at once, 100 a second */
  readonly eventRate?: RequestRate | undefined;
  /** Exchanges that are asked for from one address. @defaultValue 200 at once, 100 a second */
  readonly exchangeRate?: RequestRate | undefined;
  /** Milliseconds that requests under way have to end when the gateway stops. @defaultValue 10,000 */
  readonly stopTimeoutMs?: number | undefined;
  /** Hears of every request. Must not throw. */
  readonly onRequest?: ((entry: RequestEntry) => void) | undefined;
}
