import { usageError } from "../errors.ts";
import type { SqlColumn } from "./sql.ts";

/** A part of a name: in double quotes, in which two stand for one, or without a dot in it. */
const PART = /"(?:[^"]|"")*"|[^."]+/g;

/**
 * The columns that pairs of `--table` and `--column` name.
 *
 * @throws MigrationError `ERR_USAGE` when they are no pairs, or a name is none.
 */
export function sqlColumns(tables: readonly string[], columns: readonly string[]): readonly SqlColumn[] {
  if (tables.length === 0 || tables.length !== columns.length) {
    throw usageError(
      "the script needs a --column for each --table",
      "name both for each column, for example --table orders --column user_id --table invoices --column owner",
    );
  }
  return tables.map((table, index) => ({ table: partsOf(table), column: checked(columns[index] ?? "") }));
}

function partsOf(name: string): readonly string[] {
  const parts = name.match(PART) ?? [];
  if (parts.length === 0 || parts.join(".") !== name) throw badName();
  return parts.map((part) => checked(part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
}

function checked(name: string): string {
  if (name === "" || /\p{Cc}/u.test(name)) throw badName();
  return name;
}

function badName(): Error {
  return usageError(
    "a name of a table or column is empty, or holds control characters",
    'write table, schema.table, or "table.with.dots" in double quotes',
  );
}
