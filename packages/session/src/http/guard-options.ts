import type { EdgeVerifier, VerifyOptions } from "../options.ts";

/** What one route asks for. */
export interface RouteRequirements extends Omit<VerifyOptions, "dpop"> {
  /**
   * Whether requests without a token go through, without a principal. A token that is there is verified all the same,
   * and refused when it is wrong.
   *
   * @defaultValue "refuse"
   */
  readonly anonymous?: "refuse" | "allow";
}

/** A cookie that holds the token. */
export interface CookieOptions {
  /** Descope's web SDKs set `DS`. */
  readonly name: string;
  /**
   * Origins of other sites whose pages may send the cookie with a request that changes something, verbatim. Browsers
   * send cookies whoever's page asks, so such requests of other sites are refused.
   */
  readonly allowedOrigins?: readonly string[];
}

/** How a guard finds tokens, and what its routes ask for where they say nothing else. */
export interface GuardOptions extends Omit<RouteRequirements, "anonymous"> {
  readonly verifier: EdgeVerifier;
  /**
   * Header that holds the token: after `Bearer`, and in other headers than `Authorization` also bare. `null`: none.
   *
   * @defaultValue "authorization"
   */
  readonly header?: string | null;
  /** Cookie that is looked at when the header has no token. @defaultValue none */
  readonly cookie?: string | CookieOptions;
  /** `realm` of challenges. */
  readonly realm?: string;
  /**
   * Takes tokens after `DPoP` too, with their proof. `origin` is that of the API as its clients see it, such as
   * `https://api.example.com`: a header of the request cannot tell it, because a thief would choose it.
   */
  readonly dpop?: { readonly origin: string };
}
