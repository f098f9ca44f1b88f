import { SessionError } from "../errors.ts";
import { narrowPrincipal } from "../narrow-principal.ts";
import type { EdgeVerifier, VerifyOptions } from "../options.ts";
import type { Principal } from "../principal.ts";
import {
  type ChallengeOptions,
  type Denial,
  denyForeignOrigin,
  denyMalformedRequest,
  denyToken,
  denyWithoutToken,
} from "./denial.ts";
import type { CookieOptions, GuardOptions, RouteRequirements } from "./guard-options.ts";
import { type CredentialPlaces, type Credentials, isForeign, readCredentials } from "./read-credentials.ts";
import type { RequestView } from "./request-view.ts";

/** What became of a request. */
export type Admission =
  | { readonly denial: Denial; readonly principal?: undefined }
  | { readonly denial?: undefined; readonly principal: Principal | undefined };

/** Decides about requests, whatever the framework. */
export interface Guard {
  /** Verifies the token of a request for a route. Rejects only with errors that are not about the token. */
  readonly admit: (view: RequestView, route?: RouteRequirements) => Promise<Admission>;
  /** Holds a principal of {@link admit} against what a further route asks for. */
  readonly narrow: (view: RequestView, principal: Principal, route: RouteRequirements) => Admission;
  /** The answer to a request without a token. */
  readonly challenge: () => Denial;
}

/** A token that a guard verified for a request. */
interface Verified {
  readonly verifier: EdgeVerifier;
  readonly token: string;
  readonly principal: Principal;
}

/**
 * What earlier guards verified. A second guard of a request narrows it, so that a router and its routes may both have one:
 * a DPoP proof can be used once only.
 */
const verifiedByRequest = new WeakMap<object, Verified>();

/** @throws TypeError when an option is not valid. */
export function createGuard(options: GuardOptions): Guard {
  const { verifier, dpop, realm } = options;
  const places: CredentialPlaces = {
    header: options.header === null ? null : (options.header ?? "authorization").toLowerCase(),
    cookie: cookieOptions(options.cookie),
    dpop: dpop !== undefined,
  };
  if (places.header === null && places.cookie === undefined) {
    throw new TypeError('"header" is null and there is no "cookie": no request could bring a token');
  }
  if (realm !== undefined && !/^[\x20\x21\x23-\x5B\x5D-\x7E]*$/.test(realm)) {
    throw new TypeError('"realm" must be ASCII without quotes and backslashes');
  }
  if (dpop !== undefined && (!URL.canParse(dpop.origin) || new URL(dpop.origin).origin !== dpop.origin)) {
    throw new TypeError('"dpop.origin" must be an origin, such as https://api.example.com');
  }
  const challenges: ChallengeOptions = { realm, dpop: places.dpop };
  const base = requirementsOf(options);

  const verify = async (
    view: RequestView,
    credentials: Credentials,
    requirements: VerifyOptions,
  ): Promise<Principal> => {
    const { token } = credentials;
    const earlier = verifiedByRequest.get(view.identity);
    if (earlier?.verifier === verifier && earlier.token === token) {
      return narrowPrincipal(earlier.principal, requirements);
    }
    const principal = await verifier.verify(token, { ...requirements, ...proofOf(view, credentials, dpop) });
    verifiedByRequest.set(view.identity, { verifier, token, principal });
    return principal;
  };

  return {
    admit: async (view, route = {}) => {
      const credentials = readCredentials(view, places);
      if (credentials === "malformed") return { denial: denyMalformedRequest(challenges) };
      if (credentials === "none") {
        return route.anonymous === "allow" ? { principal: undefined } : { denial: denyWithoutToken(challenges) };
      }
      if (credentials.scheme === "cookie" && isForeign(view, places.cookie?.allowedOrigins)) {
        return { denial: denyForeignOrigin() };
      }
      const requirements = { ...base, ...requirementsOf(route) };
      try {
        return { principal: await verify(view, credentials, requirements) };
      } catch (error) {
        if (!(error instanceof SessionError)) throw error;
        return { denial: denyToken(error, credentials.scheme, requirements, challenges) };
      }
    },
    narrow: (view, principal, route) => {
      const requirements = requirementsOf(route);
      try {
        return { principal: narrowPrincipal(principal, requirements) };
      } catch (error) {
        if (!(error instanceof SessionError)) throw error;
        const credentials = readCredentials(view, places);
        const scheme = typeof credentials === "string" ? "bearer" : credentials.scheme;
        return { denial: denyToken(error, scheme, requirements, challenges) };
      }
    },
    challenge: () => denyWithoutToken(challenges),
  };
}

const REQUIREMENTS = ["mode", "tokenUse", "scopes", "roles", "permissions", "tenant", "kind"] as const;

/** The part that a verifier takes. What is undefined is left out, so that it takes nothing away from other options. */
export function requirementsOf(options: Omit<VerifyOptions, "dpop">): VerifyOptions {
  const given = REQUIREMENTS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return Object.fromEntries(given) as VerifyOptions;
}

function cookieOptions(cookie: GuardOptions["cookie"]): CookieOptions | undefined {
  return typeof cookie === "string" ? { name: cookie } : cookie;
}

/** The proof of a request. A token after `Bearer` is not a DPoP request, whatever else the request brings. */
function proofOf(
  view: RequestView,
  { scheme }: Credentials,
  dpop: GuardOptions["dpop"],
): Pick<VerifyOptions, "dpop"> | undefined {
  if (dpop === undefined || scheme === "bearer") return undefined;
  const proof = view.header("dpop");
  if (proof === undefined && scheme === "cookie") return undefined;
  return { dpop: { proof: proof ?? "", method: view.method, url: dpop.origin + pathOf(view.target) } };
}

/** The path of a request target, which may be a whole address. */
function pathOf(target: string): string {
  if (target.startsWith("/")) return target;
  return URL.canParse(target) ? new URL(target).pathname : "/";
}
