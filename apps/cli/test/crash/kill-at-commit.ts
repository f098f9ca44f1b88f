// Kills this process at one of the transactions that it writes to its state store. Loaded with --import before everything else;
// KILL_AT_COMMIT says which: `before 12` or `after 12`, counted from 1, or `never`. With KILL_COUNT_FILE it writes down there how
// many there were, when the process ends by itself.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { DatabaseSync, StatementSync } from "node:sqlite";

const [when = "never", number = "0"] = (process.env["KILL_AT_COMMIT"] ?? "never").split(" ");
const countFile = process.env["KILL_COUNT_FILE"];
const commits = new WeakSet<StatementSync>();
const begins = new WeakSet<StatementSync>();
/** Those that begin a transaction that writes. */
const writers = new WeakSet<StatementSync>();
let writing = false;
let count = 0;

// oxlint-disable-next-line typescript/unbound-method -- it is called on a database below
const { prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.prepare = function (this: DatabaseSync, ...given: Parameters<typeof prepare>) {
  const statement = prepare.apply(this, given);
  if (given[0] === "COMMIT") commits.add(statement);
  if (given[0].startsWith("BEGIN")) begins.add(statement);
  if (given[0] === "BEGIN IMMEDIATE") writers.add(statement);
  return statement;
};

// oxlint-disable-next-line typescript/unbound-method -- it is called on a statement below
const run = StatementSync.prototype.run as (...given: unknown[]) => ReturnType<StatementSync["run"]>;
StatementSync.prototype.run = function (this: StatementSync, ...given: unknown[]) {
  if (begins.has(this)) writing = writers.has(this);
  const chosen = commits.has(this) && writing && ++count === Number(number);
  if (chosen && when === "before") die();
  const result = run.apply(this, given);
  if (chosen && when === "after") die();
  return result;
};

if (countFile !== undefined) process.on("exit", () => writeFileSync(countFile, String(count)));

function die(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal is there before the call returns.
  throw new Error("the process outlived SIGKILL");
}
