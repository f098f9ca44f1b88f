import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@cognito-to-descope/core";

/** Sessions of signed-in operators, in memory: they end with the process. */
export interface ConsoleSessions {
  /** Begins one. Gives the secret that the cookie holds. */
  begin(operator: string): string;
  /** Who has the secret; undefined when nobody has it, or has not used it for too long. */
  find(secret: string): string | undefined;
  /** Whether it has not been ended. Asking is no use of it. */
  isOpen(secret: string): boolean;
  end(secret: string): void;
}

/** Beyond that the session that was used longest ago ends. */
const MOST_SESSIONS = 1000;

/** @param idleMs - How long a session lives without being used, in milliseconds. */
export function createSessions(clock: Pick<Clock, "monotonic">, idleMs: number): ConsoleSessions {
  // By hash: a copy of the memory does not give anybody a session.
  const sessions = new Map<string, { readonly operator: string; usedAt: number }>();
  const keyOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
  return {
    begin(operator) {
      const secret = randomBytes(32).toString("base64url");
      const [oldest] = sessions.keys();
      if (sessions.size >= MOST_SESSIONS && oldest !== undefined) sessions.delete(oldest);
      sessions.set(keyOf(secret), { operator, usedAt: clock.monotonic() });
      return secret;
    },
    find(secret) {
      const key = keyOf(secret);
      const session = sessions.get(key);
      if (session === undefined) return undefined;
      const now = clock.monotonic();
      sessions.delete(key);
      if (now - session.usedAt > idleMs) return undefined;
      session.usedAt = now;
      // Set anew, it is the youngest of the map.
      sessions.set(key, session);
      return session.operator;
    },
    isOpen: (secret) => sessions.has(keyOf(secret)),
    end(secret) {
      sessions.delete(keyOf(secret));
    },
  };
}
