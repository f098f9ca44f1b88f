import truncatedWidth from "fast-string-truncated-width";

const graphemes = new Intl.Segmenter();
const SIMPLE = /^[\x20-\x7e█░…×]*$/u;
const JOINING = /\p{M}|\u200d/gu;

/**
 * How many columns of a terminal a text takes: wide characters take two, combining ones none.
 *
 * Terminals differ in what they make of emoji that are joined; the widest reading counts, so that no row is broken.
 */
export function displayWidth(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  let width = 0;
  for (const character of text.replaceAll(JOINING, "")) width += truncatedWidth(character).width;
  return width;
}

/** A text cut to so many columns, with an ellipsis where something is missing. No character is cut in two. */
export function fitText(text: string, columns: number): string {
  if (columns <= 0) return "";
  return displayWidth(text) <= columns ? text : `${text.slice(0, fittingLength(text, columns - 1))}…`;
}

/** How many UTF-16 units of a text fit into so many columns. No character is cut in two. */
export function fittingLength(text: string, columns: number): number {
  if (SIMPLE.test(text)) return Math.min(text.length, columns);
  let width = 0;
  for (const { index, segment } of graphemes.segment(text)) {
    width += displayWidth(segment);
    if (width > columns) return index;
  }
  return text.length;
}

/** A text with blanks behind it up to so many columns. */
export function padText(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}
