import { displayWidth, fittingLength } from "./display-width.ts";

/** A line of text with the style of the whole of it. */
export interface TextLine {
  readonly text: string;
  readonly style?: "bold" | "dim" | "red" | "yellow";
}

/** Breaks a line into rows that fit, at spaces where it can; what follows is set in under where the line begins. */
export function wrapText(text: string, columns: number): readonly string[] {
  const margin = " ".repeat(Math.min((/^ */.exec(text)?.[0].length ?? 0) + 2, Math.floor(columns / 2)));
  const rows: string[] = [];
  let rest = text;
  while (displayWidth(rest) > columns) {
    const fits = lengthOfRow(rest, columns);
    const space = rest.lastIndexOf(" ", fits);
    const at = space > margin.length ? space : fits;
    rows.push(rest.slice(0, at).trimEnd());
    rest = margin + rest.slice(at).trimStart();
  }
  return [...rows, rest];
}

/** How much of a row to take; at least one character beside its margin, so that breaking comes to an end. */
function lengthOfRow(text: string, columns: number): number {
  const margin = /^ */.exec(text)?.[0].length ?? 0;
  const first = String.fromCodePoint(text.codePointAt(margin) ?? 0).length;
  return Math.max(fittingLength(text, columns), margin + first);
}
