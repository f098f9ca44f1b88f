import { ExchangeRefused, ExchangeUnavailable, SessionError, withoutStack } from "../errors.ts";
import type { Verifier } from "../options.ts";
import type { Principal } from "../principal.ts";
import type { ReplayStore } from "../replay-store.ts";

/** A Descope session that stands for a Cognito one. */
export interface ExchangedSession {
  readonly sessionJwt: string;
  readonly refreshJwt: string;
  /** The `sub` that the project keeps of the user whose session it is. */
  readonly cognitoSub: string;
  /** Seconds for which the refresh token is valid. */
  readonly refreshMaxAgeSeconds?: number;
}

/**
 * Makes a session for the user that a `sub` of the pool belongs to.
 *
 * @returns Undefined when the project has no such user.
 */
export type Exchanger = (
  principal: Principal & { readonly cognitoSub: string },
) => Promise<ExchangedSession | undefined>;

/** What is known of a Cognito session that was exchanged. */
export interface Exchanged {
  readonly principal: Principal;
  readonly token: string;
  readonly refreshToken: string | undefined;
}

/** What became of an exchange. */
export interface ExchangeEvent {
  readonly outcome: "exchanged" | "refused" | "revoked" | "revocation-failed";
  /** Reason of a refusal. */
  readonly reason: SessionError["reason"] | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** How sessions are exchanged. */
export interface ExchangeOptions {
  /** Must accept tokens of the pool, and sessions of the project. */
  readonly verifier: Pick<Verifier, "verify">;
  readonly exchanger: Exchanger;
  /** Which tokens were exchanged. With several processes they must share it. */
  readonly replay: ReplayStore;
  /** Which Cognito token is exchanged. @defaultValue "id" */
  readonly tokenUse?: "id" | "access";
  /** Seconds after its issue for which a token can be exchanged. @defaultValue 300 */
  readonly maxAgeSeconds?: number;
  /** Seconds after the sign-in for which its tokens can be exchanged. @defaultValue no limit */
  readonly maxAuthAgeSeconds?: number;
  /**
   * What can be exchanged once: each token, or each sign-in (`origin_jti`). With `sign-in`, a browser that loses the
   * answer must sign in again.
   *
   * @defaultValue "token"
   */
  readonly once?: "token" | "sign-in";
  /** Seconds for which a sign-in is remembered. @defaultValue 2592000, the usual life of a refresh token */
  readonly rememberSignInSeconds?: number;
  /** Ends the Cognito session afterwards. Its failure does not undo the exchange, and is told to {@link onExchange}. */
  readonly revoke?: (exchanged: Exchanged) => Promise<void>;
  /** Called for every exchange. What it throws is ignored. */
  readonly onExchange?: (event: ExchangeEvent) => void;
  /** Milliseconds since the epoch. @defaultValue Date.now */
  readonly now?: () => number;
}

/** Exchanges a Cognito token for a Descope session. */
export type Exchange = (
  token: string,
  options?: { readonly refreshToken?: string },
) => Promise<Omit<ExchangedSession, "cognitoSub">>;

/** Clocks of the pool and of this machine may differ by so much. */
const TOLERANCE_SECONDS = 5;

/**
 * Creates the exchange that spares users a second sign-in: a verified, fresh Cognito token, once, for a session of the
 * same user in the project.
 *
 * Nothing is exchanged unless an application creates this and mounts it. A token that came to nothing because the
 * project could not answer can be tried again.
 *
 * @throws ExchangeRefused, ExchangeUnavailable and the verifier's errors, from the function that is given back.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const { verifier, exchanger, replay, tokenUse = "id", now = Date.now } = options;
  const tell = (outcome: ExchangeEvent["outcome"], reason?: SessionError["reason"]): void => {
    try {
      options.onExchange?.({ outcome, reason, at: now() });
    } catch {
      // A metric that cannot be written must not sign anybody out.
    }
  };

  const exchange = async (token: string, refreshToken: string | undefined): Promise<ExchangedSession> => {
    const principal = await verifier.verify(token, { mode: "cognito-only", tokenUse, kind: "user" });
    const { cognitoSub } = principal;
    if (cognitoSub === undefined) throw refused("not-cognito");
    checkFreshness(principal, options, now());
    const key = await replayKey(principal, token, options);
    const expiresAt =
      options.once === "sign-in"
        ? now() + (options.rememberSignInSeconds ?? 2_592_000) * 1000
        : (principal.expiresAt + 600) * 1000;
    const isNew: unknown = await asStore(() => replay.add(key, expiresAt));
    if (isNew !== true) throw refused("replayed");
    let session: ExchangedSession;
    try {
      session = await makeSession(exchanger, verifier, { ...principal, cognitoSub });
    } catch (error) {
      await asStore(() => replay.remove(key)).catch(() => undefined);
      throw error;
    }
    tell("exchanged");
    if (options.revoke !== undefined) {
      try {
        await options.revoke({ principal, token, refreshToken });
        tell("revoked");
      } catch {
        tell("revocation-failed");
      }
    }
    return session;
  };

  return async (token, { refreshToken } = {}) => {
    try {
      const { cognitoSub: _known, ...session } = await exchange(token, refreshToken);
      return session;
    } catch (error) {
      if (error instanceof SessionError) tell("refused", error.reason);
      throw error;
    }
  };
}

function checkFreshness(principal: Principal, options: ExchangeOptions, nowMs: number): void {
  const { maxAgeSeconds = 300, maxAuthAgeSeconds = Infinity } = options;
  const age = nowMs / 1000 - principal.issuedAt;
  const authAge = maxAuthAgeSeconds === Infinity ? 0 : nowMs / 1000 - (principal.authTime ?? -Infinity);
  if (age > maxAgeSeconds + TOLERANCE_SECONDS || authAge > maxAuthAgeSeconds + TOLERANCE_SECONDS) {
    throw refused("not-fresh");
  }
}

async function makeSession(
  exchanger: Exchanger,
  verifier: Pick<Verifier, "verify">,
  principal: Principal & { readonly cognitoSub: string },
): Promise<ExchangedSession> {
  let session: ExchangedSession | undefined;
  try {
    session = await exchanger(principal);
  } catch (error) {
    if (error instanceof SessionError) throw error;
    throw new ExchangeUnavailable("exchanger-failed", { provider: "descope", cause: error });
  }
  if (session === undefined) throw refused("no-user");
  // Whoever made the session says whose it is, and so does the token, where its template tells: neither may disagree.
  if (session.cognitoSub !== principal.cognitoSub) throw refused("wrong-user");
  let made: Principal;
  try {
    made = await verifier.verify(session.sessionJwt, { mode: "descope-only", kind: "user" });
  } catch (error) {
    throw new ExchangeUnavailable("exchanger-failed", { provider: "descope", cause: error });
  }
  if (made.cognitoSub !== undefined && made.cognitoSub !== principal.cognitoSub) throw refused("wrong-user");
  return session;
}

async function replayKey(principal: Principal, token: string, { once = "token" }: ExchangeOptions): Promise<string> {
  if (once === "sign-in" && principal.sessionId !== undefined) return `exchange:${principal.sessionId}`;
  if (principal.tokenId !== undefined) return `exchange:${principal.tokenId}`;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  return `exchange:${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

async function asStore<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new ExchangeUnavailable("store-failed", { provider: "cognito", cause: error });
  }
}

function refused(reason: "not-fresh" | "replayed" | "no-user" | "wrong-user" | "not-cognito"): ExchangeRefused {
  return withoutStack(() => new ExchangeRefused(reason, { provider: "cognito" }));
}
