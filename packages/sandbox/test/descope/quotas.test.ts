import { expect, test } from "vitest";

import { openWorld } from "./world.ts";

test.each([
  ["POST /v1/mgmt/user/create", "user/create", 100],
  ["POST /v1/mgmt/user/create/batch", "user/create", 100],
  ["POST /v1/mgmt/user/update", "user/update+search", 200],
  ["POST /v1/mgmt/user/search", "user/update+search", 200],
  ["POST /v2/mgmt/user/search", "user/update+search", 200],
  ["PATCH /v1/mgmt/user/patch/batch", "user/other", 500],
  ["GET /v1/mgmt/user", "user/other", 500],
  ["GET /v1/mgmt/role/all", "general", 1000],
])("%s draws from %s of %i", async (operation, name, requests) => {
  await using world = await openWorld();
  const bucket = world.service.quotaOf(operation);
  expect(bucket).toMatchObject({ name, requests });
  expect(bucket?.windowMs).toBe(name === "general" ? 10_000 : 60_000);
  expect(bucket?.penaltyMs).toBe(bucket?.windowMs);
});

test("the 101st create in a minute is refused, and again until the penalty is over", async () => {
  let monotonic = 0;
  await using world = await openWorld({}, { quotas: "real", monotonicNow: () => monotonic });
  const create = (n: number): Promise<{ status: number; headers: Headers; body: unknown }> =>
    world.manage("POST", "/v1/mgmt/user/create", { loginId: `u${n}`, email: "a@example.com" });
  for (let n = 0; n < 100; n += 1) expect((await create(n)).status).toBe(200);
  const refused = await create(100);
  expect(refused).toMatchObject({ status: 429, body: { errorCode: "E130429" } });
  expect(refused.headers.get("retry-after")).toBe("60");
  monotonic = 59_000;
  expect((await create(101)).status).toBe(429);
  monotonic = 60_001;
  expect((await create(102)).status).toBe(200);
});

test("429 may come without Retry-After and as HTML", async () => {
  await using world = await openWorld(
    { variants: { retryAfter: "without", throttleBody: "html" } },
    { quotas: "real", monotonicNow: () => 0 },
  );
  let last = await world.manage("POST", "/v1/mgmt/user/search", {});
  for (let n = 0; n < 200; n += 1) last = await world.manage("POST", "/v1/mgmt/user/search", {});
  expect(last.status).toBe(429);
  expect(last.headers.get("retry-after")).toBeNull();
  expect(last.body).toMatch(/^<html>/);
});

test("v2 search may have another quota than v1", async () => {
  await using world = await openWorld({ variants: { searchV2Quota: "other" } });
  expect(world.service.quotaOf("POST /v2/mgmt/user/search")?.name).toBe("user/other");
});
