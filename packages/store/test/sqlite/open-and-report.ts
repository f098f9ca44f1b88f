// Opens the state store that the first argument names, and prints the error there is.
import process from "node:process";
import { MigrationError } from "@cognito-to-descope/core";
import { openSqliteStore } from "../../src/sqlite/open-sqlite-store.ts";

try {
  const store = await openSqliteStore(process.argv[2] as string);
  await store.listRuns();
  await store[Symbol.asyncDispose]();
} catch (error) {
  if (!(error instanceof MigrationError)) throw error;
  process.stdout.write(JSON.stringify({ code: error.code, suggestion: error.suggestion }));
}
