import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { migrateSchema, readSchemaVersion } from "../../src/postgres/migrate-schema.ts";
import { EVERY_MIGRATION } from "../../src/postgres/migrations/every-migration.ts";
import { openPostgresStore } from "../../src/postgres/open-postgres-store.ts";
import { chainProblems } from "../contract/event-chain.ts";
import { aRun } from "../contract/samples.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

const FIRST = { version: 1, sql: "CREATE TABLE a (x int); INSERT INTO a VALUES (1)" };
const SECOND = { version: 2, sql: "CREATE TABLE b (x int); INSERT INTO b SELECT x + 1 FROM a" };
const BROKEN = { version: 3, sql: "CREATE TABLE c (x int); INSERT INTO nowhere VALUES (1)" };

let server: PostgresServer;
let client: Client;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  client = new Client({ connectionString: await server.createDatabase() });
  await client.connect();
});
afterEach(() => client.end());

async function values(table: string): Promise<readonly number[]> {
  return (await client.query<{ x: number }>(`SELECT x FROM own.${table}`)).rows.map(({ x }) => x);
}

describe("migrateSchema", () => {
  test("takes a new database through every step", async () => {
    await migrateSchema(client, "own", [FIRST, SECOND]);
    expect(await values("b")).toEqual([2]);
    expect(await readSchemaVersion(client, "own", 2)).toBe(2);
  });

  test("takes an older schema through the missing steps only, and keeps its rows", async () => {
    await migrateSchema(client, "own", [FIRST]);
    await client.query("UPDATE own.a SET x = 41");
    await migrateSchema(client, "own", [FIRST, SECOND]);
    expect(await values("a")).toEqual([41]);
    expect(await values("b")).toEqual([42]);
  });

  test("does nothing to the newest schema", async () => {
    await migrateSchema(client, "own", [FIRST, SECOND]);
    await migrateSchema(client, "own", [FIRST, SECOND]);
    expect(await values("b")).toEqual([2]);
  });

  test("leaves the schema as it was when a step fails, and the connection as it was too", async () => {
    await migrateSchema(client, "own", [FIRST]);
    await expect(migrateSchema(client, "own", [FIRST, SECOND, BROKEN])).rejects.toThrow("nowhere");
    expect(await readSchemaVersion(client, "own", 3)).toBe(1);
    await expect(values("b")).rejects.toThrow("does not exist");
    const { rows } = await client.query("SHOW search_path");
    expect(rows).toEqual([{ search_path: '"$user", public' }]);
  });

  test("refuses a schema that is newer than every step", async () => {
    await migrateSchema(client, "own", [FIRST, SECOND]);
    await expect(migrateSchema(client, "own", [FIRST])).rejects.toMatchObject({ code: "ERR_STORE_NEWER" });
  });

  test("is done by one of several that begin at once, and waited for by the others", async () => {
    const url = server.urlOf((client as unknown as { database: string }).database);
    const clients = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const other = new Client({ connectionString: url });
        await other.connect();
        return other;
      }),
    );
    await Promise.all(clients.map((other) => migrateSchema(other, "own", [FIRST, SECOND])));
    expect(await values("b")).toEqual([2]);
    await Promise.all(clients.map((other) => other.end()));
  });
});

test("steps are numbered from 1 without gaps", () => {
  expect(EVERY_MIGRATION.map(({ version }) => version)).toEqual(EVERY_MIGRATION.map((_, index) => index + 1));
});

test("a run of a version that kept no chain begins one with its next event, which covers what was there then", async () => {
  await migrateSchema(client, "c2d", EVERY_MIGRATION.slice(0, 8));
  await client.query("INSERT INTO c2d.runs (id, project_id, data) VALUES ('run-1', 'P1', $1)", [
    JSON.stringify(aRun()),
  ]);
  await client.query("INSERT INTO c2d.tallies (run) SELECT no FROM c2d.runs");
  const earlier = [1, 2].map((at) => ({ at, type: "throttled", data: { waitedMs: at } }));
  for (const event of earlier) {
    await client.query("INSERT INTO c2d.events (run, data) SELECT no, $1 FROM c2d.runs", [JSON.stringify(event)]);
  }
  await using store = await openPostgresStore(server.urlOf((client as unknown as { database: string }).database));
  expect(await store.readRecord("run-1")).toEqual({ earlier, events: [], head: undefined });
  await store.appendEvent("run-1", { at: 3, type: "paused", data: {} });
  expect((await store.readRecord("run-1")).earlier).toEqual(earlier);
  expect(await chainProblems(store)).toEqual([]);
  await client.query("UPDATE c2d.events SET data = replace(data, 'waitedMs', 'waited') WHERE seq IS NULL");
  expect(await chainProblems(store)).toEqual([expect.stringContaining("before the chain of run run-1 began")]);
});
