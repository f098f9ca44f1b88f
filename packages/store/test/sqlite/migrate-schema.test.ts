import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, test } from "vitest";
import { SqliteStateStore } from "../../src/sqlite/sqlite-state-store.ts";
import { chainProblems } from "../contract/event-chain.ts";
import { aRun } from "../contract/samples.ts";
import { Database } from "../../src/sqlite/database.ts";
import { migrateSchema, readSchemaVersion } from "../../src/sqlite/migrate-schema.ts";
import { EVERY_MIGRATION } from "../../src/sqlite/migrations/every-migration.ts";

const FIRST = { version: 1, sql: "CREATE TABLE a (x); INSERT INTO a VALUES (1)" };
const SECOND = { version: 2, sql: "CREATE TABLE b (x); INSERT INTO b SELECT x + 1 FROM a" };
const BROKEN = { version: 3, sql: "CREATE TABLE c (x); INSERT INTO nowhere VALUES (1)" };

let database: Database;

beforeEach(() => {
  database = new Database(new DatabaseSync(":memory:"));
});

describe("migrateSchema", () => {
  test("takes a new database through every step", () => {
    migrateSchema(database, [FIRST, SECOND]);
    expect(database.row("SELECT x FROM b")).toEqual([2]);
    expect(readSchemaVersion(database, 2)).toEqual({ version: 2 });
  });

  test("takes an older schema through the missing steps only, and keeps its rows", () => {
    migrateSchema(database, [FIRST]);
    database.run("UPDATE a SET x = 41");
    migrateSchema(database, [FIRST, SECOND]);
    expect(database.rows("SELECT x FROM a")).toEqual([[41]]);
    expect(database.rows("SELECT x FROM b")).toEqual([[42]]);
  });

  test("does nothing to the newest schema", () => {
    migrateSchema(database, [FIRST, SECOND]);
    migrateSchema(database, [FIRST, SECOND]);
    expect(database.rows("SELECT x FROM b")).toEqual([[2]]);
  });

  test("leaves the schema as it was when a step fails", () => {
    migrateSchema(database, [FIRST]);
    expect(() => migrateSchema(database, [FIRST, SECOND, BROKEN])).toThrow("nowhere");
    expect(readSchemaVersion(database, 3)).toEqual({ version: 1 });
    expect(database.rows("SELECT name FROM sqlite_schema")).toEqual([["a"]]);
  });

  test("refuses a schema that is newer than every step", () => {
    migrateSchema(database, [FIRST, SECOND]);
    expect(() => migrateSchema(database, [FIRST])).toThrow(expect.objectContaining({ code: "ERR_STORE_NEWER" }));
  });
});

test("steps are numbered from 1 without gaps", () => {
  expect(EVERY_MIGRATION.map(({ version }) => version)).toEqual(EVERY_MIGRATION.map((_, index) => index + 1));
});

test("a run of a version that kept no chain begins one with its next event, which covers what was there then", async () => {
  migrateSchema(database, EVERY_MIGRATION.slice(0, 6));
  const store = new SqliteStateStore(database);
  await store.createRun(aRun());
  const earlier = [1, 2].map((at) => ({ at, type: "throttled", data: { waitedMs: at } }));
  for (const [index, event] of earlier.entries()) {
    database.run("INSERT INTO events (id, data) VALUES (?, ?)", 2 ** 36 + index + 1, JSON.stringify(event));
  }
  migrateSchema(database, EVERY_MIGRATION);
  expect(await store.readRecord("run-1")).toEqual({ earlier, events: [], head: undefined });
  await store.appendEvent("run-1", { at: 3, type: "paused", data: {} });
  expect((await store.readRecord("run-1")).earlier).toEqual(earlier);
  expect(await chainProblems(store)).toEqual([]);
  database.run("UPDATE events SET data = replace(data, 'waitedMs', 'waited') WHERE id = ?", 2 ** 36 + 1);
  expect(await chainProblems(store)).toEqual([expect.stringContaining("before the chain of run run-1 began")]);
});
