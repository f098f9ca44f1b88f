import { DatabaseSync } from "node:sqlite";
import { fc, test } from "@fast-check/vitest";
import type { IdMapEntry } from "@cognito-to-descope/core";
import { Client, type QueryResult } from "pg";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { sqlColumns } from "../../src/id-map/sql-columns.ts";
import { SQL_DIALECTS } from "../../src/id-map/sql-dialect.ts";
import { sql } from "../../src/id-map/sql.ts";
import { type PostgresServer, startPostgres } from "../../../../packages/store/test/support/postgres-server.ts";
import { anEntry, HOSTILE_TEXTS, pagesOf, render } from "./entries.ts";

type Row = Readonly<Record<string, unknown>>;

/** A database that scripts are run on. */
interface Subject {
  readonly dialect: "postgres" | "sqlite";
  run(script: string): Promise<void>;
  rows(query: string): Promise<readonly Row[]>;
  /** What the SELECTs of a script give. */
  selects(script: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

function openSqlite(): Promise<Subject> {
  const database = new DatabaseSync(":memory:");
  return Promise.resolve({
    dialect: "sqlite",
    run: async (script) => database.exec(script),
    rows: async (query) =>
      database
        .prepare(query)
        .all()
        .map((row) => ({ ...row })),
    async selects(script) {
      const found: Row[] = [];
      // No value of these scripts holds a semicolon before a line's end: odd ones are written in hex.
      for (const statement of script.split(/;\n/)) {
        const text = statement.replace(/^--.*$/gm, "").trim();
        if (text === "") continue;
        if (text.startsWith("SELECT"))
          found.push(
            ...database
              .prepare(text)
              .all()
              .map((row) => ({ ...row })),
          );
        else database.exec(text);
      }
      return found;
    },
    close: async () => database.close(),
  });
}

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

async function openPostgres(): Promise<Subject> {
  const client = new Client({ connectionString: await server.createDatabase() });
  await client.connect();
  const run = async (script: string): Promise<readonly QueryResult<Row>[]> => {
    const answer: unknown = await client.query<Row>(script);
    return (Array.isArray(answer) ? answer : [answer]) as readonly QueryResult<Row>[];
  };
  return {
    dialect: "postgres",
    run: async (script) => void (await run(script)),
    rows: async (query) => (await run(query))[0]?.rows ?? [],
    selects: async (script) =>
      (await run(script)).filter(({ command }) => command === "SELECT").flatMap(({ rows }) => rows),
    close: () => client.end(),
  };
}

const subjects = [
  ["SQLite", openSqlite],
  ["PostgreSQL", openPostgres],
] as const;

interface ScriptOptions {
  readonly columns?: readonly (readonly [table: string, column: string])[];
  readonly dryRun?: boolean;
  readonly reverse?: boolean;
}

async function scriptFor(
  subject: Pick<Subject, "dialect">,
  entries: readonly IdMapEntry[],
  { columns = [["orders", "user_id"]], dryRun = false, reverse = false }: ScriptOptions = {},
): Promise<string> {
  const [tables, names] = [columns.map(([table]) => table), columns.map(([, column]) => column)];
  const given = { dialect: SQL_DIALECTS[subject.dialect], columns: sqlColumns(tables, names), dryRun, reverse };
  return render(sql(given), pagesOf(entries));
}

const entries = [anEntry("sub-a", "UA"), anEntry("sub-b", "UB"), anEntry("sub-c", "UA", { mergedInto: "sub-a" })];

const counts = (found: readonly Row[]): unknown => {
  const names = ["rows_in_table", "rows_to_change", "rows_changed", "rows_without_id", "rows_not_in_map"];
  return found.map((row) => names.map((name) => Number(row[name])));
};

async function withOrders(subject: Subject): Promise<void> {
  await subject.run("CREATE TABLE orders (id integer PRIMARY KEY, user_id text)");
  await subject.run(
    "INSERT INTO orders VALUES (1, 'sub-a'), (2, 'sub-b'), (3, 'sub-c'), (4, 'stranger'), (5, NULL), (6, 'sub-a')",
  );
}

const orders = async (subject: Subject): Promise<readonly unknown[]> =>
  (await subject.rows("SELECT user_id FROM orders ORDER BY id")).map((row) => row["user_id"]);

describe.each(subjects)("the script on %s", (_name, open) => {
  test("counts, rewrites and counts again, and changes nothing the second time", async () => {
    const subject = await open();
    await withOrders(subject);
    const text = await scriptFor(subject, entries);
    expect(counts(await subject.selects(text))).toEqual([
      [6, 4, 0, 1, 1],
      [6, 0, 4, 1, 1],
    ]);
    const rewritten = ["UA", "UB", "UA", "stranger", null, "UA"];
    expect(await orders(subject)).toEqual(rewritten);
    expect(counts(await subject.selects(text))).toEqual([
      [6, 0, 4, 1, 1],
      [6, 0, 4, 1, 1],
    ]);
    expect(await orders(subject)).toEqual(rewritten);
    await subject.close();
  });

  test("of a dry run counts, and changes nothing", async () => {
    const subject = await open();
    await withOrders(subject);
    const before = await orders(subject);
    const found = await subject.selects(await scriptFor(subject, entries, { dryRun: true }));
    expect(counts(found)).toEqual([[6, 4, 0, 1, 1]]);
    expect(found[0]?.["checked_column"]).toBe("orders.user_id");
    expect(await orders(subject)).toEqual(before);
    await subject.close();
  });

  test("has a way back, on which rows of merged users go to the user that they were merged into", async () => {
    const subject = await open();
    await withOrders(subject);
    await subject.run(await scriptFor(subject, entries));
    await subject.run(await scriptFor(subject, [...entries].reverse(), { reverse: true }));
    expect(await orders(subject)).toEqual(["sub-a", "sub-b", "sub-a", "stranger", null, "sub-a"]);
    await subject.close();
  });

  test("rewrites several columns, and both sides of a foreign key, in one transaction", async () => {
    const subject = await open();
    if (subject.dialect === "sqlite") await subject.run("PRAGMA foreign_keys = ON");
    await subject.run(`
      CREATE TABLE people (id text PRIMARY KEY);
      CREATE TABLE letters (writer text REFERENCES people (id) DEFERRABLE, reader text);
      INSERT INTO people VALUES ('sub-a'), ('sub-b');
      INSERT INTO letters VALUES ('sub-a', 'sub-b'), ('sub-b', 'sub-c')`);
    const columns = [
      ["people", "id"],
      ["letters", "writer"],
      ["letters", "reader"],
    ] as const;
    await subject.run(await scriptFor(subject, entries, { columns }));
    expect(await subject.rows("SELECT id FROM people ORDER BY id")).toEqual([{ id: "UA" }, { id: "UB" }]);
    expect(await subject.rows("SELECT writer, reader FROM letters ORDER BY writer")).toEqual([
      { writer: "UA", reader: "UB" },
      { writer: "UB", reader: "UA" },
    ]);
    await subject.close();
  });

  test("changes nothing at all when one of the columns cannot be changed", async () => {
    const subject = await open();
    await withOrders(subject);
    await subject.run("CREATE TABLE profiles (user_id text UNIQUE); INSERT INTO profiles VALUES ('sub-a'), ('sub-c')");
    const columns = [
      ["orders", "user_id"],
      ["profiles", "user_id"],
    ] as const;
    const before = await orders(subject);
    await expect(subject.run(await scriptFor(subject, entries, { columns }))).rejects.toThrow(/unique/i);
    await subject.run("ROLLBACK");
    expect(await orders(subject)).toEqual(before);
    await subject.close();
  });

  test("takes hostile IDs and names for what they are", async () => {
    const subject = await open();
    const odd = HOSTILE_TEXTS.map((text, index) => anEntry(text, `new ${text} ${index}`));
    const name = 'order "s"; DROP TABLE x; --';
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
    await subject.run(`CREATE TABLE ${quoted} (id integer PRIMARY KEY, ${quoted} text)`);
    for (const [index, text] of HOSTILE_TEXTS.entries()) {
      await subject.run(`INSERT INTO ${quoted} VALUES (${index}, ${literal(text)})`);
    }
    await subject.run(await scriptFor(subject, odd, { columns: [[quoted, name]] }));
    const found = await subject.rows(`SELECT ${quoted} AS value FROM ${quoted} ORDER BY id`);
    expect(found.map((row) => row["value"])).toEqual(odd.map(({ userId }) => userId));
    await subject.close();
  });

  test("names a table of a schema", async () => {
    const subject = await open();
    const schema = subject.dialect === "sqlite" ? "main" : "shop";
    if (subject.dialect === "postgres") await subject.run("CREATE SCHEMA shop");
    await subject.run(`CREATE TABLE ${schema}.orders (user_id text); INSERT INTO ${schema}.orders VALUES ('sub-b')`);
    await subject.run(await scriptFor(subject, entries, { columns: [[`${schema}.orders`, "user_id"]] }));
    expect(await subject.rows(`SELECT user_id FROM ${schema}.orders`)).toEqual([{ user_id: "UB" }]);
    await subject.close();
  });

  test("loads more users than one statement takes", async () => {
    const subject = await open();
    const many = Array.from({ length: 1600 }, (_, index) => anEntry(`sub-${index}`, `U${index}`));
    await subject.run("CREATE TABLE orders (id integer, user_id text)");
    await subject.run("INSERT INTO orders VALUES (1, 'sub-0'), (2, 'sub-1599'), (3, 'sub-1600')");
    const text = await render(
      sql({
        dialect: SQL_DIALECTS[subject.dialect],
        columns: sqlColumns(["orders"], ["user_id"]),
        dryRun: false,
        reverse: false,
      }),
      pagesOf(many, 1600),
    );
    await subject.run(text);
    expect(await orders(subject)).toEqual(["U0", "U1599", "sub-1600"]);
    await subject.close();
  });
});

test.prop([fc.uniqueArray(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), { maxLength: 30 })], {
  numRuns: 60,
})("any text that a database can hold is rewritten as it is, and nothing else", async (texts) => {
  // Neither database holds a lone half of a surrogate pair, and PostgreSQL holds no NUL.
  const subs = [...new Set(texts.filter((text) => text.isWellFormed() && !text.includes("\0")))];
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE orders (id integer PRIMARY KEY, user_id text)");
  const insert = database.prepare("INSERT INTO orders (user_id) VALUES (?)");
  for (const sub of subs) insert.run(sub);
  database.exec(
    await scriptFor(
      { dialect: "sqlite" },
      subs.map((sub, index) => anEntry(sub, `\u{1f511}${index}'${sub}`)),
    ),
  );
  const found = database.prepare("SELECT user_id FROM orders ORDER BY id").all();
  expect(found.map((row) => row["user_id"])).toEqual(subs.map((sub, index) => `\u{1f511}${index}'${sub}`));
  database.close();
});

describe("the script for MySQL", () => {
  test("quotes in its own way, and joins for the update", async () => {
    const columns = sqlColumns(["shop.or`ders"], ["user_id"]);
    const given = { dialect: SQL_DIALECTS.mysql, columns, dryRun: false, reverse: false };
    const text = await render(sql(given), pagesOf([anEntry("sub-a", "UA"), anEntry("it's \\", "UB")]));
    expect(text).toContain("('sub-a', 'UA'),\n(CONVERT(X'69742773205c' USING utf8mb4), 'UB');");
    expect(text).toContain(
      "UPDATE `shop`.`or``ders` AS t JOIN c2d_id_map AS m ON m.old_id = t.`user_id` SET t.`user_id` = m.new_id;",
    );
    // A statement must not name a temporary table twice there.
    for (const statement of text.split(";\n")) {
      expect([...statement.matchAll(/c2d_id_map\b/g)].length).toBeLessThanOrEqual(1);
    }
  });
});

test.each([
  [[], []],
  [["orders"], []],
  [["orders", "invoices"], ["user_id"]],
  [[""], ["user_id"]],
  [["a..b"], ["user_id"]],
  [['"a"b'], ["user_id"]],
  [["orders\n--"], ["user_id"]],
  [["orders"], [""]],
])("tables %j with columns %j are no pairs of names", (tables, columns) => {
  expect(() => sqlColumns(tables, columns)).toThrow(expect.objectContaining({ code: "ERR_USAGE" }));
});

test("a name has parts between dots, and dots within quotes", () => {
  expect(sqlColumns(['"my.schema".orders', "plain"], ["a.b", "c"])).toEqual([
    { table: ["my.schema", "orders"], column: "a.b" },
    { table: ["plain"], column: "c" },
  ]);
});
