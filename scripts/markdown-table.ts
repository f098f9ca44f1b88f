/** A markdown table as the formatter writes it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => width(row[column] ?? ""))));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell))).join(" | ")} |`;
  const [first = [], ...rest] = all;
  return [line(first), `| ${widths.map((count) => "-".repeat(count)).join(" | ")} |`, ...rest.map(line)].join("\n");
}

function width(text: string): number {
  return Array.from(text).length;
}
