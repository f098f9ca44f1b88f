import { type Clock, type StateStore, SYNC_EVENT, type SyncEvent } from "@cognito-to-descope/core";
import { Hono } from "hono";
import { z } from "zod";
import { problem } from "../../http/problem.ts";
import { rateLimit } from "../../http/rate-limit.ts";
import { readText } from "../../http/read-text.ts";
import type { RequestRate } from "../../http/token-buckets.ts";
import { createReplayCache } from "./replay-cache.ts";
import { verifySignature } from "./verify-signature.ts";

/** What the route needs. */
export interface SyncEventOptions {
  readonly projectId: string;
  readonly userPoolIds: readonly string[];
  readonly secret: string;
  readonly store: Pick<StateStore, "touchUser">;
  readonly clock: Clock;
  /** Requests of one address. */
  readonly rate: RequestRate;
}

/** How far the sender's clock may be from this one's. */
const TOLERANCE_MS = 300_000;

const MAX_BODY_BYTES = 4096;
const MAX_REMEMBERED = 100_000;

const syncEvent: z.ZodType<SyncEvent> = z.object({
  id: z.string().min(1).max(100),
  userPoolId: z.string().min(1).max(55),
  // Printable ASCII: a sub has the form of a UUID today, which AWS does not promise.
  sub: z.string().regex(/^[\x21-\x7e]{1,128}$/),
});

/** Takes events of the trigger of a pool, and notes the user in the state store. */
export function syncEventRoutes(options: SyncEventOptions): Hono {
  const { projectId, userPoolIds, secret, store, clock, rate } = options;
  const received = createReplayCache(MAX_REMEMBERED, () => clock.now());
  const routes = new Hono();
  routes.post(
    SYNC_EVENT.path,
    rateLimit(rate, () => clock.monotonic()),
    async (c) => {
      const timestamp = c.req.header(SYNC_EVENT.timestampHeader) ?? "";
      const signature = c.req.header(SYNC_EVENT.signatureHeader) ?? "";
      const body = await readText(c, MAX_BODY_BYTES);
      if (body === undefined) return problem(c, "body-too-large");
      // Nothing else is said to whoever does not know the secret.
      if (!verifySignature(secret, timestamp, body, signature)) return problem(c, "unauthorized");
      const signedAt = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : 0;
      if (Math.abs(clock.now() - signedAt) > TOLERANCE_MS) return problem(c, "timestamp-out-of-range");
      if (c.req.header("content-type")?.split(";")[0]?.trim() !== "application/json") {
        return problem(c, "unsupported-media-type");
      }
      const parsed = syncEvent.safeParse(parseJson(body));
      if (!parsed.success) return problem(c, "invalid-event");
      const { userPoolId, sub } = parsed.data;
      if (!userPoolIds.includes(userPoolId)) return problem(c, "unknown-user-pool");
      if (!received.add(signature, signedAt + TOLERANCE_MS)) return problem(c, "replayed");
      try {
        await store.touchUser(projectId, userPoolId, sub, clock.now());
      } catch {
        received.remove(signature);
        return problem(c, "unavailable", { "retry-after": "5" });
      }
      return c.body(null, 202);
    },
  );
  routes.all(SYNC_EVENT.path, (c) => problem(c, "method-not-allowed", { allow: "POST" }));
  return routes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
