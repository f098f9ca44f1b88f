/** Which refresh tokens are good. Session tokens are not kept: they live until they expire. */

import { createHash } from "node:crypto";

interface LiveToken {
  readonly userId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Keeps refresh tokens by digest. */
export class SessionStore {
  readonly #live = new Map<string, LiveToken>();
  readonly #byUser = new Map<string, Set<string>>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Users that hold at least one good refresh token. */
  get size(): number {
    return this.#byUser.size;
  }

  open(refreshJwt: string, userId: string, expiresAt: number): void {
    const digest = digestOf(refreshJwt);
    this.#live.set(digest, { userId, expiresAt });
    const held = this.#byUser.get(userId);
    if (held === undefined) this.#byUser.set(userId, new Set([digest]));
    else held.add(digest);
  }

  /** The user of a good refresh token. */
  userOf(refreshJwt: string): string | undefined {
    const token = this.#live.get(digestOf(refreshJwt));
    return token === undefined || token.expiresAt <= this.#clock() ? undefined : token.userId;
  }

  close(refreshJwt: string): void {
    const digest = digestOf(refreshJwt);
    const token = this.#live.get(digest);
    if (token === undefined) return;
    this.#live.delete(digest);
    this.#byUser.get(token.userId)?.delete(digest);
  }

  closeAll(userId: string): void {
    for (const digest of this.#byUser.get(userId) ?? []) this.#live.delete(digest);
    this.#byUser.delete(userId);
  }
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
