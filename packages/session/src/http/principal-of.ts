import type { Principal } from "../principal.ts";

/**
 * The principal of a request that a guard let through.
 *
 * @throws Error when no guard did, or the route lets requests through without a token.
 */
export function principalOf(request: { readonly principal?: Principal | null | undefined }): Principal {
  const { principal } = request;
  if (principal === undefined || principal === null) throw new Error("no session guard has set a principal");
  return principal;
}
