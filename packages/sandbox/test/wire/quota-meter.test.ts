import { array, assert, integer, property } from "fast-check";
import { expect, test } from "vitest";

import { QuotaMeter } from "../../src/wire/quota-meter.ts";
import { startWireServer } from "../../src/index.ts";
import { countingService } from "./counting-service.ts";

const bucket = { name: "b", requests: 3, windowMs: 1000, penaltyMs: 0 };

test("grants no more than the quota in any rolling window", () => {
  assert(
    property(array(integer({ min: 0, max: 400 }), { maxLength: 200 }), (gaps) => {
      let now = 0;
      const meter = new QuotaMeter(() => now);
      const granted: number[] = [];
      for (const gap of gaps) {
        now += gap;
        if (meter.arrive([bucket], true) === undefined) granted.push(now);
      }
      for (const at of granted) {
        const inWindow = granted.filter((other) => other > at - bucket.windowMs && other <= at);
        expect(inWindow.length).toBeLessThanOrEqual(bucket.requests);
      }
    }),
  );
});

test("says when there is room again, and there is", () => {
  let now = 0;
  const meter = new QuotaMeter(() => now);
  for (let i = 0; i < 3; i += 1) expect(meter.arrive([bucket], true)).toBeUndefined();
  now = 400;
  expect(meter.arrive([bucket], true)).toEqual({ bucket, retryAfterMs: 600 });
  now = 1000;
  expect(meter.arrive([bucket], true)).toBeUndefined();
});

test("a penalty closes the bucket for its whole time", () => {
  let now = 0;
  const strict = { ...bucket, penaltyMs: 60_000 };
  const meter = new QuotaMeter(() => now);
  for (let i = 0; i < 4; i += 1) meter.arrive([strict], true);
  now = 59_999;
  expect(meter.arrive([strict], true)).toEqual({ bucket: strict, retryAfterMs: 1 });
  now = 60_000;
  expect(meter.arrive([strict], true)).toBeUndefined();
});

test("a request must fit into every bucket it draws from, and uses none when one refuses", () => {
  const wide = { name: "wide", requests: 10, windowMs: 1000, penaltyMs: 0 };
  const meter = new QuotaMeter(() => 0);
  for (let i = 0; i < 3; i += 1) meter.arrive([wide, bucket], true);
  expect(meter.arrive([wide, bucket], true)?.bucket).toBe(bucket);
  for (let i = 0; i < 7; i += 1) expect(meter.arrive([wide], true)).toBeUndefined();
  expect(meter.arrive([wide], true)?.bucket).toBe(wide);
});

test("measures the peak though quotas are off", () => {
  let now = 0;
  const meter = new QuotaMeter(() => now);
  for (let i = 0; i < 5; i += 1) meter.arrive([bucket], false);
  now = 2000;
  meter.arrive([bucket], false);
  expect(meter.statistics()).toEqual([{ name: "b", requests: 3, windowMs: 1000, peak: 5, arrivals: 6, refused: 0 }]);
});

test("the server refuses in the service's own words", async () => {
  const service = countingService(2);
  await using server = await startWireServer(service, { quotas: "real" });
  const statuses = await Promise.all([1, 2, 3].map(async () => (await fetch(server.url)).status));
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 429]);
  expect(service.work()).toBe(2);
  expect(server.buckets()[0]).toMatchObject({ peak: 3, refused: 1 });
});
