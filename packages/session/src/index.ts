/**
 * Verifies Cognito and Descope tokens side by side, and gives one principal for both.
 *
 * @module
 */
import { TokenVerifier } from "./create-verifier.ts";
import { nodePlatform } from "./node-platform.ts";
import type { Verifier, VerifierOptions } from "./options.ts";

export * from "./exports.ts";

/**
 * Creates a verifier for Node.
 *
 * Nothing is read until the first token or {@link Verifier.hydrate}. Every check that the options do not name is on.
 *
 * @example
 * Accept access tokens of one app client, and sessions of the project, by the pool's `sub`.
 * ```ts
 * import { createVerifier } from "@cognito-to-descope/session";
 *
 * const verifier = createVerifier({
 *   cognito: [{ userPoolId: "us-east-1_AbCdEf123", clientId: "1example23456789", tokenUse: "access", roles: "group-names" }],
 *   descope: [{ projectId: "P2abcdefghijklmnopqrstuvwxyz", audience: null }],
 *   mode: "dual",
 *   subject: { use: "cognito", unmapped: "refuse" },
 * });
 * await verifier.hydrate();
 * const principal = verifier.verifySync("eyJ…");
 * ```
 *
 * @throws TypeError, RangeError when an option is not valid.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  return new TokenVerifier(nodePlatform, options);
}
