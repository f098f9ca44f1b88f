/** E-mail addresses and telephone numbers, as far as the service looks at them. */

import { invalid } from "../refusal.ts";

/**
 * Checks an e-mail address.
 *
 * @returns The address without surrounding spaces; empty when there is none.
 * @throws Refusal when it cannot be one.
 */
export function readEmail(email: string): string {
  const trimmed = email.trim();
  if (trimmed === "") return "";
  if (!/^[^\s@]+@[^\s@]+$/.test(trimmed) || trimmed.length > 320)
    throw invalid("The email field must be a valid email address");
  return trimmed;
}

/**
 * Normalises a telephone number as the service does: punctuation goes, a leading plus stays.
 *
 * @throws Refusal when it cannot be one.
 */
export function readPhone(phone: string): string {
  const trimmed = phone.trim();
  if (trimmed === "") return "";
  const bare = trimmed.replaceAll(/[\s().-]/g, "");
  if (!/^\+?\d{4,20}$/.test(bare)) throw invalid("The phone field must be a valid phone number");
  return bare;
}

/** An e-mail address as answers show it to somebody who is not signed in. */
export function maskEmail(email: string): string {
  const at = email.indexOf("@");
  return at < 1 ? "" : `${email.slice(0, 1)}****${email.slice(at)}`;
}

/** A telephone number as answers show it to somebody who is not signed in. */
export function maskPhone(phone: string): string {
  return phone === "" ? "" : `${"*".repeat(Math.max(0, phone.length - 4))}${phone.slice(-4)}`;
}
