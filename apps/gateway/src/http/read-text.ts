import type { Context } from "hono";

/**
 * Reads a body as text; undefined when it has more bytes than it may. Whatever the client says of its length, no more than one
 * piece beyond the limit is read.
 *
 * Hono's own `bodyLimit` cannot be used: of a body that comes in chunks it makes a new `Request`, which fails with the one of the
 * Node server.
 */
export async function readText(c: Context, maxBytes: number): Promise<string | undefined> {
  const length = c.req.header("content-length");
  if (length !== undefined && c.req.header("transfer-encoding") === undefined) {
    if (!(Number(length) <= maxBytes)) return undefined;
    // Node's parser holds a body to its length. Without a socket nobody does.
    const text = await c.req.text();
    return text.length > maxBytes ? undefined : text;
  }
  const { body } = c.req.raw;
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  // Left early, the stream is cancelled.
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
