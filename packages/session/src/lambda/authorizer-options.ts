import { requirementsOf } from "../http/create-guard.ts";
import { readCookie } from "../http/read-credentials.ts";
import type { EdgeVerifier, VerifyOptions } from "../options.ts";
import type { Principal } from "../principal.ts";
import type { AuthorizerContext } from "./authorizer-context.ts";

/** What a token must be and its user must hold. */
export type AuthorizerRequirements = Omit<VerifyOptions, "dpop">;

/**
 * How an authorizer works. Tokens that are bound to a DPoP key are refused: an answer from the gateway's cache would let their
 * next request through without a proof.
 */
export interface AuthorizerOptions extends AuthorizerRequirements {
  readonly verifier: EdgeVerifier;
  /** What back ends get to know. @defaultValue {@link contextOf}, which holds no contact data */
  readonly context?: (principal: Principal) => AuthorizerContext;
}

/**
 * The one place of a request that holds the token. It must be an identity source of the authorizer, since the gateway caches
 * answers by those: with another one, a cached answer would be given to whoever comes next.
 */
export type TokenSource = { readonly header: string } | { readonly cookie: string } | { readonly query: string };

/** The parts of a request in an event. */
export interface EventParts {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly cookies?: readonly string[] | null;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
}

/** The requirements of options, without the rest. */
export function authorizerRequirements(options: AuthorizerRequirements): VerifyOptions {
  return requirementsOf(options);
}

/** Finds the token of an event. */
export function readToken(event: EventParts, source: TokenSource): string | undefined {
  if ("query" in source) return event.queryStringParameters?.[source.query] || undefined;
  if ("cookie" in source) {
    const header = event.cookies?.join("; ") ?? readEventHeader(event, "cookie");
    return readCookie(header, source.cookie);
  }
  return bareToken(readEventHeader(event, source.header));
}

/** A header, however the gateway spells its name. */
export function readEventHeader({ headers }: EventParts, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, value] of Object.entries(headers ?? {})) if (key.toLowerCase() === wanted) return value;
  return undefined;
}

/** A token that stands after `Bearer` or alone. */
export function bareToken(value: string | undefined): string | undefined {
  return /^(?:Bearer +)?([A-Za-z0-9\-._~+/]+=*)$/i.exec(value?.trim() ?? "")?.[1];
}
