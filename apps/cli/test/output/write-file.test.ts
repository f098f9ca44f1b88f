import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeFileWhole } from "../../src/output/write-file.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";

test("a file appears whole, readable by its owner only, in a directory that is made for it", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "made", "x.json");
  await writeFileWhole(path, ["a", "b"]);
  expect(readFileSync(path, "utf8")).toBe("ab");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("what was there before stays when the writing fails, and nothing else is left", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.json");
  writeFileSync(path, "before");
  const failing = (function* () {
    yield "half";
    throw new Error("stopped");
  })();
  await expect(writeFileWhole(path, failing)).rejects.toThrow("stopped");
  expect(readFileSync(path, "utf8")).toBe("before");
  expect(readdirSync(folder.path)).toEqual(["x.json"]);
});

test("a file where a directory should be is one clear error", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "file"), "");
  await expect(writeFileWhole(join(folder.path, "file", "x.json"), ["a"])).rejects.toMatchObject({
    code: "ERR_OUTPUT_UNWRITABLE",
  });
});
