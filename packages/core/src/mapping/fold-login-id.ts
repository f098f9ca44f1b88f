/**
 * The form in which two login IDs are compared: trimmed, normalised, lower case.
 *
 * Descope does not document whether login IDs differ by case. Folding finds the users that would collide if they do not.
 */
export function foldLoginId(loginId: string): string {
  // Some capitals have no composed form and their small letters do, so that lower case comes before composing too.
  return loginId.trim().normalize("NFC").toLowerCase().normalize("NFC");
}
