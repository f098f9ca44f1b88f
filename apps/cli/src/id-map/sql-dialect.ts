import { Buffer } from "node:buffer";

/** What differs between the databases that the script is for. */
export interface SqlDialect {
  /** An identifier in quotes. */
  identifier(name: string): string;
  /** A value that holds more than harmless characters, in a form in which no setting of the database changes its meaning. */
  oddText(hex: string): string;
  /** Statements before everything else: they begin the transaction. */
  readonly begin: readonly string[];
  /** A table that only this session sees, and that is gone with it. */
  temporaryTable(name: string, columns: readonly string[]): string;
  /** Type of a text that can be a key. */
  readonly keyType: string;
  /** What an `INSERT` ends with that leaves a key alone which is there. */
  readonly orKeep: string;
  /** Removes such a table. */
  dropTemporaryTable(name: string): string;
  /** Statements after the mapping is loaded. */
  analyze(name: string): readonly string[];
  /** The update of one column by the mapping. */
  update(table: string, column: string, map: string): string;
}

const HARMLESS = /^[\w.:@+-]*$/;

/** A value of SQL text. */
export function sqlText(dialect: SqlDialect, value: string): string {
  return HARMLESS.test(value) ? `'${value}'` : dialect.oddText(Buffer.from(value, "utf8").toString("hex"));
}

/** A name of several parts, `schema.table`, each in quotes. */
export function sqlName(dialect: SqlDialect, parts: readonly string[]): string {
  return parts.map((part) => dialect.identifier(part)).join(".");
}

/** The databases that a script can be written for. */
export const SQL_DIALECTS: Readonly<Record<"postgres" | "mysql" | "sqlite", SqlDialect>> = {
  postgres: {
    identifier: (name) => `"${name.replaceAll('"', '""')}"`,
    oddText: (hex) => `convert_from(decode('${hex}', 'hex'), 'UTF8')`,
    // Constraints that allow it are checked at the end, so that both sides of a foreign key can change.
    begin: ["BEGIN", "SET CONSTRAINTS ALL DEFERRED"],
    temporaryTable: (name, columns) => `CREATE TEMPORARY TABLE ${name} (${columns.join(", ")})`,
    keyType: "text",
    orKeep: " ON CONFLICT DO NOTHING",
    dropTemporaryTable: (name) => `DROP TABLE IF EXISTS pg_temp.${name}`,
    analyze: (name) => [`ANALYZE ${name}`],
    update: (table, column, map) =>
      `UPDATE ${table} AS t SET ${column} = m.new_id FROM ${map} AS m WHERE t.${column} = m.old_id`,
  },
  mysql: {
    identifier: (name) => `\`${name.replaceAll("`", "``")}\``,
    oddText: (hex) => `CONVERT(X'${hex}' USING utf8mb4)`,
    begin: ["SET NAMES utf8mb4", "START TRANSACTION"],
    temporaryTable: (name, columns) =>
      `CREATE TEMPORARY TABLE ${name} (${columns.join(", ")}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    keyType: "VARCHAR(255)",
    orKeep: " ON DUPLICATE KEY UPDATE old_id = old_id",
    dropTemporaryTable: (name) => `DROP TEMPORARY TABLE IF EXISTS ${name}`,
    analyze: () => [],
    update: (table, column, map) =>
      `UPDATE ${table} AS t JOIN ${map} AS m ON m.old_id = t.${column} SET t.${column} = m.new_id`,
  },
  sqlite: {
    identifier: (name) => `"${name.replaceAll('"', '""')}"`,
    oddText: (hex) => `CAST(X'${hex}' AS TEXT)`,
    begin: ["BEGIN IMMEDIATE", "PRAGMA defer_foreign_keys = ON"],
    temporaryTable: (name, columns) => `CREATE TEMPORARY TABLE ${name} (${columns.join(", ")})`,
    keyType: "TEXT",
    orKeep: " ON CONFLICT DO NOTHING",
    dropTemporaryTable: (name) => `DROP TABLE IF EXISTS temp.${name}`,
    analyze: () => [],
    update: (table, column, map) =>
      `UPDATE ${table} AS t SET ${column} = m.new_id FROM ${map} AS m WHERE t.${column} = m.old_id`,
  },
};
