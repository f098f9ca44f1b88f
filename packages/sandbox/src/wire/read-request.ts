/** Reads HTTP requests whole. */

import type { IncomingMessage } from "node:http";

import type { WireRequest } from "./service.ts";

/** A request, and whether its body was larger than allowed (it is then empty here). */
export interface ReadRequest {
  readonly request: WireRequest;
  readonly tooLarge: boolean;
}

/**
 * Reads one request to its end. A body above the limit is read on and thrown away, so that the answer reaches the client.
 *
 * @throws The socket's error when the client goes away before the end.
 */
export async function readRequest(message: IncomingMessage, maxBodyBytes: number): Promise<ReadRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    message.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
      else chunks.length = 0;
      // A body without end is not worth an answer.
      if (size > maxBodyBytes * 16 + 64 * 1024 * 1024) message.destroy();
    });
    message.on("end", resolve);
    message.on("error", reject);
    message.on("aborted", () => reject(new Error("the client went away")));
  });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const target = message.url ?? "/";
  const mark = target.indexOf("?");
  const tooLarge = size > maxBodyBytes;
  return {
    tooLarge,
    request: {
      method: message.method ?? "GET",
      path: mark < 0 ? target : target.slice(0, mark),
      query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
      headers,
      body: tooLarge ? Buffer.alloc(0) : chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
      remoteAddress: message.socket.remoteAddress ?? "",
    },
  };
}
