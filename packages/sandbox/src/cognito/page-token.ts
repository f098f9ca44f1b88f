/** Page tokens: a place in a list, bound to the request that made them, signed, and good for one hour. */

import { createHmac } from "node:crypto";

import { invalidParameter } from "./aws-error.ts";

const lifeMs = 60 * 60 * 1000;

/** Makes and reads tokens. Opaque to clients. */
export class PageTokens {
  readonly #key: string;
  readonly #now: () => number;

  /** @param key - Signs the tokens; the same key reads tokens of an earlier sandbox with the same seed. */
  constructor(key: string, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  /** A token for a place. `binding` is what the next request must repeat: operation, pool, filter, limit. */
  issue(position: number, binding: readonly unknown[]): string {
    const payload = `${position}.${this.#now()}`;
    return Buffer.from(`${payload}.${this.#sign(payload, binding)}`).toString("base64");
  }

  /**
   * The place of a token.
   *
   * @throws AwsError when the token is none, too old, or made by another request.
   */
  read(token: string, binding: readonly unknown[], refusal: string): number {
    const [position, issuedAt, signature] = Buffer.from(token, "base64").toString("latin1").split(".");
    const payload = `${position}.${issuedAt}`;
    if (signature === undefined || signature !== this.#sign(payload, binding)) throw invalidParameter(refusal);
    if (this.#now() - Number(issuedAt) > lifeMs) throw invalidParameter(refusal);
    return Number(position);
  }

  #sign(payload: string, binding: readonly unknown[]): string {
    return createHmac("sha256", this.#key)
      .update(JSON.stringify([payload, binding]))
      .digest("base64url");
  }
}

/** One page of a list held in memory. */
export function pageOf<T>(
  list: readonly T[],
  tokens: PageTokens,
  request: {
    readonly token: string | undefined;
    readonly limit: number;
    readonly binding: readonly unknown[];
  },
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const start =
    request.token === undefined ? 0 : tokens.read(request.token, request.binding, "Invalid pagination token");
  const end = start + request.limit;
  return {
    items: list.slice(start, end),
    next: end < list.length ? tokens.issue(end, request.binding) : undefined,
  };
}
