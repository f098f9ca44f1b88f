import type { IdMapEntry } from "@cognito-to-descope/core";
import type { IdMapFormat, ReadPages } from "./id-map-format.ts";
import { type SqlDialect, sqlName, sqlText } from "./sql-dialect.ts";

/** A column of the operator's that holds the `sub`s of users. */
export interface SqlColumn {
  /** The parts of the table's name: schema and table, or the table alone. */
  readonly table: readonly string[];
  readonly column: string;
}

/** What the script does. */
export interface SqlScript {
  readonly dialect: SqlDialect;
  readonly columns: readonly SqlColumn[];
  /** Only counts what would change. */
  readonly dryRun: boolean;
  /** From Descope's user IDs back to Cognito's `sub`s. */
  readonly reverse: boolean;
}

const ROWS_PER_INSERT = 500;
const MAP = "c2d_id_map";
const NEW_IDS = "c2d_new_ids";

/**
 * A script that rewrites columns of the operator's own tables, in one transaction: it loads the mapping into temporary
 * tables, counts, updates, and counts again. Run twice, it changes nothing the second time.
 */
export function sql(script: SqlScript): IdMapFormat {
  const { dialect, columns, dryRun, reverse } = script;
  return async function* (readPages) {
    yield comments(script);
    yield statements([
      ...dialect.begin,
      dialect.dropTemporaryTable(MAP),
      dialect.dropTemporaryTable(NEW_IDS),
      dialect.temporaryTable(MAP, [
        `old_id ${dialect.keyType} NOT NULL PRIMARY KEY`,
        `new_id ${dialect.keyType} NOT NULL`,
      ]),
      dialect.temporaryTable(NEW_IDS, [`new_id ${dialect.keyType} NOT NULL PRIMARY KEY`]),
    ]);
    if (!reverse) yield* inserts(dialect, forwardPairs(readPages), "");
    else {
      // Several users may have become one. Its rows go back to the one that the others were merged into, where there is one.
      yield* inserts(dialect, reversePairs(readPages, false), dialect.orKeep);
      yield* inserts(dialect, reversePairs(readPages, true), dialect.orKeep);
    }
    const counts = columns.map((column) => countStatement(dialect, column));
    yield statements([
      `INSERT INTO ${NEW_IDS} (new_id) SELECT DISTINCT new_id FROM ${MAP}`,
      ...dialect.analyze(MAP),
      ...dialect.analyze(NEW_IDS),
      ...counts,
    ]);
    if (dryRun) yield statements(["ROLLBACK"]);
    else {
      yield statements([
        ...columns.map(({ table, column }) => dialect.update(sqlName(dialect, table), dialect.identifier(column), MAP)),
        ...counts,
        dialect.dropTemporaryTable(MAP),
        dialect.dropTemporaryTable(NEW_IDS),
        "COMMIT",
      ]);
    }
  };
}

function comments({ dryRun, reverse }: SqlScript): string {
  const [from, to] = reverse ? ["Descope user ID", "Cognito sub"] : ["Cognito sub", "Descope user ID"];
  return [
    `-- From ${from} to ${to}, written by c2d id-map export.`,
    dryRun
      ? "-- Dry run: counts what would change, and changes nothing."
      : "-- One transaction. Each column is counted, rewritten, and counted again.",
    "--   rows_to_change    hold an ID that has a new one",
    "--   rows_changed      hold a new ID already",
    "--   rows_without_id   hold NULL",
    "--   rows_not_in_map   hold something else: whoever that is, this migration does not know them",
    "",
  ].join("\n");
}

function countStatement(dialect: SqlDialect, { table, column }: SqlColumn): string {
  const value = `t.${dialect.identifier(column)}`;
  const rows = (condition: string): string => `COALESCE(SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END), 0)`;
  return `SELECT ${sqlText(dialect, [...table, column].join("."))} AS checked_column,
  COUNT(*) AS rows_in_table,
  COUNT(m.old_id) AS rows_to_change,
  COUNT(n.new_id) AS rows_changed,
  ${rows(`${value} IS NULL`)} AS rows_without_id,
  ${rows(`${value} IS NOT NULL AND m.old_id IS NULL AND n.new_id IS NULL`)} AS rows_not_in_map
FROM ${sqlName(dialect, table)} AS t
LEFT JOIN ${MAP} AS m ON m.old_id = ${value}
LEFT JOIN ${NEW_IDS} AS n ON n.new_id = ${value}`;
}

type Pair = readonly [oldId: string, newId: string];

async function* forwardPairs(readPages: ReadPages): AsyncGenerator<readonly Pair[]> {
  for await (const page of readPages()) yield page.map(({ sub, userId }): Pair => [sub, userId]);
}

async function* reversePairs(readPages: ReadPages, merged: boolean): AsyncGenerator<readonly Pair[]> {
  const isWanted = ({ mergedInto }: IdMapEntry): boolean => (mergedInto !== undefined) === merged;
  for await (const page of readPages()) yield page.filter(isWanted).map(({ sub, userId }): Pair => [userId, sub]);
}

async function* inserts(
  dialect: SqlDialect,
  pages: AsyncIterable<readonly Pair[]>,
  after: string,
): AsyncGenerator<string> {
  for await (const page of pages) {
    for (let start = 0; start < page.length; start += ROWS_PER_INSERT) {
      const rows = page
        .slice(start, start + ROWS_PER_INSERT)
        .map(([oldId, newId]) => `(${sqlText(dialect, oldId)}, ${sqlText(dialect, newId)})`);
      yield statements([`INSERT INTO ${MAP} (old_id, new_id) VALUES\n${rows.join(",\n")}${after}`]);
    }
  }
}

function statements(list: readonly string[]): string {
  return list.map((statement) => `${statement};\n`).join("");
}
