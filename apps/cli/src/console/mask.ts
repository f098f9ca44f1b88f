/** What a value is, for how much of it a mask may show. */
export type PersonalKind = "email" | "phone" | "text";

const MASK = "…";
/** Characters in a row that a mask never shows of a value. */
const TOO_MANY = 3;

/**
 * A personal value as it is shown before it is asked for: enough to tell it from a few others, and never three characters in a
 * row. An email address is `a…@e…`, a phone number `+4…12`, anything else its first letter: `A…`.
 *
 * The same value has the same mask everywhere, so that a difference between two sides still shows.
 *
 * @param kind - What the value is; found out from the value itself where it is left out.
 */
export function mask(value: string, kind: PersonalKind = kindOf(value)): string {
  if (value === "") return "";
  const masked = maskAs(value, kind);
  // A value may be of dots itself, or so short that its mask shows most of it.
  return showsTooMuch(masked, value) ? MASK : masked;
}

function maskAs(value: string, kind: PersonalKind): string {
  const [first = ""] = value;
  if (kind === "email") {
    const at = value.lastIndexOf("@");
    const [domain = ""] = value.slice(at + 1);
    if (at > 0 && domain !== "") return `${first}${MASK}@${domain}${MASK}`;
  }
  if (kind === "phone" && value.length >= 8) return `${value.slice(0, 2)}${MASK}${value.slice(-2)}`;
  return `${first}${MASK}`;
}

function kindOf(value: string): PersonalKind {
  if (/^\+[\d\s()./-]{6,}$/.test(value)) return "phone";
  return value.includes("@") ? "email" : "text";
}

function showsTooMuch(masked: string, value: string): boolean {
  // Counted by UTF-16 units. Of a value of two letters the first would be half.
  if (value.length < TOO_MANY) return true;
  for (let start = 0; start + TOO_MANY <= masked.length; start++) {
    if (value.includes(masked.slice(start, start + TOO_MANY))) return true;
  }
  return false;
}

/** Fields of a user that are no personal data: states, rights, and the IDs by which users are named everywhere. */
const OPEN_FIELDS = new Set([
  "sub",
  "userId",
  "verifiedEmail",
  "verifiedPhone",
  "email_verified",
  "phone_number_verified",
  "status",
  "roleNames",
  "userTenants",
  "createdTime",
  "updated_at",
  "customAttributes.cognitoSub",
  "customAttributes.cognitoSubs",
  "customAttributes.freshlyMigrated",
]);

const KINDS: Readonly<Record<string, PersonalKind>> = { email: "email", phone: "phone", phone_number: "phone" };

/** Whether a field, or an attribute of a pool, is shown without a mask. */
export function isOpenField(field: string): boolean {
  return OPEN_FIELDS.has(field);
}

/** The values of a field as texts, masked where they are personal data. */
export function maskField(field: string, values: readonly string[]): readonly string[] {
  return isOpenField(field) ? values : values.map((value) => mask(value, KINDS[field]));
}
