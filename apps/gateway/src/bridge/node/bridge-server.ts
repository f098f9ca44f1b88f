import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Clock } from "@cognito-to-descope/core";
import type { ListenAddress } from "../../gateway-options.ts";
import { toListenError } from "../../listen-error.ts";
import { secureContextOptions, type TlsCertificates } from "../../tls.ts";
import type { RequestHead } from "../bridge-http.ts";
import type { BridgeOptions } from "../bridge-options.ts";
import { createBridge } from "../create-bridge.ts";
import { refusal } from "../refusal.ts";
import { passThrough, sendWhole } from "./pass-through.ts";
import { openUpstreams, pairs, type UpstreamOptions } from "./upstreams.ts";

/** How a bridge is served. */
export interface BridgeServerOptions extends Omit<BridgeOptions, "exchange" | "now"> {
  readonly clock: Clock;
  /** @defaultValue 127.0.0.1, and a free port */
  readonly listen?: ListenAddress | undefined;
  /** Without it the bridge speaks plain HTTP, for a load balancer in front of it where TLS ends. */
  readonly certificate?: TlsCertificates | undefined;
  readonly upstreams?: UpstreamOptions | undefined;
  /** Milliseconds that requests under way have to end when the bridge stops. @defaultValue 10,000 */
  readonly stopTimeoutMs?: number | undefined;
  /** Hears of every request that was passed through, when its answer has ended: 499 when the client went away. Must not throw. */
  readonly onPassThrough?: ((host: string, status: number) => void) | undefined;
}

/** A bridge that listens. */
export interface BridgeServer extends AsyncDisposable {
  readonly url: string;
  /** Takes another certificate for the connections that come from now on. */
  renewCertificate(certificate: TlsCertificates): void;
  /** Takes no more requests, and resolves when those under way have ended, or their time is over. */
  stop(): Promise<void>;
}

/** A client that sends its headers slowly must not hold a connection for long; bodies may be as long as they are. */
const SERVER_OPTIONS = {
  headersTimeout: 10_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1000,
  // Addresses of authorization endpoints and Cognito's cookies are long.
  maxHeaderSize: 32_768,
  insecureHTTPParser: false,
};

/**
 * Serves a bridge.
 *
 * @throws MigrationError `ERR_PORT_IN_USE`, `ERR_USAGE` when the address is none of this machine's or the certificate is none.
 */
export async function startBridgeServer(options: BridgeServerOptions): Promise<BridgeServer> {
  const { clock, listen = { host: "127.0.0.1", port: 0 }, certificate } = options;
  const upstreams = openUpstreams(options.upstreams);
  const bridge = createBridge({ ...options, exchange: upstreams.exchange, now: () => clock.now() });
  let stopping = false;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const head: RequestHead = {
      method: request.method ?? "",
      target: request.url ?? "",
      headers: pairs(request.rawHeaders),
      clientAddress: request.socket.remoteAddress,
    };
    const route = bridge.route(head);
    if (route.route !== "pass-through") response.shouldKeepAlive &&= !stopping;
    switch (route.route) {
      case "pass-through": {
        const status = await passThrough(request, response, head, { host: route.host, upstreams });
        options.onPassThrough?.(route.host.host, status);
        return;
      }
      case "health":
        request.resume();
        sendWhole(response, stopping ? refusal(503, "stopping", "the bridge is stopping") : bridge.health());
        return;
      case "refuse":
        request.resume();
        sendWhole(response, refusal(route.status, "refused", route.title));
        return;
      case "answer": {
        const body = await readBody(request, route.maxBodyBytes);
        if (body === undefined) {
          response.shouldKeepAlive = false;
          sendWhole(response, refusal(413, "body-too-large", "the body is too large"));
          request.resume();
          return;
        }
        sendWhole(response, await bridge.answer({ ...head, body }, route.host));
        return;
      }
      default:
        route satisfies never;
    }
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch(() => {
      if (!response.headersSent) sendWhole(response, refusal(500, "internal", "something went wrong that should not"));
      else response.destroy();
    });
  };
  const server = makeServer(certificate, listener);
  try {
    server.listen(listen.port, listen.host);
    await once(server, "listening");
  } catch (error) {
    upstreams.close();
    throw toListenError(error, listen.host, listen.port);
  }
  const bound = server.address() as AddressInfo;
  const name = listen.host.includes(":") ? `[${listen.host}]` : listen.host;

  const stop = async (): Promise<void> => {
    stopping = true;
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeIdleConnections();
    const inTime = new AbortController();
    clock.sleep(options.stopTimeoutMs ?? 10_000, inTime.signal).then(
      () => server.closeAllConnections(),
      () => undefined,
    );
    await closed;
    inTime.abort();
    upstreams.close();
  };
  return {
    url: `${certificate === undefined ? "http" : "https"}://${name}:${bound.port}`,
    renewCertificate(next) {
      if (certificate !== undefined) (server as HttpsServer).setSecureContext(secureContextOptions(next));
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

function makeServer(certificate: TlsCertificates | undefined, listener: Listener): Server | HttpsServer {
  return certificate === undefined
    ? createHttpServer(SERVER_OPTIONS, listener)
    : createHttpsServer({ ...SERVER_OPTIONS, ...secureContextOptions(certificate) }, listener);
}

/** Undefined when it is longer than it may be. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  return await new Promise<Uint8Array | undefined>((resolve, reject) => {
    request.on("data", (chunk: Uint8Array) => {
      length += chunk.length;
      if (length > maxBytes) resolve(undefined);
      else chunks.push(chunk);
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
    request.once("close", () => reject(new Error("the client went away")));
  });
}
