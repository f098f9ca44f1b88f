import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { once } from "node:events";
import { type Exchange, type HeaderList, UpstreamFailure } from "../bridge-http.ts";

/** How other servers are asked. */
export interface UpstreamOptions {
  /** PEM of certificates to believe beside those that Node believes. For servers of one's own. */
  readonly ca?: string | undefined;
  /** Milliseconds without a byte after which a server is given up. @defaultValue 30,000 */
  readonly timeoutMs?: number | undefined;
  /** Connections to one server at once; more requests wait. @defaultValue 256 */
  readonly maxConnections?: number | undefined;
}

/** A request whose body follows. */
export interface UpstreamRequest {
  readonly method: string;
  readonly origin: string;
  /** What the server is asked by in SNI. @defaultValue the name in the origin */
  readonly serverName: string | undefined;
  readonly target: string;
  /** All headers, `Host` included. */
  readonly headers: HeaderList;
}

/** Connections to other servers, kept open between requests. */
export interface Upstreams {
  /** Begins a request. */
  open(request: UpstreamRequest): ClientRequest;
  readonly exchange: Exchange;
  close(): void;
}

/** Bytes of an answer that is read whole. */
const MAX_ANSWER_BYTES = 8_388_608;

/** Keeps connections by Node's own agents. HTTP/1.1 only: that is what a request came by. */
export function openUpstreams(options: UpstreamOptions = {}): Upstreams {
  const timeoutMs = options.timeoutMs ?? 30_000;
  // An idle connection is closed before load balancers close it, which would lose the request that comes just then.
  const agentOptions = { keepAlive: true, maxSockets: options.maxConnections ?? 256, keepAliveMsecs: 1000 };
  const plain = new HttpAgent({ ...agentOptions, timeout: timeoutMs });
  const secure = new HttpsAgent({ ...agentOptions, timeout: timeoutMs, maxCachedSessions: 1000 });

  const open = (request: UpstreamRequest): ClientRequest => {
    const url = new URL(request.origin);
    const common = {
      method: request.method,
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      path: request.target,
      headers: request.headers.flat(),
      timeout: timeoutMs,
      setHost: false,
    };
    const outgoing =
      url.protocol === "https:"
        ? httpsRequest({
            ...common,
            port: url.port === "" ? 443 : url.port,
            agent: secure,
            servername: request.serverName ?? url.hostname,
            minVersion: "TLSv1.2",
            ...(options.ca === undefined ? {} : { ca: options.ca }),
          })
        : httpRequest({ ...common, port: url.port === "" ? 80 : url.port, agent: plain });
    outgoing.once("timeout", () => outgoing.destroy(new UpstreamFailure(504)));
    return outgoing;
  };

  const exchange: Exchange = async (request) => {
    const { origin, method, target, host, body } = request;
    const own = request.headers.filter(([name]) => !REPLACED.has(name.toLowerCase()));
    const outgoing = open({
      method,
      origin,
      target,
      serverName: host,
      headers: [["host", host ?? new URL(origin).host], ...own, ["content-length", String(body.length)]],
    });
    try {
      outgoing.end(body);
      const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
      return {
        status: answer.statusCode ?? 502,
        headers: pairs(answer.rawHeaders),
        body: await readWhole(answer),
      };
    } catch (error) {
      outgoing.destroy();
      throw error instanceof UpstreamFailure ? error : new UpstreamFailure(502, { cause: error });
    }
  };

  return {
    open,
    exchange,
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

const REPLACED: ReadonlySet<string> = new Set(["host", "content-length"]);

async function readWhole(answer: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Headers as they came, from Node's flat list of them. */
export function pairs(rawHeaders: readonly string[]): HeaderList {
  const headers: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.push([rawHeaders[at] ?? "", rawHeaders[at + 1] ?? ""]);
  return headers;
}
