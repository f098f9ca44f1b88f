import type { MiddlewareHandler } from "hono";

const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["cache-control", "no-store"],
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
  ["cross-origin-resource-policy", "same-origin"],
  ["referrer-policy", "no-referrer"],
  // Browsers heed it over TLS only, which ends before this process.
  ["strict-transport-security", "max-age=31536000"],
  ["x-content-type-options", "nosniff"],
];

/** Headers of every answer: nothing here is a page, and nothing is to be kept. A page that is mounted has said otherwise itself. */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of HEADERS) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
};
