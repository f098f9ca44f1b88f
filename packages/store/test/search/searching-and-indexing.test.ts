import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { PlanItem, StateStore } from "@cognito-to-descope/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { indexNextBlock } from "../../src/search/index-plan.ts";
import { narrowByOutcome } from "../../src/search/narrow-by-outcome.ts";
import { PlaceSet } from "../../src/search/postings.ts";
import type { SearchTables } from "../../src/search/search-tables.ts";
import { Database } from "../../src/sqlite/database.ts";
import { openSqliteStore } from "../../src/sqlite/open-sqlite-store.ts";
import { searchTables } from "../../src/sqlite/plan-search.ts";
import { aPlan, aRun, planned } from "../contract/samples.ts";

let directory: string;
let store: StateStore;
let database: Database;
let tables: SearchTables;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "c2d-search-"));
  const path = join(directory, "state.db");
  store = await openSqliteStore(path);
  await store.createRun(aRun());
  database = new Database(new DatabaseSync(path));
  tables = searchTables(database, "run-1");
});
afterEach(async () => {
  database.close();
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function plan(seqs: readonly number[], change: (seq: number) => Partial<PlanItem> = () => ({})): Promise<void> {
  await store.appendPlanItems(
    "run-1",
    seqs.map((seq) => planned(seq, [], change(seq))),
  );
  await store.updateRun("run-1", { plan: aPlan() });
}

test("a block is written in transactions of two thousand rows at most, and is found once it is whole", async () => {
  await plan(
    Array.from({ length: 1500 }, (_, index) => index + 1),
    (seq) => ({ mergedSubs: [(seq * 7_919_317).toString(36), (seq * 104_729_431).toString(36)] }),
  );
  const rows: number[] = [];
  const counted: SearchTables = {
    ...tables,
    addToBlock: async (before, block, part) => {
      rows.push(part.postings.length + part.values.length);
      expect(await store.readSearchIndex("run-1")).toEqual({ items: 0, complete: false });
      expect(await store.searchPlanItems("run-1", { operation: "create" }, 0, 1)).toMatchObject({ items: [] });
      return tables.addToBlock(before, block, part);
    },
  };
  expect(await indexNextBlock(counted)).toEqual({ items: 1500, complete: true });
  expect(rows.length).toBeGreaterThan(2);
  expect(Math.max(...rows)).toBe(2000);
  const written = database.row<[number]>("SELECT count(*) FROM search_blocks");
  expect(written?.[0]).toBe(rows.reduce((sum, some) => sum + some, 0));
});

test("whoever is overtaken while indexing adds nothing, and says how far the index has come", async () => {
  await plan([1, 2]);
  const overtaken: SearchTables = {
    ...tables,
    addToBlock: async (...added) => {
      await store.indexPlan("run-1");
      return tables.addToBlock(...added);
    },
  };
  expect(await indexNextBlock(overtaken)).toEqual({ items: 2, complete: true });
});

test("outcomes of more blocks than are read at a time leave the others for later", async () => {
  const firsts = [1, 16_385, 32_769];
  const seqs = firsts.flatMap((first) => Array.from({ length: 150 }, (_, index) => first + index));
  await plan(seqs);
  await store.recordOutcomes(
    "run-1",
    seqs.filter((seq) => seq % 5 > 0).map((seq) => ({ seq, outcome: seq % 5 > 1 ? "updated" : "failed" })),
  );
  for (const [asked, fits, covered] of [
    ["pending", (seq: number) => seq % 5 === 0, 1],
    [{ outcome: "updated" }, (seq: number) => seq % 5 > 1, 2],
    [{ outcome: "failed" }, (seq: number) => seq % 5 === 1, 3],
  ] as const) {
    const blocks = firsts.map((_, block) => ({ block, places: placesOf(150), items: 150 }));
    expect(await narrowByOutcome(tables, asked, blocks, 0, 200)).toBe(covered);
    for (const [block, { places }] of blocks.entries()) {
      const expected = seqs.filter((seq) => seq >= (firsts[block] ?? 0) && seq < (firsts[block] ?? 0) + 150);
      expect(places.from(0).map((place) => place + (firsts[block] ?? 0))).toEqual(
        block < covered ? expected.filter(fits) : expected,
      );
    }
  }
});

function placesOf(count: number): PlaceSet {
  const places = PlaceSet.none();
  for (let place = 0; place < count; place++) places.add(place);
  return places;
}
