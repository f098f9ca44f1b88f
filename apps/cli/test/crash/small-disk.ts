// Lets the state file grow to STATE_PAGES pages and no further: what SQLite says then is what it says on a full disk. Loaded with
// --import before everything else.
import process from "node:process";
import { DatabaseSync } from "node:sqlite";

// oxlint-disable-next-line typescript/unbound-method -- it is called on a database below
const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
  exec.call(this, sql);
  if (sql.startsWith("PRAGMA journal_mode")) exec.call(this, `PRAGMA max_page_count = ${process.env["STATE_PAGES"]}`);
};
