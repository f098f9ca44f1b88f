import { OpenAPIHono, z } from "@hono/zod-openapi";
import { LIVE_PATH } from "@cognito-to-descope/console/contract";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { ConsoleEnv } from "../console-env.ts";
import type { LiveEvent, LiveFeed } from "../live-feed.ts";
import { ConsoleRefusal } from "../problem.ts";

/** Pages that may listen at once. */
const MOST_LISTENERS = 100;
/** Events that may wait for a page that reads slowly; beyond that its stream ends, and it begins anew. */
const MOST_WAITING = 500;
/** A sign of life, so that a page and whatever is between notice a connection that is dead. */
const PING_MS = 10_000;

/** What ends streams. */
export interface StreamEnds {
  /** Ends all of them. */
  readonly signal: AbortSignal;
  /** Whether the session that a stream was opened with has been ended since. Looked at before anything is sent. */
  readonly isSignedOut: (c: Context<ConsoleEnv>) => boolean;
}

/** The stream of events. */
export function eventRoutes(
  feed: LiveFeed,
  clock: { sleep(ms: number, signal?: AbortSignal): Promise<void> },
  { signal, isSignedOut }: StreamEnds,
): OpenAPIHono<ConsoleEnv> {
  const routes = new OpenAPIHono<ConsoleEnv>();
  routes.openAPIRegistry.registerPath({
    method: "get",
    path: LIVE_PATH,
    operationId: "followEvents",
    summary: "Tells what changes, as server-sent events",
    description:
      "`data` of every event is one line of JSON. Events that replace (`overview`, `trouble`, …) are sent whole whenever they " +
      "have changed, and right away; `trouble` is a list of problem documents, empty when all is well.",
    tags: ["Live"],
    responses: { 200: { description: "A stream", content: { "text/event-stream": { schema: z.string() } } } },
  });
  routes.get(LIVE_PATH, (c) => {
    if (feed.listeners >= MOST_LISTENERS) {
      throw new ConsoleRefusal("too-many-pages", { headers: { "retry-after": "10" } });
    }
    // Proxies must hand on every event as it comes.
    c.header("x-accel-buffering", "no");
    return streamSSE(c, async (stream) => {
      const waiting: LiveEvent[] = [];
      let wake = (): void => undefined;
      const ended = new AbortController();
      const end = (): void => {
        ended.abort();
        wake();
      };
      stream.onAbort(end);
      signal.addEventListener("abort", end, { once: true });
      const unsubscribe = feed.subscribe((event) => {
        waiting.push(event);
        if (waiting.length > MOST_WAITING) end();
        else wake();
      });
      try {
        while (!ended.signal.aborted && !signal.aborted) {
          if (isSignedOut(c)) break;
          const event = waiting.shift();
          if (event !== undefined) {
            await stream.writeSSE(event);
            continue;
          }
          const ping = new AbortController();
          const woken = new Promise<void>((resolve) => {
            wake = resolve;
          });
          const silent = await Promise.race([
            woken.then(() => false),
            clock.sleep(PING_MS, ping.signal).then(
              () => true,
              () => false,
            ),
          ]);
          ping.abort();
          if (silent && !isSignedOut(c)) await stream.writeSSE({ event: "ping", data: "null" });
        }
      } finally {
        unsubscribe();
        signal.removeEventListener("abort", end);
      }
    });
  });
  return routes;
}
