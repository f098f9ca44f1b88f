// SQLite text is UTF-8, in which half of a surrogate pair cannot be written: the binding would store U+FFFD for each,
// and different texts would become one. SQL functions also end text at a NUL. Both are escaped, and so is the escape
// sign itself, a code point that Unicode reserves for use inside of programs.
const ESCAPE = "\u{fdd0}";
// oxlint-disable-next-line no-control-regex -- NUL is what is looked for
const ESCAPED = /[\0\ufdd0\ud800-\udfff]/u;
// oxlint-disable-next-line no-control-regex -- as above
const EVERY_ESCAPED = /[\0\ufdd0\ud800-\udfff]/gu;
const EVERY_ESCAPE = /\ufdd0([0-9a-f]{4})/g;

/** Any text in a form that SQLite keeps and compares exactly. Most text is its own stored form. */
export function toStoredText(text: string): string {
  if (!ESCAPED.test(text)) return text;
  return text.replace(EVERY_ESCAPED, (unit) => ESCAPE + unit.charCodeAt(0).toString(16).padStart(4, "0"));
}

/** The text that {@link toStoredText} was given. */
export function fromStoredText(stored: string): string {
  if (!stored.includes(ESCAPE)) return stored;
  return stored.replace(EVERY_ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
