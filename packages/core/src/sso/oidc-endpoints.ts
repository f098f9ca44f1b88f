import type { IdentityProvider } from "../pool/pool-snapshot.ts";

/** The endpoints of an OIDC provider, from its discovery document. */
export interface OidcEndpoints {
  readonly issuer: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /** Empty where the provider has none. */
  readonly userInfoUrl: string;
  readonly jwksUrl: string;
}

/** Endpoints that were discovered, or why they could not be. */
export type DiscoveryReading = { readonly endpoints: OidcEndpoints } | { readonly problem: string };

/** What a pool was told of a provider by hand; empty texts where it was left to discovery. */
export function givenEndpoints({ details }: Pick<IdentityProvider, "details">): OidcEndpoints {
  return {
    issuer: details["oidc_issuer"] ?? "",
    authorizeUrl: details["authorize_url"] ?? "",
    tokenUrl: details["token_url"] ?? "",
    userInfoUrl: details["attributes_url"] ?? "",
    jwksUrl: details["jwks_uri"] ?? "",
  };
}

/** Whether discovery is needed: what a provider cannot be used without is not given. */
export function needsDiscovery({ authorizeUrl, tokenUrl, jwksUrl }: OidcEndpoints): boolean {
  return authorizeUrl === "" || tokenUrl === "" || jwksUrl === "";
}

/** What was given by hand counts; discovery fills in the rest. */
export function joinEndpoints(given: OidcEndpoints, discovered: OidcEndpoints | undefined): OidcEndpoints {
  if (discovered === undefined) return given;
  return {
    issuer: given.issuer || discovered.issuer,
    authorizeUrl: given.authorizeUrl || discovered.authorizeUrl,
    tokenUrl: given.tokenUrl || discovered.tokenUrl,
    userInfoUrl: given.userInfoUrl || discovered.userInfoUrl,
    jwksUrl: given.jwksUrl || discovered.jwksUrl,
  };
}
