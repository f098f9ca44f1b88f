import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";

/** A request as a server got it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** The name that the client asked for when TLS began. */
  readonly serverName: string | false | null | undefined;
  /** Number of the connection. */
  readonly connection: number;
}

/** A server in Cognito's or Descope's place, which keeps what it gets. */
export interface Origin extends AsyncDisposable {
  readonly url: string;
  readonly seen: SeenRequest[];
  readonly server: Server | SecureServer;
  /** Answers in place of "200 ok"; the body is not read then. */
  answer: RequestListener | undefined;
}

/** Starts a server on loopback. */
export async function startOrigin(
  name: string,
  certificate?: { readonly key: string; readonly cert: string },
): Promise<Origin> {
  const seen: SeenRequest[] = [];
  const numbers = new WeakMap<object, number>();
  let connections = 0;
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (origin.answer !== undefined) {
      origin.answer(request, response);
      return;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const connection = numbers.get(request.socket) ?? (connections += 1);
    numbers.set(request.socket, connection);
    seen.push({
      method: request.method ?? "",
      url: request.url ?? "",
      rawHeaders: request.rawHeaders,
      headers: request.headers,
      body: Buffer.concat(chunks).toString("latin1"),
      serverName: (request.socket as TLSSocket).servername,
      connection,
    });
    response.writeHead(200, { "content-type": "text/plain", "x-origin": name });
    response.end(`${name} ok`);
  };
  const onRequest: RequestListener = (request, response) => {
    listener(request, response).catch(() => response.destroy());
  };
  const server = certificate === undefined ? createServer(onRequest) : createSecureServer(certificate, onRequest);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin: Origin = {
    url: `${certificate === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    server,
    answer: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
  return origin;
}
