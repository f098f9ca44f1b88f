import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, MigrationError } from "@cognito-to-descope/core";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import type { ListenAddress } from "./gateway-options.ts";

/** A server that listens. */
export interface NodeServer {
  readonly url: string;
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

/** Serves an app by Node's own HTTP server. */
export async function startNodeServer(app: Hono, { host, port }: ListenAddress, clock: Clock): Promise<NodeServer> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: SERVER_OPTIONS,
    // The rest of the process is not this library's to change.
    overrideGlobalObjects: false,
  }) as Server;
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    throw toListenError(error, host, port);
  }
  const bound = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound.port}`,
    async stop(timeoutMs) {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
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

function toListenError(error: unknown, host: string, port: number): MigrationError {
  if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
    return new MigrationError("ERR_PORT_IN_USE", `port ${port} on ${host} is in use`, {
      cause: error,
      suggestion: "choose another port, or 0 for a free one",
    });
  }
  return new MigrationError("ERR_USAGE", `cannot listen on ${host} port ${port}`, {
    cause: error,
    suggestion: "name an address of this machine and a port that you may use",
  });
}
