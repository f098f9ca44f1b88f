/** Codes and link tokens that sign a user in once. */

import type { IdentifierSource } from "../identifiers.ts";
import type { JsonObject } from "../json-fields.ts";
import { Refusal } from "../refusal.ts";
import { ShortLivedMap } from "../short-lived-map.ts";

/** What a link token stands for. */
export interface LinkGrant {
  readonly userId: string;
  /** What the session says in `amr`. */
  readonly method: "email" | "sms" | "oauth" | "fed";
  readonly customClaims: JsonObject;
  /** What a successful use verifies, if anything. */
  readonly verifies?: "email" | "phone";
  /** The tenant that becomes current, if one was chosen. */
  readonly tenantId?: string;
  /** Lets the waiting side of an enchanted link in. */
  readonly pendingRef?: string;
  /** The SSO configuration of that tenant. */
  readonly ssoId?: string;
}

interface Code {
  readonly code: string;
  readonly customClaims: JsonObject;
  attempts: number;
}

const codeLifetimeMs = 3 * 60_000;
const mostAttempts = 3;
const pendingLifetimeMs = 10 * 60_000;

/** Issues and redeems codes and link tokens. */
export class OneTimeTokens {
  readonly #ids: IdentifierSource;
  readonly #links: ShortLivedMap<LinkGrant>;
  readonly #codes: ShortLivedMap<Code>;
  readonly #pending: ShortLivedMap<LinkGrant | "waiting">;

  constructor(ids: IdentifierSource, clock: () => number) {
    this.#ids = ids;
    this.#links = new ShortLivedMap(clock);
    this.#codes = new ShortLivedMap(clock);
    this.#pending = new ShortLivedMap(clock);
  }

  /** Issues a link token. @param lifetimeMs - How long it is good. */
  issueLink(grant: LinkGrant, lifetimeMs: number): string {
    const token = this.#ids.secret(32);
    this.#links.set(token, grant, lifetimeMs);
    return token;
  }

  /**
   * @param methods - What the token may stand for.
   * @throws Refusal when the token is unknown, used or too old.
   */
  redeemLink(token: string, methods: readonly LinkGrant["method"][] = ["email", "sms"]): LinkGrant {
    const grant = this.#links.get(token);
    if (grant !== undefined && methods.includes(grant.method)) this.#links.delete(token);
    if (grant === undefined || !methods.includes(grant.method))
      throw new Refusal(401, "E062504", "Token expired", "The token is expired, used or unknown");
    return grant;
  }

  /** Issues a code of six digits for a user and a method. An earlier one ends. */
  issueCode(userId: string, method: string, customClaims: JsonObject = {}): string {
    const code = this.#ids.code(6);
    this.#codes.set(`${userId} ${method}`, { code, customClaims, attempts: 0 }, codeLifetimeMs);
    return code;
  }

  /** @throws Refusal when the code is wrong, was tried too often, or is too old. */
  redeemCode(userId: string, method: string, code: string): JsonObject {
    const key = `${userId} ${method}`;
    const issued = this.#codes.get(key);
    if (issued === undefined) throw new Refusal(401, "E061102", "Code is wrong", "Invalid code");
    issued.attempts += 1;
    if (issued.attempts > mostAttempts)
      throw new Refusal(401, "E061103", "Too many attempts", "Too many attempts with this code");
    if (issued.code !== code) throw new Refusal(401, "E061102", "Code is wrong", "Invalid code");
    this.#codes.delete(key);
    return issued.customClaims;
  }

  /** Opens a waiting place for an enchanted link. */
  openPending(): string {
    const reference = this.#ids.secret(20);
    this.#pending.set(reference, "waiting", pendingLifetimeMs);
    return reference;
  }

  /** Lets the side in that waits. */
  fulfilPending(reference: string, grant: LinkGrant): void {
    if (this.#pending.has(reference)) this.#pending.set(reference, grant, pendingLifetimeMs);
  }

  /** @throws Refusal while the link was not followed yet. */
  takePending(reference: string): LinkGrant {
    const grant = this.#pending.get(reference);
    if (grant === undefined || grant === "waiting")
      throw new Refusal(401, "E062503", "Sign-in pending", "The link was not followed yet");
    this.#pending.delete(reference);
    return grant;
  }
}
