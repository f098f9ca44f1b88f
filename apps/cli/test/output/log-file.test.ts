import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logFileName, openLogFile } from "../../src/output/log-file.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";

test("the log file is named as the migration guide names it", () => {
  const time = new Date(2026, 10, 3, 7, 5, 9);
  expect(logFileName(time, false)).toBe("migration_log_cognito_03_11_2026_07:05:09.log");
  expect(logFileName(time, true)).toBe("migration_log_cognito_03_11_2026_07-05-09.log");
});

test("only its owner can read the log file, and every line has its time", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.log");
  const log = openLogFile(path, () => undefined);
  log.line("one");
  log.line("two".repeat(30_000));
  log[Symbol.dispose]();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z one$/);
});

test("a place that cannot be written is named before anything is done", () => {
  using folder = temporaryFolder();
  expect(() => openLogFile(join(folder.path, "absent", "x.log"), () => undefined)).toThrow(
    expect.objectContaining({ code: "ERR_OUTPUT_UNWRITABLE" }),
  );
});

test("a disk that fills up is told once and stops nothing", () => {
  const failures: unknown[] = [];
  const log = openLogFile("/dev/full", (error) => failures.push(error));
  for (let count = 0; count < 5; count += 1) log.line("x".repeat(100_000));
  log[Symbol.dispose]();
  expect(failures).toHaveLength(1);
});

test("a log in which nothing was written is not left behind", () => {
  using folder = temporaryFolder();
  openLogFile(join(folder.path, "x.log"), () => undefined)[Symbol.dispose]();
  expect(readdirSync(folder.path)).toEqual([]);
});
