import { once } from "node:events";
import {
  type Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { HOST } from "./bridge-scene.ts";

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** What is asked of a bridge, at the name of its host. */
export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** Keeps connections open. @defaultValue one connection for each request */
  readonly agent?: Agent;
  /** A connection with TLS, for which this certificate is believed. */
  readonly ca?: string;
}

/** Asks, as a browser does that finds the host at this port. */
export async function ask(
  port: number,
  { method = "GET", path = "/", headers = {}, body, ca, agent }: Ask = {},
): Promise<Answer> {
  const options: RequestOptions = {
    host: "127.0.0.1",
    port,
    method,
    path,
    headers: { host: HOST, ...(headers as Record<string, string | string[]>) },
    agent: agent ?? false,
  };
  const outgoing = ca === undefined ? httpRequest(options) : httpsRequest({ ...options, ca, servername: HOST });
  outgoing.end(body);
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    rawHeaders: answer.rawHeaders,
    body: Buffer.concat(chunks).toString("latin1"),
  };
}

/** Posts a form. */
export async function post(
  port: number,
  path: string,
  body: string,
  headers: Ask["headers"] = {},
  more: Pick<Ask, "agent"> = {},
): Promise<Answer> {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return await ask(port, { method: "POST", path, body, headers: { ...type, ...headers }, ...more });
}

/** Sends bytes as they are, and gives all that comes back until the connection ends. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(5000, () => socket.destroy());
  socket.end(text, "latin1");
  const chunks: Uint8Array[] = [];
  socket.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  socket.on("error", () => undefined);
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}
