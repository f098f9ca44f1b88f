import type { OutputStream } from "../cli-host.ts";
import { displayWidth } from "./display-width.ts";
import { type TextLine, wrapText } from "./text-line.ts";

/** A block at the end of a terminal's output that is rewritten in place. */
export interface Screen {
  /** Shows these lines where the block was. Rows that stay the same are not written again. */
  show(lines: readonly TextLine[]): void;
  /** Takes the block away, so that something else can be printed where it was. */
  clear(): void;
}

interface Row {
  readonly width: number;
  readonly text: string;
}

// A terminal that knows these shows a frame when it is complete; any other ignores them.
const BEGIN_FRAME = "\x1b[?2026h";
const END_FRAME = "\x1b[?2026l";

/** Starts with nothing shown; the last block stays. */
export function createScreen(
  stream: OutputStream,
  style: (style: NonNullable<TextLine["style"]>, text: string) => string,
): Screen {
  let shown: readonly Row[] = [];
  let shownColumns = 0;

  /** How many rows of the terminal lie between the cursor and the first row of the block. */
  function rowsAbove(columns: number): number {
    // A terminal that was made narrower has broken the rows that were there.
    return shown.reduce((rows, { width }) => rows + Math.max(1, Math.ceil(width / columns)), 0);
  }

  function toRows(lines: readonly TextLine[], columns: number): readonly Row[] {
    const rows = lines.flatMap(({ text, style: look }) =>
      wrapText(text, columns - 1).map((row) => ({
        width: displayWidth(row),
        text: look === undefined ? row : style(look, row),
      })),
    );
    // What is above the top of the terminal cannot be rewritten.
    const height = Math.max(2, (stream.rows || 24) - 1);
    return rows.length > height ? [...rows.slice(0, height - 1), { width: 1, text: "…" }] : rows;
  }

  return {
    show(lines) {
      if (!stream.writable) return;
      const columns = Math.max(20, stream.columns || 80);
      const above = rowsAbove(columns);
      const rows = toRows(lines, columns);
      const home = above > 0 ? `\r\x1b[${above}A` : "";
      const sameShape = shown.length === 0 || (columns === shownColumns && above === shown.length);
      const body = sameShape
        ? rows.map((row, index) => (shown[index]?.text === row.text ? "\n" : `${row.text}\x1b[K\n`)).join("")
        : `\x1b[J${rows.map(({ text }) => `${text}\n`).join("")}`;
      stream.write(`${BEGIN_FRAME}${home}${body}\x1b[J${END_FRAME}`);
      shown = rows;
      shownColumns = columns;
    },
    clear() {
      if (shown.length === 0) return;
      if (stream.writable) stream.write(`\r\x1b[${rowsAbove(Math.max(20, stream.columns || 80))}A\x1b[J`);
      shown = [];
    },
  };
}
