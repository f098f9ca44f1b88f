import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { BridgeHost } from "@cognito-to-descope/core";
import { onlyHeader, type RequestHead, UpstreamFailure, type WholeAnswer } from "../bridge-http.ts";
import { endToEnd, passedThrough } from "../forwarded-headers.ts";
import { refusal } from "../refusal.ts";
import { pairs, type Upstreams } from "./upstreams.ts";

/**
 * Passes a request through to Cognito, and the answer back, as they come: bodies of any size take no memory. Resolves with
 * the status when the answer has ended; 499 when the client went away before.
 */
export async function passThrough(
  request: IncomingMessage,
  response: ServerResponse,
  head: RequestHead,
  { host, upstreams }: { readonly host: BridgeHost; readonly upstreams: Upstreams },
): Promise<number> {
  const headers = [...passedThrough(head)];
  // How long a body is, is said by one of two headers, and the one of them is about the connection.
  const chunked = onlyHeader(head.headers, "transfer-encoding") !== undefined;
  const hasBody = chunked || (onlyHeader(head.headers, "content-length") ?? "0") !== "0";
  if (chunked) headers.push(["transfer-encoding", "chunked"]);
  else if (!hasBody && !NO_BODY.has(head.method) && onlyHeader(head.headers, "content-length") === undefined) {
    headers.push(["content-length", "0"]);
  }
  const begin = (): ClientRequest =>
    upstreams.open({ method: head.method, origin: host.upstream, serverName: host.host, target: head.target, headers });

  return await new Promise<number>((resolve) => {
    let outgoing: ClientRequest;
    const attempt = (mayRepeat: boolean): void => {
      outgoing = begin();
      outgoing.once("response", (answer) => {
        if (response.destroyed) return;
        response.sendDate = false;
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(pairs(answer.rawHeaders)).flat());
        pipeline(answer, response, (error) => {
          // Half an answer must not look like a whole one: the connection is closed by the pipeline.
          resolve(error === undefined || error === null ? (answer.statusCode ?? 502) : 499);
        });
      });
      outgoing.once("error", (error: NodeJS.ErrnoException) => {
        if (response.headersSent || response.destroyed) {
          resolve(499);
          return;
        }
        // The server closed an idle connection while this request was on its way there, and has not seen it.
        if (mayRepeat && outgoing.reusedSocket && error.code === "ECONNRESET") {
          attempt(false);
          return;
        }
        const status = error instanceof UpstreamFailure ? error.status : 502;
        sendWhole(
          response,
          refusal(status, `upstream-${status === 504 ? "timeout" : "unreachable"}`, "Cognito did not answer"),
        );
        request.resume();
        resolve(status);
      });
      if (hasBody) request.pipe(outgoing);
      else outgoing.end();
    };
    response.once("close", () => {
      if (response.writableFinished) return;
      outgoing.destroy();
      resolve(499);
    });
    attempt(!hasBody && REPEATABLE.has(head.method));
  });
}

const NO_BODY: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"]);
const REPEATABLE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Sends an answer that is there as a whole. */
export function sendWhole(response: ServerResponse, answer: WholeAnswer): void {
  if (response.destroyed || response.headersSent) return;
  const headers = answer.headers.filter(([name]) => name.toLowerCase() !== "content-length");
  response.writeHead(answer.status, [...headers.flat(), "content-length", String(answer.body.length)]);
  response.end(answer.body);
}
