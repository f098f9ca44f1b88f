import { TokenExpired, TokenMalformed, withoutStack } from "./errors.ts";
import { readTime } from "./parse-token.ts";
import type { Provider } from "./principal.ts";
import type { JsonObject } from "./strict-json.ts";

/** What times are compared with. */
export interface TimeRules {
  readonly toleranceSeconds: number;
  /** Infinity: none. */
  readonly maxAgeSeconds: number;
}

/** Checks `exp`, `nbf` and `iat`. @throws TokenMalformed, TokenExpired */
export function checkTimes(claims: JsonObject, nowMs: number, rules: TimeRules, provider: Provider): void {
  const now = nowMs / 1000;
  const { toleranceSeconds, maxAgeSeconds } = rules;
  const expiresAt = readTime(claims, "exp");
  const issuedAt = readTime(claims, "iat");
  const notBefore = readTime(claims, "nbf");
  if (expiresAt === undefined || issuedAt === undefined) {
    throw withoutStack(() => new TokenMalformed("claim-invalid", { provider }));
  }
  if (now >= expiresAt + toleranceSeconds) throw withoutStack(() => new TokenExpired("expired", { provider }));
  if (notBefore !== undefined && now + toleranceSeconds < notBefore) {
    throw withoutStack(() => new TokenExpired("not-yet-valid", { provider }));
  }
  if (now + toleranceSeconds < issuedAt) throw withoutStack(() => new TokenExpired("issued-in-future", { provider }));
  if (now - issuedAt > maxAgeSeconds + toleranceSeconds)
    throw withoutStack(() => new TokenExpired("too-old", { provider }));
}
