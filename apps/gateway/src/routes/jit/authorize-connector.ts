import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The header in which Descope's connectors send the HMAC of a request. */
export const HMAC_HEADER = "x-descope-webhook-s256";

/** The bytes that an HMAC was made of. Which of them Descope signs is not documented without doubt. */
export type HmacReading =
  /** The body as it came. */
  | "body"
  /** The body parsed and written again. */
  | "rewritten-json"
  /** The base64 of the body. */
  | "base64";

/**
 * Which of several tokens a request shows; undefined when none.
 *
 * Takes the same time whichever it is: every token is compared, by hashes of one length.
 *
 * @param header - The header `authorization`.
 */
export function shownToken(header: string, tokens: readonly string[]): number | undefined {
  const shown = hash(/^bearer (.*)$/is.exec(header)?.[1]?.trim() ?? "");
  let found: number | undefined;
  for (const [index, token] of tokens.entries()) {
    if (timingSafeEqual(shown, hash(token)) && token !== "") found = index;
  }
  return found;
}

/**
 * Which reading of a body an HMAC-SHA256 in base64 was made of, with one of several secrets; undefined when none.
 *
 * Takes the same time whichever it is: every reading is compared with every secret.
 */
export function hmacReading(header: string, body: string, secrets: readonly string[]): HmacReading | undefined {
  const shown = hash(header.trim());
  const readings: readonly (readonly [HmacReading, string])[] = [
    ["base64", Buffer.from(body, "utf8").toString("base64")],
    ["rewritten-json", rewritten(body)],
    ["body", body],
  ];
  let found: HmacReading | undefined;
  for (const secret of secrets) {
    for (const [reading, bytes] of readings) {
      const expected = createHmac("sha256", secret).update(bytes, "utf8").digest("base64");
      if (timingSafeEqual(shown, hash(expected))) found = reading;
    }
  }
  return found;
}

function rewritten(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return body;
  }
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
