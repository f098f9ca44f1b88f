/** Makes identifiers in the shape of Descope's: a prefix, a `2`, and base-62 digits. */

import type { SeededRandom } from "../wire/seeded-random.ts";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** What identifiers are for, by prefix. */
export type IdentifierPrefix = "U" | "T" | "ROL" | "PER" | "K" | "CI" | "SA" | "TPA" | "JT" | "SSO";

/** Makes identifiers and secrets. */
export interface IdentifierSource {
  /** A new identifier: prefix, `2`, 26 base-62 digits. */
  next(prefix: IdentifierPrefix): string;
  /** A text of base-62 digits, twice `pairCount` (at most 120) long; for tokens and secrets. */
  secret(pairCount: number): string;
  /** A code of decimal digits. */
  code(length: number): string;
}

/** Creates a source that draws from the given randomness. */
export function createIdentifierSource(random: SeededRandom): IdentifierSource {
  const buffer = Buffer.alloc(256);
  // Written as bytes: a text put together from parts would keep the parts in memory.
  const text = (prefix: string, count: number): string => {
    let length = buffer.write(prefix, "latin1");
    for (let i = 0; i < count; i += 1) {
      let bits = random.uint32() % 3844;
      buffer[length] = digits.charCodeAt(Math.floor(bits / 62));
      bits %= 62;
      buffer[length + 1] = digits.charCodeAt(bits);
      length += 2;
    }
    return buffer.toString("latin1", 0, length);
  };
  return {
    next: (prefix) => text(`${prefix}2`, 13),
    secret: (pairCount) => text("", pairCount),
    code: (length) => {
      let code = "";
      for (let i = 0; i < length; i += 1) code += String(random.integer(10));
      return code;
    },
  };
}
