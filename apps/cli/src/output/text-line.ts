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
  while (rest.length > columns) {
    const space = rest.lastIndexOf(" ", columns);
    const at = space > margin.length ? space : columns;
    rows.push(rest.slice(0, at).trimEnd());
    rest = margin + rest.slice(at).trimStart();
  }
  return [...rows, rest];
}
