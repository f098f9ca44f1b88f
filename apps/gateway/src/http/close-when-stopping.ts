import type { MiddlewareHandler } from "hono";

/**
 * Ends connections one by one while the gateway stops: each with the answer to its last request, so that no client sends one into a
 * connection that is closed at that moment.
 */
export function closeWhenStopping(isStopping: () => boolean): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (isStopping()) c.res.headers.set("connection", "close");
  };
}
