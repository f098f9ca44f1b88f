import type { StateStore } from "@cognito-to-descope/core";
import { afterAll, beforeAll } from "vitest";
import { openPostgresStore } from "../../src/postgres/open-postgres-store.ts";
import { describeStateStore } from "../contract/state-store-contract.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

let server: PostgresServer;
let database: string;
let emptying = "";

beforeAll(async () => {
  server = await startPostgres();
  database = await server.createDatabase();
  await (await openPostgresStore(database))[Symbol.asyncDispose]();
  const tables = await server.query("SELECT tablename FROM pg_tables WHERE schemaname = 'c2d'", "test_1");
  emptying = tables
    .filter(({ tablename }) => tablename !== "store")
    .map(({ tablename }) => `DELETE FROM c2d."${String(tablename)}"`)
    .join("; ");
});
afterAll(() => server[Symbol.asyncDispose]());

describeStateStore("PostgreSQL", async (): Promise<StateStore> => {
  // A test has one store at a time. Emptying its tables takes a tenth of the time of making them.
  await server.query(emptying, "test_1");
  return openPostgresStore(database, { connections: 2 });
});
