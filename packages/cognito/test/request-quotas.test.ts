import { createRateLimiter } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";

import { createRequestQuotas } from "../src/index.ts";
import { createHastyClock, realClock } from "./support/clocks.ts";

const pool = "us-east-1_AbCdEf123";

describe("createRequestQuotas", () => {
  it("makes one budget for each category, and one for each pool and operation that is capped", async () => {
    const clock = createHastyClock();
    const made: string[] = [];
    const quotas = createRequestQuotas({
      clock,
      limits: { categories: { UserList: { requests: 7, windowMs: 1000 } } },
      createLimiter: (name, limit) => {
        made.push(`${name}: ${limit.requests}`);
        return createRateLimiter(limit, clock);
      },
    });
    for (const operation of [
      "ListUsers",
      "ListUsersInGroup",
      "ListGroups",
      "GetUserPoolMfaConfig",
      "ListGroups",
    ] as const) {
      (await quotas.acquire(operation, pool)).release();
    }
    (await quotas.acquire("ListGroups", "us-east-1_Other0000")).release();
    expect(made).toEqual([
      "UserList: 7",
      "UserPoolResourceRead: 20",
      `ListGroups ${pool}: 5`,
      `GetUserPoolMfaConfig ${pool}: 5`,
      "ListGroups us-east-1_Other0000: 5",
    ]);
  });

  it("gives the pool's place back when the caller stops waiting for the account's", async () => {
    const one = { requests: 1, windowMs: 200 };
    const quotas = createRequestQuotas({
      clock: realClock,
      limits: { categories: { UserPoolResourceRead: one }, perPoolOperation: { requests: 1, windowMs: 50 } },
    });
    const first = await quotas.acquire("ListGroups", pool);
    const controller = new AbortController();
    const reason = new Error("enough");
    const second = quotas.acquire("GetUserPoolMfaConfig", pool, controller.signal);
    setTimeout(() => controller.abort(reason), 20);
    await expect(second).rejects.toBe(reason);
    first.release();
    const began = performance.now();
    (await quotas.acquire("GetUserPoolMfaConfig", pool)).release();
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it.each([
    { categories: { UserList: { requests: 0, windowMs: 1000 } } },
    { perPoolOperation: { requests: 5, windowMs: 0 } },
  ])("refuses a rate that allows nothing: %j", (limits) => {
    expect(() => createRequestQuotas({ clock: realClock, limits })).toThrowError(RangeError);
  });
});
