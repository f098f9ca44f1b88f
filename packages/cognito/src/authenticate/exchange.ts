import { Buffer } from "node:buffer";
import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";

/** One request to Cognito. */
export interface ExchangeRequest {
  /** `InitiateAuth`, … */
  readonly operation: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the whole answer must be there. */
  readonly timeoutMs: number;
}

/** What came back. */
export type ExchangeAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly body: unknown }
  /** In time, but no JSON object, or more than any answer is. */
  | { readonly kind: "unreadable"; readonly status: number }
  | { readonly kind: "timeout" }
  | { readonly kind: "network" };

/** Connections to one endpoint of Cognito, kept open between requests. */
export interface Exchange extends Disposable {
  readonly endpoint: URL;
  /** Sends once. Never throws. */
  send(request: ExchangeRequest): Promise<ExchangeAnswer>;
}

/** The content type of the AWS JSON 1.1 protocol. */
export const JSON_1_1 = "application/x-amz-json-1.1";

const TARGET_PREFIX = "AWSCognitoIdentityProviderService.";

/** An answer with three tokens of many claims has a few tens of thousands. */
const MAX_ANSWER_BYTES = 262_144;

/** More than requests can be under way within the quota of an account, at the latency that Cognito has. */
const MAX_SOCKETS = 256;

/**
 * A connection that nobody uses is closed after this, before the other side does: a password that is sent on one that is being
 * closed could not be sent again without risking a second try.
 */
const IDLE_MS = 4000;

/** The address of Cognito's API in a region. */
export function regionalEndpoint(region: string): string {
  const china = region.startsWith("cn-") ? ".cn" : "";
  return `https://cognito-idp.${region}.amazonaws.com${china}/`;
}

/** The headers of a request, as they are signed where it has to be. */
export function exchangeHeaders(operation: string): Readonly<Record<string, string>> {
  return { "content-type": JSON_1_1, "x-amz-target": `${TARGET_PREFIX}${operation}` };
}

/**
 * Opens an exchange with an endpoint; nothing is connected yet.
 *
 * On Node's own HTTP client: a request costs it as little as it costs the fastest library, and loading it costs nothing, which
 * counts where a function starts cold.
 */
export function createExchange(endpoint: string): Exchange {
  const url = new URL(endpoint);
  const secure = url.protocol === "https:";
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: "lifo" as const, timeout: IDLE_MS };
  const agent = secure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  const begin = secure ? requestHttps : requestHttp;
  // Node's URL keeps the brackets of an IPv6 address, its client does not want them.
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  return {
    endpoint: url,
    send: (request) =>
      once((onRequest) => {
        const body = Buffer.from(request.body, "utf8");
        const sent = begin({
          agent: agent as HttpsAgent,
          hostname,
          port: url.port === "" ? undefined : url.port,
          path: url.pathname,
          method: "POST",
          headers: {
            ...exchangeHeaders(request.operation),
            "content-length": body.byteLength,
            ...request.headers,
          },
        });
        onRequest(sent);
        sent.end(body);
      }, request.timeoutMs),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** The answer to one request, or that there was none in time. */
function once(begin: (onRequest: (sent: ClientRequest) => void) => void, timeoutMs: number): Promise<ExchangeAnswer> {
  return new Promise((resolve) => {
    let sent: ClientRequest | undefined;
    const end = (answer: ExchangeAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    const timer = setTimeout(() => {
      end({ kind: "timeout" });
      sent?.destroy();
    }, timeoutMs);
    begin((request) => {
      sent = request;
      request.on("error", () => end({ kind: "network" }));
      request.on("response", (response) => read(response, end));
    });
  });
}

function read(response: IncomingMessage, end: (answer: ExchangeAnswer) => void): void {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      end({ kind: "unreadable", status });
      response.destroy();
    } else chunks.push(chunk);
  });
  response.on("error", () => end({ kind: "network" }));
  response.on("aborted", () => end({ kind: "network" }));
  response.on("end", () => {
    const body = parseObject(Buffer.concat(chunks).toString("utf8"));
    end(body === undefined ? { kind: "unreadable", status } : { kind: "answer", status, body });
  });
}

function parseObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text === "" ? "{}" : text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
