const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Letters and digits of the service's own IDs after their prefix. */
const LENGTH = 27;

/**
 * An ID of the service's own form (`SC2` and 27 letters and digits) that follows from a text: the same text, the same ID.
 *
 * It only has to differ from others by accident, so a plain hash will do.
 */
export function derivedId(prefix: string, text: string): string {
  let id = "";
  for (let round = 0; id.length < LENGTH; round += 1) {
    let rest = fnv1a(`${round}/${text}`);
    for (let digit = 0; digit < 5; digit += 1) {
      id += ALPHABET[rest % ALPHABET.length] ?? "";
      rest = Math.floor(rest / ALPHABET.length);
    }
  }
  return `${prefix}2${id.slice(0, LENGTH)}`;
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  // Neighbouring texts would have neighbouring hashes otherwise.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}
