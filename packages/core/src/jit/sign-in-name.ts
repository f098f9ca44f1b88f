/** The most that a pool takes as a password. */
const MAX_PASSWORD_CHARACTERS = 256;

/** An alias may be as long as the value of an attribute. */
const MAX_NAME_CHARACTERS = 2048;

/** Half of a pair of surrogates: no character, and nothing that UTF-8 can carry. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Characters that nobody types. */
const CONTROL = /\p{Cc}/u;

/** A phone number as people write it. */
const WRITTEN_PHONE = /^\+[\d\s().-]{6,30}$/;

/**
 * The name to sign in with as a pool knows it: without blanks around it, and phone numbers without what people put between the
 * digits. Undefined when no user of any pool can have it.
 */
export function signInName(typed: string): string | undefined {
  const name = typed.trim();
  if (name === "" || name.length > MAX_NAME_CHARACTERS || CONTROL.test(name) || LONE_SURROGATE.test(name)) {
    return undefined;
  }
  if (WRITTEN_PHONE.test(name)) return name.replaceAll(/[^+\d]/g, "");
  return name;
}

/** Whether any pool can have it as a password: 1 to 256 characters, none that nobody types. */
export function isPossiblePassword(password: string): boolean {
  return (
    password.length > 0 &&
    password.length <= MAX_PASSWORD_CHARACTERS &&
    !CONTROL.test(password) &&
    !LONE_SURROGATE.test(password)
  );
}
