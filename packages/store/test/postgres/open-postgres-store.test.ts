import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { inspect } from "node:util";
import { MigrationError } from "@cognito-to-descope/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openPostgresStore, postgresStoreExists } from "../../src/postgres/open-postgres-store.ts";
import { aRun } from "../contract/samples.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

const A_SENTENCE: unknown = expect.stringMatching(/^[A-Z].+[.]$/s);

let server: PostgresServer;
let url: string;
let database: string;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  url = await server.createDatabase();
  database = url.split("/").at(-1) as string;
});

const sql = (text: string): ReturnType<PostgresServer["query"]> => server.query(text, database);

/** What opening was refused with. Nothing of it may hold the password. */
async function refusal(location = url, options = {}): Promise<unknown> {
  const error: unknown = await openPostgresStore(location, options).then(
    () => "it was opened",
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MigrationError);
  const everything = inspect(error, { depth: 20, showHidden: true });
  expect(everything).not.toContain(server.password);
  expect(everything).not.toContain("canary");
  return error;
}

describe("the tables", () => {
  test("are in a schema of their own, and what else is in the database is left alone", async () => {
    await sql("CREATE TABLE public.runs (mine text)");
    await using store = await openPostgresStore(url);
    await store.createRun(aRun());
    await store.purge();
    expect(await sql("SELECT * FROM public.runs")).toEqual([]);
    expect(await sql("SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'")).toEqual([{ n: 1 }]);
  });

  test("of two schemas are two stores", async () => {
    await using one = await openPostgresStore(url, { schema: "one" });
    await using two = await openPostgresStore(url, { schema: "two" });
    await one.createRun(aRun());
    expect(await two.listRuns()).toEqual([]);
    expect(await postgresStoreExists(url, { schema: "two" })).toBe(true);
    expect(await postgresStoreExists(url, { schema: "three" })).toBe(false);
  });

  test("are made once by many processes that begin at the same time", async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => openPostgresStore(url, { connections: 1 })));
    await stores[0]?.createRun(aRun());
    for (const store of stores) {
      expect(await store.listRuns()).toEqual([aRun()]);
      await store[Symbol.asyncDispose]();
    }
  });

  test("keep the order of code points in a database with another collation", async () => {
    const other = await server.createDatabase("LOCALE_PROVIDER icu ICU_LOCALE 'en' TEMPLATE template0");
    await using store = await openPostgresStore(other);
    await store.createRun(aRun());
    const loginIds = ["Z", "a", "B", "é", "\u{1f600}", "\uffee", "_", "-1", "1"];
    const item = { seq: 0, source: 0, sub: "s", kind: "native", operation: "skip", reason: "", findings: [] } as const;
    await store.appendPlanItems(
      "run-1",
      [1, 2].map((seq) => ({ item: { ...item, seq }, loginIds })),
    );
    const shared = await store.readSharedLoginIds("run-1", "", 100);
    const byCodePoint = ["-1", "1", "B", "Z", "_", "a", "é", "\uffee", "\u{1f600}"];
    expect(shared.map(({ loginId }) => loginId)).toEqual(byCodePoint);
  });

  test("can be in a schema that the user was given, when it may make none", async () => {
    await sql("CREATE ROLE mover LOGIN PASSWORD 'canary'; CREATE SCHEMA c2d AUTHORIZATION mover");
    const asMover = url.replace(/owner:[^@]+@/, "mover:canary@");
    await using store = await openPostgresStore(asMover);
    await store.createRun(aRun());
    expect(await store.listRuns()).toHaveLength(1);
  });
});

describe("opening is refused with a code and a suggestion", () => {
  test("when a later version made the schema, which is left as it is", async () => {
    await (await openPostgresStore(url))[Symbol.asyncDispose]();
    await sql("UPDATE c2d.store SET version = 1000");
    expect(await refusal()).toMatchObject({ code: "ERR_STORE_NEWER", suggestion: A_SENTENCE });
    expect(await sql("SELECT version FROM c2d.store")).toEqual([{ version: 1000 }]);
  });

  test.each([
    "CREATE TABLE c2d.runs (a int)",
    "CREATE TABLE c2d.store (a int)",
    "CREATE TABLE c2d.store (product text, version int); INSERT INTO c2d.store VALUES ('groceries', 1)",
  ])("when the schema is of something else: %s", async (statement) => {
    await sql(`CREATE SCHEMA c2d; ${statement}`);
    expect(await refusal()).toMatchObject({ code: "ERR_STORE_UNREADABLE", suggestion: A_SENTENCE });
    expect(await sql("SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'c2d'")).toEqual([{ n: 1 }]);
  });

  test("when the password is wrong, or there is none", async () => {
    const wrong = url.replace(/:[^:@]+@/, ":canary-wrong@");
    expect(await refusal(wrong)).toMatchObject({
      code: "ERR_STORE_UNREADABLE",
      message: expect.stringContaining("refuses"),
    });
    const none = url.replace(/:[^:@]+@/, "@");
    expect(await refusal(none)).toMatchObject({
      code: "ERR_STORE_UNREADABLE",
      message: expect.stringContaining("refuses"),
    });
  });

  test.each([
    ["postgres://user:canary@host:port/db", "not a usable URL"],
    ["postgres://user:canary@127.0.0.1/db?sslrootcert=/nowhere/canary.pem", "certificate file"],
  ])("when the URL cannot be used: %s", async (location, message) => {
    expect(await refusal(location)).toMatchObject({ code: "ERR_USAGE", message: expect.stringContaining(message) });
  });

  test("when there is no such database", async () => {
    expect(await refusal(server.urlOf("nowhere"))).toMatchObject({
      code: "ERR_STORE_UNREADABLE",
      message: expect.stringContaining("does not exist"),
    });
  });

  test("when nobody listens, when there is no such host, and when nobody answers", async () => {
    const unreachable = {
      code: "ERR_STORE_UNREADABLE",
      message: expect.stringContaining("cannot be reached") as string,
    };
    expect(await refusal(url.replace(/:\d+\//, ":1/"))).toMatchObject(unreachable);
    expect(await refusal(url.replace("127.0.0.1", "no-such-host.invalid"))).toMatchObject(unreachable);
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const location = url.replace(/:\d+\//, `:${(silent.address() as AddressInfo).port}/`);
    expect(await refusal(location, { connectTimeoutMs: 100 })).toMatchObject(unreachable);
    silent.close();
  });

  test("when the server has no connection left", async () => {
    await sql(`ALTER DATABASE ${database} CONNECTION LIMIT 0; CREATE ROLE guest LOGIN PASSWORD 'canary'`);
    expect(await refusal(url.replace(/owner:[^@]+@/, "guest:canary@"))).toMatchObject({
      code: "ERR_STORE_UNREADABLE",
      message: expect.stringContaining("no connection left"),
    });
  });

  test("when the user may not write", async () => {
    await sql("CREATE ROLE reader LOGIN PASSWORD 'canary'");
    expect(await refusal(url.replace(/owner:[^@]+@/, "reader:canary@"))).toMatchObject({
      code: "ERR_STORE_READ_ONLY",
      suggestion: A_SENTENCE,
    });
  });

  test("when the database is read-only", async () => {
    await sql(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    expect(await refusal()).toMatchObject({ code: "ERR_STORE_READ_ONLY", suggestion: A_SENTENCE });
  });

  test("when the database's encoding cannot hold every text", async () => {
    const latin = await server.createDatabase("ENCODING 'LATIN1' TEMPLATE template0");
    expect(await refusal(latin)).toMatchObject({
      code: "ERR_STORE_UNREADABLE",
      message: expect.stringContaining("LATIN1"),
      suggestion: A_SENTENCE,
    });
  });

  test("when no secure connection can be made", async () => {
    expect(await refusal(`${url}?sslmode=verify-full`)).toMatchObject({
      code: "ERR_STORE_UNREADABLE",
      message: expect.stringContaining("secure connection"),
    });
  });

  test.each(["Upper", "1st", "a-b", "", "pg_own", "a".repeat(64)])("when the schema is called %j", async (schema) => {
    await expect(openPostgresStore(url, { schema })).rejects.toThrow(RangeError);
  });
});

describe("a call that fails", () => {
  test("because its connection is cut says so, and the next one connects anew", async () => {
    await using store = await openPostgresStore(url, { connections: 1 });
    await store.createRun(aRun());
    await sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'c2d'");
    // Whether the end of the connection is noticed before the call or by it is a matter of luck.
    const first = await store.readRun("run-1").catch((error: unknown) => (error as MigrationError).code);
    expect([aRun(), "ERR_STORE_UNREADABLE"]).toContainEqual(first);
    expect(await store.readRun("run-1")).toEqual(aRun());
  });

  test("in the middle, because the server ended the connection, leaves nothing half done", async () => {
    await using store = await openPostgresStore(url, { connections: 2 });
    await store.createRun(aRun());
    const locker = sql("BEGIN; LOCK TABLE c2d.runs; SELECT pg_sleep(1); COMMIT");
    await expect.poll(() => sql("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).toHaveLength(1);
    const updating = store.updateRun("run-1", { state: "planned" }).catch((error: unknown) => error);
    await expect
      .poll(() => sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'c2d' AND wait_event_type = 'Lock'"))
      .toHaveLength(1);
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = 'c2d' AND wait_event_type = 'Lock'`);
    expect(await updating).toMatchObject({
      code: "ERR_STORE_UNREADABLE",
      message: "the connection to the database of the state store was lost",
      suggestion: A_SENTENCE,
    });
    await locker;
    expect((await store.readRun("run-1"))?.state).toBe("reading");
  });

  test("because the network went silent ends in bounded time, and the next one connects anew", async () => {
    await using proxy = await startTcpProxy(server.port);
    const location = url.replace(/:\d+\//, `:${proxy.port}/`);
    await using store = await openPostgresStore(location, { connections: 1, callTimeoutMs: 200 });
    await store.createRun(aRun());
    proxy.freeze();
    await expect(store.listRuns()).rejects.toMatchObject({ code: "ERR_STORE_UNREADABLE", suggestion: A_SENTENCE });
    expect(await store.listRuns()).toEqual([aRun()]);
    proxy.cut();
    await store.listRuns().catch(() => undefined);
    expect(await store.listRuns()).toEqual([aRun()]);
  });

  test("because the server is down says so until it is up again", async () => {
    await using store = await openPostgresStore(url);
    await store.createRun(aRun());
    await server.crash();
    await expect(store.listRuns()).rejects.toMatchObject({ code: "ERR_STORE_UNREADABLE" });
    await expect(store.listRuns()).rejects.toMatchObject({ code: "ERR_STORE_UNREADABLE" });
    await server.start();
    expect(await store.listRuns()).toEqual([aRun()]);
  });

  test.each([
    ["53100", "ERR_STORE_FULL"],
    ["25006", "ERR_STORE_READ_ONLY"],
    ["40P01", "ERR_STORE_LOCKED"],
    ["XX001", "ERR_STORE_CORRUPT"],
    ["53200", "ERR_STORE_UNREADABLE"],
  ])("because the server answers %s has the code %s, and changes nothing", async (state, code) => {
    await using store = await openPostgresStore(url);
    await store.createRun(aRun());
    await sql(`CREATE FUNCTION c2d.fail() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN RAISE SQLSTATE '${state}' USING MESSAGE = 'canary'; END $$;
               CREATE TRIGGER fail BEFORE INSERT ON c2d.plan_items FOR EACH ROW EXECUTE FUNCTION c2d.fail()`);
    const item = { seq: 1, source: 0, sub: "s", kind: "native", operation: "skip", reason: "", findings: [] } as const;
    await expect(store.appendPlanItems("run-1", [{ item, loginIds: [] }])).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining("canary"),
      suggestion: A_SENTENCE,
    });
    expect(await store.readPlanItems("run-1", 0, 10)).toEqual([]);
  });

  test("because the tables are gone says that they are", async () => {
    await using store = await openPostgresStore(url);
    await sql("DROP SCHEMA c2d CASCADE");
    await expect(store.listRuns()).rejects.toMatchObject({
      code: "ERR_STORE_UNREADABLE",
      message: "the tables of the state store are not there any more",
    });
  });
});

test("a purge that another process stands in the way of says so, and works afterwards", async () => {
  await using store = await openPostgresStore(url, { lockTimeoutMs: 50 });
  await store.createRun(aRun());
  const reading = sql("BEGIN; SELECT count(*) FROM c2d.runs; SELECT pg_sleep(0.6); COMMIT");
  await expect.poll(() => sql("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).toHaveLength(1);
  await expect(store.purge()).rejects.toMatchObject({ code: "ERR_STORE_LOCKED", suggestion: A_SENTENCE });
  await reading;
  await store.purge();
  expect(await store.listRuns()).toEqual([]);
});

test("calls that are made at the same time wait for a connection, and all are carried out", async () => {
  await using store = await openPostgresStore(url, { connections: 2 });
  await store.createRun(aRun());
  const state = { complete: false, at: 1 };
  const user = { username: "", attributes: {}, enabled: true, status: "CONFIRMED", createdAt: 0, modifiedAt: 0 };
  await Promise.all(
    Array.from({ length: 40 }, (_, page) =>
      store.appendSourceUsers(
        "run-1",
        page % 4,
        [0, 1, 2].map((n) => ({ ...user, sub: `${page}-${n}` })),
        `users:${page % 4}`,
        state,
      ),
    ),
  );
  await store.finishReading("run-1");
  const read = await store.readSourceUsers("run-1", 0, 1000);
  expect(read.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  expect(new Set(read.map(({ user: { sub } }) => sub)).size).toBe(120);
});
