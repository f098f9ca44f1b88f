import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { identitiesOf, projectUsers, startWorld, verified } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

let world: Awaited<ReturnType<typeof startWorld>>;
let folder: ReturnType<typeof temporaryFolder>;
let subs: readonly string[];
let federated: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await startWorld();
  const { sandbox, pool } = world;
  subs = ["=1+1", "o'brien", 'quote"d', "new\nline"].map((name, index) =>
    pool.add(name, verified(`user${index}@example.com`)),
  );
  // The same person once more, through Google: merged into the first.
  federated = pool.add(
    "google_1",
    { ...verified("user0@example.com"), identities: identitiesOf("Google", "1") },
    { status: "EXTERNAL_PROVIDER" },
  );
  folder = temporaryFolder();
  writeFastConfig(folder.path);
  env = { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: pool.userPoolId };
  const { code, stderr } = await runC2d(["migrate", "--no-log-file"], { cwd: folder.path, env });
  expect(code, stderr).toBe(0);
}, 120_000);
afterAll(async () => {
  folder[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

const c2d = (...words: readonly string[]): ReturnType<typeof runInProcess> =>
  runInProcess(words, { cwd: folder.path, env });
const read = (name: string): string => readFileSync(join(folder.path, name), "utf8");

/** The user ID that the project itself has for a sub. */
function userIdOf(sub: string): string {
  return projectUsers(world.sandbox).find((user) => user.customAttributes["cognitoSub"] === sub)?.userId ?? "";
}

describe("id-map export", () => {
  test("writes everybody's IDs as the project has them, merged users too, in a file of its owner's", async () => {
    const { code, stdout, stderr } = await c2d(
      "id-map",
      "export",
      "--format",
      "jsonl",
      "--output",
      "ids.jsonl",
      "--json",
    );
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      file: join(folder.path, "ids.jsonl"),
      format: "jsonl",
      users: 5,
      merged: 1,
      gone: 0,
    });
    expect(statSync(join(folder.path, "ids.jsonl")).mode & 0o777).toBe(0o600);
    const lines = read("ids.jsonl").trimEnd().split("\n");
    const ids = new Map(
      lines.map((line) => {
        const { sub, userId, username } = JSON.parse(line) as Readonly<Record<string, string>>;
        return [sub, { userId, username }];
      }),
    );
    for (const sub of subs) expect(ids.get(sub)?.userId).toBe(userIdOf(sub));
    expect(ids.get(federated)).toEqual({ userId: userIdOf(subs[0] ?? ""), username: "google_1" });
    expect(read("ids.jsonl")).not.toContain("@example.com");
  });

  test("has addresses with --verbose only, and no formula in a table", async () => {
    await c2d("id-map", "export", "--format", "csv", "--output", "ids.csv");
    expect(read("ids.csv")).toContain("'=1+1");
    expect(read("ids.csv")).not.toContain("@example.com");
    await c2d("id-map", "export", "--format", "csv", "--output", "ids.csv", "--verbose");
    expect(read("ids.csv")).toContain("user0@example.com");
  });

  test("writes a script that rewrites a table, and the way back", async () => {
    const sql = ["--format", "sql", "--dialect", "sqlite", "--table", "orders", "--column", "user_id"] as const;
    await c2d("id-map", "export", ...sql, "--output", "there.sql");
    await c2d("id-map", "export", ...sql, "--reverse", "--output", "back.sql");
    await c2d("id-map", "export", ...sql, "--dry-run", "--output", "count.sql");
    const database = new DatabaseSync(":memory:");
    database.exec("CREATE TABLE orders (user_id TEXT)");
    for (const sub of [...subs, federated]) database.prepare("INSERT INTO orders VALUES (?)").run(sub);
    const ids = (): unknown =>
      database
        .prepare("SELECT user_id FROM orders")
        .all()
        .map((row) => row["user_id"]);
    database.exec(read("count.sql"));
    expect(ids()).toEqual([...subs, federated]);
    database.exec(read("there.sql"));
    expect(ids()).toEqual([...subs, subs[0] ?? ""].map(userIdOf));
    database.exec(read("back.sql"));
    expect(ids()).toEqual([...subs, subs[0]]);
    database.close();
  });

  test("writes DynamoDB requests", async () => {
    const { code } = await c2d("id-map", "export", "--format", "dynamodb", "--table", "id-map", "--output", "ids.json");
    expect(code).toBe(0);
    expect((JSON.parse(read("ids.json")) as Readonly<Record<string, readonly unknown[]>>)["id-map"]).toHaveLength(5);
  });

  test.each([
    ["no dialect", ["--format", "sql", "--table", "a", "--column", "b"]],
    ["no column", ["--format", "sql", "--dialect", "mysql", "--table", "a"]],
    ["no table for DynamoDB", ["--format", "dynamodb"]],
    ["a table that is none for DynamoDB", ["--format", "dynamodb", "--table", "a b c"]],
    ["a column for a format without", ["--format", "csv", "--column", "b"]],
    ["a dry run of a format without", ["--format", "dynamodb", "--table", "abc", "--dry-run"]],
    ["an unknown format", ["--format", "xml"]],
  ])("refuses %s, and writes nothing", async (_what, words) => {
    const { code, stderr } = await c2d("id-map", "export", ...words, "--output", "wrong.txt");
    expect(code).toBe(2);
    expect(stderr).toContain("ERR_USAGE");
    expect(existsSync(join(folder.path, "wrong.txt"))).toBe(false);
  });

  test.each([
    ["nothing was migrated", "empty"],
    ["another project was", "other"],
  ])("says so when %s, and leaves the file that is there", async (_what, kind) => {
    using empty = temporaryFolder();
    const cwd = kind === "empty" ? empty.path : folder.path;
    writeFileSync(join(cwd, "ids.csv"), "before");
    const other = { ...env, DESCOPE_PROJECT_ID: "P2Other" };
    const { code, stderr } = await runInProcess(["id-map", "export", "--format", "csv", "--output", "ids.csv"], {
      cwd,
      env: other,
    });
    expect(code).toBe(2);
    expect(stderr).toContain("ERR_ID_MAP_EMPTY");
    expect(readFileSync(join(cwd, "ids.csv"), "utf8")).toBe("before");
    expect(readdirSync(cwd).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
