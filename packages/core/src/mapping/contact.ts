/** The address as it is to be stored, or undefined when no mail could reach it. */
export function validEmail(value: string | undefined): string | undefined {
  const email = value?.trim();
  if (email === undefined || email.length < 3 || email.length > 320) return undefined;
  return /^[^\s@,;<>()[\]\\"\p{Cc}]+@[^\s@,;<>()[\]\\"\p{Cc}.]+(?:\.[^\s@,;<>()[\]\\"\p{Cc}.]+)+$/u.test(email)
    ? email
    : undefined;
}

/** The number in E.164 form, or undefined when it is not in that form. Cognito stores `+` and digits only. */
export function validPhone(value: string | undefined): string | undefined {
  const phone = value?.trim();
  return phone !== undefined && /^\+[1-9]\d{5,14}$/.test(phone) ? phone : undefined;
}

/** Reads Cognito's `email_verified` and `phone_number_verified`, which are text and often absent. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && value.trim().toLowerCase() === "true";
}
