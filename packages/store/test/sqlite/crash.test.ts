import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { expectOneChain } from "../contract/crash-chain.ts";
import { expectToSurviveKills } from "../contract/crash.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "c2d-crash-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a process that is killed while it writes loses nothing that was acknowledged, and leaves nothing half done", async () => {
  const path = join(directory, "state.db");
  await expectToSurviveKills(path);
  const database = new DatabaseSync(path);
  expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  database.close();
});

test("processes that append events at the same time make one chain, and one that is killed leaves it whole", () =>
  expectOneChain(join(directory, "state.db")));
