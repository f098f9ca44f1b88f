/** Hashing, passed in because this package has no platform. */
export interface Digest {
  /** SHA-256 of the UTF-8 text, in lower-case hexadecimal. */
  sha256(text: string): string;
}
