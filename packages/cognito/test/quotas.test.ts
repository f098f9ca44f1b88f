import { startSandbox } from "@cognito-to-descope/sandbox";
import { generatePool } from "@cognito-to-descope/sandbox";
import { describe, expect, it, onTestFinished } from "vitest";

import { createRequestQuotas, createUserPoolSource } from "../src/index.ts";
import { realClock } from "./support/clocks.ts";
import { collect, openPool } from "./support/open-pool.ts";

describe("published quotas", () => {
  it("are never exceeded while everything is read as fast as allowed", async () => {
    const { source, sandbox, events } = await openPool(
      { users: 2400, groups: 12, quotas: "real", latencyMs: 3 },
      { clock: realClock, limits: undefined },
    );
    const { groups } = await source.readSnapshot();
    const began = performance.now();
    await Promise.all([
      collect(source.users()),
      ...groups.slice(0, 12).map(({ name }) => collect(source.members(name))),
    ]);
    const seconds = (performance.now() - began) / 1000;
    const buckets = sandbox.buckets();
    for (const { name, peak, requests, refused } of buckets) {
      expect({ name, over: Math.max(0, peak - requests), refused }).toEqual({ name, over: 0, refused: 0 });
    }
    expect(events).toEqual([]);
    // As near to the quota as it goes, not a safe crawl below it.
    const userList = buckets.find(({ name }) => name === "UserList");
    expect(userList?.peak).toBe(30);
    expect((userList?.arrivals ?? 0) / seconds).toBeGreaterThan(18);
  });

  it("of one operation on one pool are kept too", async () => {
    const { source, sandbox, events } = await openPool(
      { users: 5, groups: 10, quotas: "real" },
      { clock: realClock, limits: undefined, maxPageSize: 10 },
    );
    const { groups } = await source.readSnapshot();
    expect(groups.length).toBeGreaterThanOrEqual(40);
    expect(events).toEqual([]);
    const listing = sandbox.buckets().find(({ name }) => name.includes("/ListGroups@"));
    expect(listing).toMatchObject({ requests: 5, peak: 5, refused: 0 });
    expect(listing?.arrivals).toBeGreaterThanOrEqual(10);
  });

  it("are shared by the pools of an account", async () => {
    const sandbox = await startSandbox({ only: "cognito", users: 1500, profile: "plain", quotas: "real" });
    onTestFinished(() => sandbox.stop());
    const other = generatePool(sandbox.cognitoService, { users: 1500, everyKind: false, seed: "other", name: "other" });
    const quotas = createRequestQuotas({ clock: realClock });
    const read = async (userPoolId: string): Promise<number> => {
      const source = createUserPoolSource({ userPoolId, endpoint: sandbox.cognito, clock: realClock, quotas });
      onTestFinished(() => source.close());
      return (await collect(source.users())).reduce((sum, page) => sum + page.users.length, 0);
    };
    expect(await Promise.all([read(sandbox.userPoolId), read(other.userPoolId)])).toEqual([1500, 1500]);
    for (const { peak, requests, refused } of sandbox.buckets()) {
      expect(peak).toBeLessThanOrEqual(requests);
      expect(refused).toBe(0);
    }
  });

  it("that others use too are met by slowing down, without losing anybody", async () => {
    const { source, sandbox, events } = await openPool(
      { users: 3000, profile: "plain", quotas: "real" },
      { clock: realClock, limits: { categories: { UserList: { requests: 60, windowMs: 1000 } } }, random: Math.random },
    );
    const users = (await collect(source.users())).flatMap((page) => page.users);
    expect(new Set(users.map((user) => user.sub)).size).toBe(3000);
    expect(events.filter((event) => event.type === "throttled").length).toBeGreaterThan(0);
    const refused = sandbox.buckets().reduce((sum, bucket) => sum + bucket.refused, 0);
    expect(refused).toBe(events.length);
    expect(refused).toBeLessThan(5);
  });
});
