import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { takeFileLock, toLockError } from "../src/state/file-lock.ts";
import { temporaryFolder } from "./e2e/run-c2d.ts";

test("the lock of a state file is held by one process, until it is released", async () => {
  using folder = temporaryFolder();
  const state = join(folder.path, "state.db");
  const lock = takeFileLock(state);
  expect(() => takeFileLock(state)).toThrow(expect.objectContaining({ code: "ERR_RUN_ACTIVE" }));
  await lock.release();
  await takeFileLock(state).release();
});

test("a lock that cannot be made says that the directory cannot be written", () => {
  using folder = temporaryFolder();
  const state = join(folder.path, "state.db");
  mkdirSync(`${state}.lock`);
  expect(() => takeFileLock(state)).toThrow(expect.objectContaining({ code: "ERR_STORE_READ_ONLY" }));
});

test("a full disk is called one, and not a directory that cannot be written", () => {
  expect(toLockError(errorOfFullDatabase())).toMatchObject({
    code: "ERR_STORE_FULL",
    suggestion: expect.stringContaining("Free space") as string,
  });
  const noSpace = Object.assign(new Error("no space left on device"), { code: "ENOSPC", syscall: "chmod" });
  expect(toLockError(noSpace)).toMatchObject({ code: "ERR_STORE_FULL" });
});

/** SQLite's own error for a database that has no room to grow. */
function errorOfFullDatabase(): unknown {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec("PRAGMA max_page_count = 1; CREATE TABLE big (text); CREATE TABLE more (text)");
  } catch (error) {
    return error;
  } finally {
    database.close();
  }
  throw new Error("the database is not full");
}
