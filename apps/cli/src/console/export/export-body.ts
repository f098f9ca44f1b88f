import { Readable } from "node:stream";
import { stringify } from "csv-stringify/sync";

/** How a list is exported. */
export type ListFormat = "csv" | "jsonl";

/** One line of an export: its columns, in their order. */
export type ExportRow = Readonly<Record<string, string | number | null>>;

/**
 * The body of a download, page by page: memory stays flat however long the list is.
 *
 * In CSV, values that a spreadsheet would take for a formula get an apostrophe before them.
 */
export function exportBody(
  pages: AsyncIterable<readonly ExportRow[]>,
  columns: readonly string[],
  format: ListFormat,
): ReadableStream<Uint8Array> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    if (format === "csv") yield encoder.encode(csvRows([columns]));
    for await (const page of pages) {
      const text =
        format === "csv"
          ? csvRows(page.map((row) => columns.map((column) => row[column] ?? "")))
          : page.map((row) => `${JSON.stringify(row)}\n`).join("");
      yield encoder.encode(text);
    }
  }
  return Readable.toWeb(Readable.from(chunks())) as ReadableStream<Uint8Array>;
}

function csvRows(rows: readonly (readonly (string | number)[])[]): string {
  return stringify([...rows], { escape_formulas: true });
}

/** Headers of a download that no cache keeps. */
export function exportHeaders(name: string, format: ListFormat): Readonly<Record<string, string>> {
  return {
    "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8",
    "content-disposition": `attachment; filename="${name}.${format}"`,
    "cache-control": "no-store",
  };
}
