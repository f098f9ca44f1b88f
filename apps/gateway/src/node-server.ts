import { once } from "node:events";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Clock } from "@cognito-to-descope/core";
import { createAdaptorServer } from "@hono/node-server";
import type { ListenAddress } from "./gateway-options.ts";
import { toListenError } from "./listen-error.ts";
import { secureContextOptions, type TlsCertificates, tlsServerOptions } from "./tls.ts";

/** A server that listens. */
export interface NodeServer {
  readonly url: string;
  /**
   * Shows other certificates from the next connection on. Connections that are open stay as they are.
   *
   * @throws MigrationError `ERR_USAGE` when they cannot be used; the former ones stay.
   */
  setCertificates(certificates: TlsCertificates): void;
  /** Takes no more connections, and ends those that are open after the time at the latest. */
  stop(timeoutMs: number): Promise<void>;
}

/** A client that sends slowly must not hold a connection for long. */
const SERVER_OPTIONS = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 8192,
};

/** What answers requests. */
interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** How a server is started. */
export interface NodeServerOptions {
  readonly listen: ListenAddress;
  readonly clock: Clock;
  /** Without it the server speaks plain HTTP. */
  readonly tls?: TlsCertificates | undefined;
}

/** Serves an app by Node's own server. */
export async function startNodeServer(
  app: App,
  { listen: { host, port }, clock, tls }: NodeServerOptions,
): Promise<NodeServer> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    ...(tls === undefined
      ? { createServer: createHttpServer, serverOptions: SERVER_OPTIONS }
      : {
          createServer: createHttpsServer,
          serverOptions: { ...SERVER_OPTIONS, ...secureContextOptions(tls), ...tlsServerOptions(tls) },
        }),
    // The rest of the process is not this library's to change.
    overrideGlobalObjects: false,
  }) as Server | HttpsServer;
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    throw toListenError(error, host, port);
  }
  const bound = server.address() as AddressInfo;
  const scheme = tls === undefined ? "http" : "https";
  return {
    url: `${scheme}://${host.includes(":") ? `[${host}]` : host}:${bound.port}`,
    setCertificates(certificates) {
      if (!("setSecureContext" in server)) throw new TypeError("the server speaks plain HTTP");
      server.setSecureContext(secureContextOptions(certificates));
    },
    async stop(timeoutMs) {
      if (!server.listening) return;
      const closed = once(server, "close");
      // Closes connections that are idle, too.
      server.close();
      const inTime = new AbortController();
      clock.sleep(timeoutMs, inTime.signal).then(
        () => server.closeAllConnections(),
        () => undefined,
      );
      await closed;
      inTime.abort();
    },
  };
}
