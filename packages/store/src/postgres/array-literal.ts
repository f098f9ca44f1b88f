const QUOTED = /["\\]/g;

/**
 * A list as the text of a PostgreSQL array, for one row of many: arrays of different lengths cannot be the rows of another.
 *
 * The texts are stored texts: none of them holds a NUL.
 */
export function toArrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(QUOTED, String.raw`\$&`)}"`).join(",")}}`;
}
