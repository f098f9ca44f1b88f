import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { MigrationError } from "@cognito-to-descope/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../../src/sqlite/open-sqlite-store.ts";
import { aPoolUser, aRun, COMPLETE, subOf, UNDERWAY } from "../contract/samples.ts";

const A_SENTENCE: unknown = expect.stringMatching(/^[A-Z].+[.]$/);

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "c2d-store-"));
  path = join(directory, "state.db");
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("the state file", () => {
  test("is made for its owner alone, with the log beside it and the directories above it", async () => {
    path = join(directory, "new", "deeper", "state.db");
    const umask = process.umask(0);
    try {
      await using store = await openSqliteStore(path);
      await store.createRun(aRun());
      for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(mode(file)).toBe(0o600);
      expect(mode(join(directory, "new"))).toBe(0o700);
      expect(mode(join(directory, "new", "deeper"))).toBe(0o700);
    } finally {
      process.umask(umask);
    }
  });

  test("loses the permissions of others when it has them", async () => {
    await (await openSqliteStore(path))[Symbol.asyncDispose]();
    chmodSync(path, 0o644);
    await using store = await openSqliteStore(path);
    await store.createRun(aRun());
    expect([path, `${path}-wal`, `${path}-shm`].map(mode)).toEqual([0o600, 0o600, 0o600]);
  });

  test("is one file again when the store is closed, and holds everything when it is opened again", async () => {
    {
      await using store = await openSqliteStore(path);
      await store.createRun(aRun());
      await store.appendSourceUsers("run-1", 0, [aPoolUser(subOf(1))], "users:0", UNDERWAY);
    }
    expect(existsSync(`${path}-wal`)).toBe(false);
    await using store = await openSqliteStore(path);
    expect(await store.readRun("run-1")).toEqual(aRun());
    expect(await store.readListing("run-1", "users:0")).toEqual(UNDERWAY);
    await store.appendSourceUsers("run-1", 0, [aPoolUser(subOf(2))], "users:0", COMPLETE);
    await store.finishReading("run-1");
    expect(await store.countSourceUsers("run-1")).toBe(2);
  });

  test("may have a path with quotes and letters of any script", async () => {
    path = join(directory, 'it\'s "état" 状態', "état's.db");
    await using store = await openSqliteStore(path);
    await store.createRun(aRun());
    expect(existsSync(path)).toBe(true);
  });

  test("is what SQLite sorts beside, and not in the system's temporary directory", async () => {
    path = join(directory, "it's here", "state.db");
    await using store = await openSqliteStore(path);
    await store.createRun(aRun());
    // The setting holds for the process, so any connection tells it.
    const other = new DatabaseSync(":memory:");
    expect(other.prepare("PRAGMA temp_store_directory").get()).toEqual({
      temp_store_directory: join(directory, "it's here"),
    });
    other.close();
  });

  test("is read by another process while one writes", async () => {
    await using writing = await openSqliteStore(path);
    await writing.createRun(aRun());
    await using reading = await openSqliteStore(path);
    await writing.updateRun("run-1", { state: "planning" });
    expect((await reading.readRun("run-1"))?.state).toBe("planning");
  });
});

describe("opening is refused with a code and a suggestion", () => {
  test("when the path is a directory", async () => {
    expect(await refusal(directory)).toMatchObject({ code: "ERR_STORE_UNREADABLE", suggestion: A_SENTENCE });
  });

  test("when a part of the path is a file", async () => {
    writeFileSync(path, "");
    expect(await refusal(join(path, "state.db"))).toMatchObject({
      code: "ERR_STORE_UNREADABLE",
      suggestion: A_SENTENCE,
    });
  });

  test.skipIf(!existsSync("/proc/self"))("when the directory is in a place that takes none", () => {
    expect(openElsewhere("/proc/absent/deeper/state.db")).toMatchObject({
      code: "ERR_STORE_UNREADABLE",
      suggestion: A_SENTENCE,
    });
  });

  test("when the path is a link to nowhere that can be made", async () => {
    symlinkSync(join(directory, "missing", "target.db"), path);
    expect(await refusal(path)).toMatchObject({ code: "ERR_STORE_UNREADABLE", suggestion: A_SENTENCE });
  });

  test("when the file is not a SQLite file", async () => {
    writeFileSync(
      path,
      "This is a text of more than one hundred bytes, so that SQLite takes a look at it. ".repeat(20),
    );
    const before = readFileSync(path);
    expect(await refusal(path)).toMatchObject({ code: "ERR_STORE_CORRUPT", suggestion: A_SENTENCE });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("when the file is a SQLite file of something else", async () => {
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE mine (a)");
    other.close();
    const before = readFileSync(path);
    expect(await refusal(path)).toMatchObject({ code: "ERR_STORE_UNREADABLE", suggestion: A_SENTENCE });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("when a later version wrote the file, which is left as it is", async () => {
    await (await openSqliteStore(path))[Symbol.asyncDispose]();
    const later = new DatabaseSync(path);
    later.exec("PRAGMA user_version = 1000");
    later.close();
    const before = readFileSync(path);
    expect(await refusal(path)).toMatchObject({ code: "ERR_STORE_NEWER", suggestion: A_SENTENCE });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("when a later version left its log behind, which is left as it is too", async () => {
    await (await openSqliteStore(path))[Symbol.asyncDispose]();
    const later = new DatabaseSync(path);
    later.exec("PRAGMA user_version = 1000");
    const before = [path, `${path}-wal`].map((file) => readFileSync(file));
    expect(await refusal(path)).toMatchObject({ code: "ERR_STORE_NEWER", suggestion: A_SENTENCE });
    expect([path, `${path}-wal`].map((file, index) => readFileSync(file).equals(before[index] as Buffer))).toEqual([
      true,
      true,
    ]);
    later.close();
  });

  test("when pages of the file are damaged", async () => {
    {
      await using store = await openSqliteStore(path);
      await store.createRun(aRun());
    }
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 100, 8192);
    writeFileSync(path, bytes);
    expect(await refusal(path)).toMatchObject({ code: "ERR_STORE_CORRUPT", suggestion: A_SENTENCE });
  });

  test("when another process holds the file, after a short wait", async () => {
    await (await openSqliteStore(path))[Symbol.asyncDispose]();
    const other = new DatabaseSync(path);
    other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE t (a)");
    try {
      expect(await refusal(path, { busyTimeoutMs: 50 })).toMatchObject({
        code: "ERR_STORE_LOCKED",
        suggestion: A_SENTENCE,
      });
    } finally {
      other.close();
    }
  });

  // Root may write everywhere, so the attempt is made as somebody else where the tests run as root.
  test.skipIf(process.platform === "win32" || !canBeSomebodyElse())(
    "when the directory or the file cannot be written",
    async () => {
      await (await openSqliteStore(path))[Symbol.asyncDispose]();
      chmodSync(path, 0o666);
      chmodSync(directory, 0o555);
      expect(openElsewhere(join(directory, "state.db"))).toMatchObject({
        code: "ERR_STORE_READ_ONLY",
        suggestion: A_SENTENCE,
      });
      expect(openElsewhere(join(directory, "other.db"))).toMatchObject({ code: "ERR_STORE_READ_ONLY" });
      expect(openElsewhere(join(directory, "sub", "state.db"))).toMatchObject({ code: "ERR_STORE_READ_ONLY" });
      chmodSync(directory, 0o777);
      chmodSync(path, 0o444);
      expect(openElsewhere(path)).toMatchObject({ code: "ERR_STORE_READ_ONLY" });
      chmodSync(directory, 0o700);
    },
  );

  test("when an option makes no sense", async () => {
    await expect(openSqliteStore(path, { busyTimeoutMs: -1 })).rejects.toThrow(RangeError);
    await expect(openSqliteStore(path, { maxBytes: 1.5 })).rejects.toThrow(RangeError);
    expect(existsSync(path)).toBe(false);
  });

  async function refusal(where: string, options: { readonly busyTimeoutMs?: number } = {}): Promise<MigrationError> {
    const error = await openSqliteStore(where, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MigrationError);
    return error as MigrationError;
  }
});

describe("a call fails with a code", () => {
  test("when another process is writing, and works once that has finished", async () => {
    await using store = await openSqliteStore(path, { busyTimeoutMs: 50 });
    await store.createRun(aRun());
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const error = await store.updateRun("run-1", { state: "planning" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ERR_STORE_LOCKED", recovery: "retry" });
    expect((await store.readRun("run-1"))?.state).toBe("reading");
    other.exec("ROLLBACK");
    other.close();
    await store.updateRun("run-1", { state: "planning" });
    expect((await store.readRun("run-1"))?.state).toBe("planning");
  });

  test("when there is no room left, and loses nothing of what was there", async () => {
    await using store = await openSqliteStore(path, { maxBytes: 1_000_000 });
    await store.createRun(aRun());
    let stored = 0;
    let error: unknown;
    while (error === undefined && stored < 100_000) {
      const users = Array.from({ length: 60 }, (_, n) => aPoolUser(subOf(stored + n)));
      const state = { next: String(stored + users.length), complete: false, at: 1 };
      error = await store.appendSourceUsers("run-1", 0, users, "users:0", state).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) stored += users.length;
    }
    expect(error).toMatchObject({ code: "ERR_STORE_FULL", suggestion: A_SENTENCE });
    expect(stored).toBeGreaterThan(0);
    expect(await store.countSourceUsers("run-1")).toBe(stored);
    expect((await store.readListing("run-1", "users:0"))?.next).toBe(String(stored));
  });

  test("when the file is damaged under it", async () => {
    {
      await using store = await openSqliteStore(path);
      await store.createRun(aRun());
      const users = Array.from({ length: 2000 }, (_, n) => aPoolUser(subOf(n)));
      await store.appendSourceUsers("run-1", 0, users, "users:0", COMPLETE);
      await store.finishReading("run-1");
    }
    const bytes = readFileSync(path);
    // Page 1 and the roots of the tables stay; what is behind them does not.
    bytes.fill(0xa5, bytes.length - 20 * 8192);
    writeFileSync(path, bytes);
    await using store = await openSqliteStore(path);
    const error = await store.readSourceUsers("run-1", 0, 5000).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ERR_STORE_CORRUPT" });
  });
});

function mode(file: string): number {
  return statSync(file).mode & 0o777;
}

function canBeSomebodyElse(): boolean {
  return process.getuid?.() !== 0 || openElsewhere(":memory:") === undefined;
}

/** Opens a store in a process without root's rights; gives the error's code and suggestion, or undefined when it opened. */
function openElsewhere(where: string): unknown {
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const script = fileURLToPath(new URL("open-and-report.ts", import.meta.url));
  const child = spawnSync(process.execPath, [...process.execArgv, script, where], {
    ...nobody,
    encoding: "utf8",
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  if (child.status !== 0) return { failed: child.stderr };
  return child.stdout === "" ? undefined : (JSON.parse(child.stdout) as unknown);
}
