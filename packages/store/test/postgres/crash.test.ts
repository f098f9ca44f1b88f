import { afterAll, beforeAll, expect, test } from "vitest";
import { openPostgresStore } from "../../src/postgres/open-postgres-store.ts";
import { expectOneChain } from "../contract/crash-chain.ts";
import { expectToSurviveKills } from "../contract/crash.ts";
import { aRun, planned, seqsOf } from "../contract/samples.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

test("a process that is killed while it writes loses nothing that was acknowledged, and leaves nothing half done", async () => {
  await expectToSurviveKills(await server.createDatabase());
});

test("processes that append events at the same time make one chain, and one that is killed leaves it whole", async () =>
  expectOneChain(await server.createDatabase()));

test("a server that crashes has what nobody could tell again, with everything before it", async () => {
  const url = await server.createDatabase();
  for (let round = 1; round <= 5; round++) {
    const id = `run-${round}`;
    await using store = await openPostgresStore(url);
    await store.createRun(aRun({ id }));
    await store.appendPlanItems(id, [planned(1), planned(2)]);
    const batch = await store.openBatch(id, [1]);
    await server.crash();
    await server.start();
    expect(await store.readOpenBatches(id).catch(() => store.readOpenBatches(id))).toEqual([{ id: batch, seqs: [1] }]);
    expect(seqsOf(await store.readPlanItems(id, 0, 10))).toEqual([1, 2]);
    await store.updateRun(id, { state: "applying" });
    await store.appendEvent(id, { at: 1, type: "last", data: {} });
    await server.crash();
    await server.start();
    await using again = await openPostgresStore(url);
    expect((await again.readRun(id))?.state).toBe("applying");
    expect(await again.readEvents(id)).toHaveLength(1);
  }
});
