import { Buffer } from "node:buffer";
import { fromStoredText, toStoredText } from "../columns/stored-text.ts";

const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * A `sub` as it is kept in keys: 16 bytes for a UUID, text for anything else.
 *
 * Cognito's subs are UUIDs today, though AWS does not promise it. In 16 bytes a million of them sort, and are looked
 * up by every membership, in less than two thirds of the time. SQLite holds no blob equal to a text, so the two forms never meet.
 */
export function subKey(sub: string): string | Uint8Array {
  return isUuid(sub) ? Buffer.from(sub.replaceAll("-", ""), "hex") : toStoredText(sub);
}

/** Whether {@link subKey} of the `sub` is what SQL calls `unhex(sub, '-')`. */
export function isUuid(sub: string): boolean {
  return CANONICAL_UUID.test(sub);
}

/** The `sub` that {@link subKey} was given. */
export function fromSubKey(key: string | Uint8Array): string {
  if (typeof key === "string") return fromStoredText(key);
  const hex = Buffer.from(key).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
