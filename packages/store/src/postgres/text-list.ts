// Lists of texts go to the server as one text each, and are cut there: an array of PostgreSQL would have every quote of
// every JSON escaped on one side and read again on the other, which costs more than storing it.

/** Ends a JSON text in a list. JSON has line feeds in no text. */
export const JSON_END = "\n";
/** Ends a stored text in a list. Stored text has four hexadecimal digits after every U+FDD0, so this stands in none. */
export const TEXT_END = "\u{fdd0}.";
const ABSENT = "\u{fdd0}";

/** JSON texts as one parameter, for {@link jsonList}. */
export function toJsonList(texts: readonly string[]): string {
  return texts.length === 0 ? "" : texts.join(JSON_END) + JSON_END;
}

/** SQL for the array that {@link toJsonList} was given, with an empty text at its end. */
export function jsonList(parameter: string): string {
  return `string_to_array(${parameter}, '${JSON_END}')`;
}

/** Stored texts as one parameter or column, for {@link textList}. */
export function toTextList(texts: readonly (string | null | undefined)[]): string {
  return texts.length === 0 ? "" : texts.map((text) => text ?? ABSENT).join(TEXT_END) + TEXT_END;
}

/** SQL for the array that {@link toTextList} was given, with an empty text at its end. */
export function textList(parameter: string): string {
  return `string_to_array(${parameter}, '${TEXT_END}', '${ABSENT}')`;
}

// Between the texts of a list that is one text of another.
const BETWEEN = "\u{fdd0};";

/** Stored texts, none of them empty, as one text of a {@link toTextList}: the value of a column. */
export function toInnerList(texts: readonly string[]): string {
  return texts.join(BETWEEN);
}

/** SQL for the array that {@link toInnerList} was given. */
export function innerList(column: string): string {
  return `string_to_array(${column}, '${BETWEEN}')`;
}
