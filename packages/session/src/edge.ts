/**
 * The same verifier on WebCrypto, for edge runtimes. Signatures are checked asynchronously there.
 *
 * @module
 */
import { TokenVerifier } from "./create-verifier.ts";
import type { EdgeVerifier, VerifierOptions } from "./options.ts";
import { webPlatform } from "./web-platform.ts";

export * from "./exports.ts";

/**
 * Creates a verifier for runtimes with WebCrypto and fetch.
 *
 * @throws TypeError, RangeError when an option is not valid.
 */
export function createVerifier(options: VerifierOptions): EdgeVerifier {
  const verifier = new TokenVerifier(webPlatform, options);
  return {
    verify: (token, route) => verifier.verify(token, route),
    hydrate: () => verifier.hydrate(),
    statistics: () => verifier.statistics(),
  };
}
