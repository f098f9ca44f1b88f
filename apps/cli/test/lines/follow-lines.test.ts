import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fc } from "@fast-check/vitest";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FollowedLines, followLines } from "../../src/lines/follow-lines.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, "log.jsonl");
});
afterEach(() => folder[Symbol.dispose]());

async function read(lines: FollowedLines): Promise<readonly string[]> {
  const heard: string[] = [];
  await lines.read({ onLine: (line) => heard.push(line), onAnew: () => heard.push("(anew)") });
  return heard;
}

test("gives each line once, when it is complete", async () => {
  const lines = followLines(path);
  expect(await read(lines)).toEqual([]);
  writeFileSync(path, "one\ntw");
  expect(await read(lines)).toEqual(["one"]);
  appendFileSync(path, "o\n\nthr");
  expect(await read(lines)).toEqual(["two"]);
  appendFileSync(path, "ee\n");
  expect([await read(lines), await read(lines)]).toEqual([["three"], []]);
});

test("begins anew with a file that was put in its place, cut off or removed", async () => {
  const lines = followLines(path);
  writeFileSync(path, "one\ntwo\n");
  await read(lines);
  writeFileSync(`${path}.new`, "eins\nzwei\ndrei\n");
  renameSync(`${path}.new`, path);
  expect(await read(lines)).toEqual(["(anew)", "eins", "zwei", "drei"]);
  truncateSync(path, 5);
  expect(await read(lines)).toEqual(["(anew)", "eins"]);
  rmSync(path);
  expect(await read(lines)).toEqual(["(anew)"]);
  writeFileSync(path, "uno\n");
  expect(await read(lines)).toEqual(["uno"]);
});

test("finds the same lines however they are added", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "binary" }).map((text) => `x${text.replaceAll("\n", "")}`)),
      fc.array(fc.nat(200)),
      async (texts, cuts) => {
        number += 1;
        const own = join(folder.path, `${number}.jsonl`);
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
        const lines = followLines(own);
        const heard: string[] = [];
        let from = 0;
        for (const to of [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b)) {
          appendFileSync(own, bytes.subarray(from, to));
          heard.push(...(await read(lines)));
          from = to;
        }
        expect(heard).toEqual(bytes.toString().split("\n").slice(0, -1));
      },
    ),
    { numRuns: 60 },
  );
});
