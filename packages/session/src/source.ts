import type { KeySet } from "./key-set.ts";
import type { VerifyOptions } from "./options.ts";
import type { Principal, Provider } from "./principal.ts";
import type { JsonObject } from "./strict-json.ts";

/** A principal before its subject is decided. */
export type Draft = { -readonly [Name in keyof Principal]: Principal[Name] };

/** One pool or project of the config, ready to judge tokens. */
export interface Source {
  readonly provider: Provider;
  /** User pool ID or project ID. */
  readonly id: string;
  /** Scopes that every token must have. */
  readonly scopes: readonly string[];
  /**
   * Checks what the claims say of the token itself. Runs before the signature is checked, so that a token that would be
   * refused anyway costs neither a signature nor a reading of keys.
   */
  readonly check: (claims: JsonObject, options: VerifyOptions) => void;
  /** The principal of verified claims. */
  readonly normalise: (claims: JsonObject) => Draft;
  /** What the principal must be beyond what a route asks for. */
  readonly authorise: (claims: JsonObject) => void;
  /** Thumbprint of the key that the token is bound to; whether a proof is needed. */
  readonly binding: (claims: JsonObject) => Binding;
}

/** How a token is bound to its holder. */
export interface Binding {
  /** Thumbprint of the DPoP key. */
  readonly jkt: string | undefined;
  readonly needsProof: boolean;
}

/** Where an issuer leads. */
export interface Route<Key> {
  readonly source: Source;
  readonly keys: KeySet<Key>;
}
