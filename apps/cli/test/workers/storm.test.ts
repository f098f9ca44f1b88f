import { expect, test } from "vitest";
import { playStorm } from "../../../../bench/storm-run.ts";
import { startPostgres } from "../../../../packages/store/test/support/postgres-server.ts";

test("in a storm of faults and killed processes nobody is lost or doubled, and the quota holds", async () => {
  const creates = { requests: 30, windowMs: 2000 };
  const said: string[] = [];
  await using server = await startPostgres();
  const result = await playStorm({
    users: 2000,
    workers: 4,
    url: await server.createDatabase(),
    batchSize: 5,
    creates,
    kills: 3,
    killEveryMs: 4000,
    waveMs: 1500,
    halfOpen: false,
    latencyMs: 10,
    seed: 7,
    say: (text) => said.push(text),
  });
  expect({ ...result, said }).toMatchObject({ users: 2000, lost: 0, doubled: 0, killed: 3 });
  expect(result.peakCreates).toBeLessThanOrEqual(creates.requests);
  expect(result.faults).toBeGreaterThan(10);
}, 240_000);
