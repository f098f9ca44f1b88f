import { TokenMalformed, TokenUntrusted, withoutStack } from "./errors.ts";
import type { Encodings } from "./platform.ts";
import { isJsonObject, type JsonObject, parseStrictJson } from "./strict-json.ts";

/** The three parts of a compact JWT, still encoded. */
export interface TokenParts {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
  /** What the signature is of. */
  readonly signed: string;
}

/** What of a header counts. */
export interface TokenHeader {
  readonly alg: string;
  readonly kid: string;
}

/** Longest key ID; Cognito's have 44 characters, Descope's 29. */
const MAX_KEY_ID_LENGTH = 256;

/**
 * Headers that name a key, or change what the signature means. Neither provider uses them; whoever does wants to be
 * believed on their own word.
 */
const REFUSED_HEADERS: readonly string[] = ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc", "epk"];

/** Types of tokens that are accepted; without one a token is just a JWT. */
const TYPES: ReadonlySet<string> = new Set(["jwt", "at+jwt", "application/at+jwt"]);

/** @throws TokenMalformed */
export function splitToken(token: unknown, maxLength: number): TokenParts {
  if (typeof token !== "string") throw withoutStack(() => new TokenMalformed("not-a-string"));
  if (token.length > maxLength) throw withoutStack(() => new TokenMalformed("too-large"));
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  if (first <= 0 || second <= first + 1 || second === token.length - 1 || token.includes(".", second + 1)) {
    throw withoutStack(() => new TokenMalformed("not-three-parts"));
  }
  return {
    header: token.slice(0, first),
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
    signed: token.slice(0, second),
  };
}

/** @throws TokenMalformed */
export function readPart(part: string, encodings: Encodings): JsonObject {
  const text = encodings.decodeText(part);
  if (text === null) throw withoutStack(() => new TokenMalformed("not-base64url"));
  if (text === undefined) throw withoutStack(() => new TokenMalformed("not-utf8"));
  return parseStrictJson(text);
}

/** @throws TokenMalformed, TokenUntrusted */
export function readHeader(part: string, encodings: Encodings): TokenHeader {
  const header = readPart(part, encodings);
  for (const name of REFUSED_HEADERS) {
    if (header[name] !== undefined) throw withoutStack(() => new TokenUntrusted("header-refused"));
  }
  const { alg, kid, typ } = header;
  if (typeof alg !== "string") throw withoutStack(() => new TokenMalformed("header-invalid"));
  if (typeof kid !== "string" || kid === "" || kid.length > MAX_KEY_ID_LENGTH) {
    throw withoutStack(() => new TokenMalformed("header-invalid"));
  }
  if (typ !== undefined) {
    if (typeof typ !== "string") throw withoutStack(() => new TokenMalformed("header-invalid"));
    if (!TYPES.has(typ.toLowerCase())) throw withoutStack(() => new TokenUntrusted("type-refused"));
  }
  return { alg, kid };
}

/** A claim that is a text, or is not there. */
export function readText(claims: JsonObject, name: string): string | undefined {
  const value = claims[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw withoutStack(() => new TokenMalformed("claim-invalid"));
  return value;
}

/** A claim that is a time, or is not there. */
export function readTime(claims: JsonObject, name: string): number | undefined {
  const value = claims[name];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
    throw withoutStack(() => new TokenMalformed("claim-invalid"));
  }
  return value;
}

const NONE: readonly string[] = [];

/** A claim that is a list of texts; an empty one when it is not there. */
export function readTexts(claims: JsonObject, name: string): readonly string[] {
  const value = claims[name];
  if (value === undefined || value === null) return NONE;
  if (!Array.isArray(value) || !value.every((member) => typeof member === "string")) {
    throw withoutStack(() => new TokenMalformed("claim-invalid"));
  }
  return value;
}

/** A claim that is an object, or is not there. */
export function readObject(claims: JsonObject, name: string): JsonObject | undefined {
  const value = claims[name];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw withoutStack(() => new TokenMalformed("claim-invalid"));
  return value;
}

/** `aud`: one text or several. */
export function readAudience(claims: JsonObject): readonly string[] {
  const { aud } = claims;
  return typeof aud === "string" ? [aud] : readTexts(claims, "aud");
}
