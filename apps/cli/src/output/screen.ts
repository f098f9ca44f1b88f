import type { OutputStream } from "../cli-host.ts";
import { type TextLine, wrapText } from "./text-line.ts";

/** A block at the end of a terminal's output that is rewritten in place. */
export interface Screen {
  show(lines: readonly TextLine[]): void;
}

/** Starts with nothing shown; the last block stays. */
export function createScreen(
  stream: OutputStream,
  style: (style: NonNullable<TextLine["style"]>, text: string) => string,
): Screen {
  /** Lengths of the rows that are shown. */
  let shown: readonly number[] = [];
  return {
    show(lines) {
      if (!stream.writable) return;
      const columns = Math.max(20, stream.columns || 80);
      // A terminal that was made narrower has broken the rows that were there.
      const above = shown.reduce((rows, length) => rows + Math.max(1, Math.ceil(length / columns)), 0);
      const rows = lines.flatMap(({ text, style: look }) =>
        wrapText(text, columns - 1).map((row) => ({
          length: row.length,
          text: look === undefined ? row : style(look, row),
        })),
      );
      // What is above the top of the terminal cannot be rewritten.
      const height = Math.max(2, (stream.rows || 24) - 1);
      const kept = rows.length > height ? [...rows.slice(0, height - 1), { length: 1, text: "…" }] : rows;
      stream.write(`${above > 0 ? `\r\x1b[${above}A` : ""}\x1b[J${kept.map(({ text }) => `${text}\n`).join("")}`);
      shown = kept.map(({ length }) => length);
    },
  };
}
