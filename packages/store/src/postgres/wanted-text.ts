import { fromStoredText, toStoredText } from "../columns/stored-text.ts";

// Inner lists hold no empty text, and a login ID may be one.
const FIRST = "=";

/** A login ID as it stands in the tables of plans. */
export function wantedText(loginId: string): string {
  return FIRST + toStoredText(loginId);
}

/** The login ID that {@link wantedText} was given. */
export function fromWantedText(text: string): string {
  return fromStoredText(text.slice(FIRST.length));
}
