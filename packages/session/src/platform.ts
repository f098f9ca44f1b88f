import type { Jwk } from "./jwk.ts";
import type { Algorithm, MaybePromise } from "./options.ts";

/** Encodings of the place where the code runs. */
export interface Encodings {
  /** The bytes of canonical base64url; undefined for any other text. */
  readonly decode: (text: string) => Uint8Array | undefined;
  /** Base64url without padding. */
  readonly encode: (bytes: Uint8Array) => string;
  /** The text of canonical base64url of UTF-8; undefined when it is not UTF-8, `null` when it is not base64url. */
  readonly decodeText: (text: string) => string | undefined | null;
}

/** Cryptography and encodings of the place where the code runs. */
export interface Platform<Key> extends Encodings {
  readonly importKey: (jwk: Jwk, algorithm: Algorithm) => MaybePromise<Key>;
  /** Whether the signature of an ASCII text is right, and in canonical base64url. */
  readonly verify: (algorithm: Algorithm, key: Key, signed: string, signature: string) => MaybePromise<boolean>;
  readonly sha256: (text: string) => MaybePromise<Uint8Array>;
}
