import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { FaultRule } from "@cognito-to-descope/sandbox";
import { describe, expect, it, onTestFinished } from "vitest";

import { createRequestQuotas } from "../src/request-quotas.ts";
import { createHastyClock, realClock } from "./support/clocks.ts";
import { allSubs, allUsers, collect, openPool } from "./support/open-pool.ts";

const users = 400;
const unique = (subs: readonly string[]): number => new Set(subs).size;

describe("passing failures", () => {
  const faults: readonly (readonly [string, FaultRule["fault"]])[] = [
    ["throttling, an HTTP 400", { kind: "throttle" }],
    ["status 500", { kind: "status", status: 500 }],
    ["status 503", { kind: "status", status: 503 }],
    ["a front door's HTML page", { kind: "html" }],
    ["a reset connection", { kind: "reset-before" }],
    ["an answer that is lost", { kind: "answer-lost" }],
    ["an answer cut within the JSON", { kind: "truncated", where: "json" }],
    ["a connection closed within the answer", { kind: "truncated", where: "connection" }],
    ["a page answered twice", { kind: "duplicate-page" }],
  ];

  it.each(faults)("of users lose and double nobody: %s", async (_name, fault) => {
    const { sandbox, source, events } = await openPool({ users, profile: "plain" });
    sandbox.faults.add([{ operation: "ListUsers", from: 2, to: 4, fault }]);
    const subs = (await allUsers(source.users())).map((user) => user.sub);
    expect(subs).toHaveLength(users);
    expect(unique(subs)).toBe(users);
    expect(sandbox.faults.neverHappened()).toEqual([]);
    expect(events.length).toBeGreaterThan(0);
  });

  it.each(faults)("of members lose and double nobody: %s", async (_name, fault) => {
    const { sandbox, source } = await openPool({ users, profile: "plain", groups: 1, membershipsPerUser: 1 });
    sandbox.faults.add([{ operation: "ListUsersInGroup", from: 2, to: 4, fault }]);
    const subs = await allSubs(source.members("group-001"));
    expect(subs).toHaveLength(users);
    expect(unique(subs)).toBe(users);
    expect(sandbox.faults.neverHappened()).toEqual([]);
  });

  it.each(faults)("of settings leave out nothing: %s", async (_name, fault) => {
    const { sandbox, source } = await openPool({ users: 5, groups: 70 });
    const whole = await source.readSnapshot();
    sandbox.faults.add([{ operation: "*", probability: 0.3, seed: "settings", fault }]);
    expect(await source.readSnapshot()).toEqual(whole);
    sandbox.faults.assertAllHappened();
  });

  it("of many kinds at once lose and double nobody", async () => {
    const { sandbox, source } = await openPool(
      { users: 1200, profile: "plain", cognito: { lists: { shortPages: true, emptyPageEvery: 5 } } },
      { requestTimeoutMs: 400, maxAttempts: 30 },
    );
    sandbox.faults.add([
      ...faults.map(([name, fault]) => ({ operation: "ListUsers", probability: 0.08, seed: name, fault })),
      { operation: "ListUsers", probability: 0.05, seed: 1, times: 3, fault: { kind: "half-open" } },
      { operation: "ListUsers", probability: 0.05, seed: 2, times: 3, fault: { kind: "slow", delayMs: 600 } },
    ]);
    const subs = (await allUsers(source.users())).map((user) => user.sub);
    expect(subs).toHaveLength(1200);
    expect(unique(subs)).toBe(1200);
    sandbox.faults.assertAllHappened();
  });
});

describe("time limits", () => {
  it.each([
    ["is never answered", { kind: "half-open" } as const],
    ["is answered too late", { kind: "slow", delayMs: 3000 } as const],
  ])("a request that %s is sent again", async (_name, fault) => {
    const { sandbox, source, events } = await openPool({ users: 70, profile: "plain" }, { requestTimeoutMs: 300 });
    sandbox.faults.add([{ operation: "ListUsers", nth: 2, fault }]);
    const began = performance.now();
    expect(await allUsers(source.users())).toHaveLength(70);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(events).toEqual([{ type: "retried", operation: "ListUsers", attempt: 1, waitMs: 150, reason: "timeout" }]);
  });

  it("an answer whose body stops coming is given up", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1", "content-length": "1000" });
      response.write('{"Users":[');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { reopen } = await openPool({ profile: "empty" }, { userPoolId: "us-east-1_AbCdEf123" });
    const source = reopen({
      userPoolId: "us-east-1_AbCdEf123",
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      requestTimeoutMs: 200,
      maxAttempts: 2,
    });
    await expect(collect(source.users())).rejects.toMatchObject({
      code: "ERR_SOURCE_UNREACHABLE",
      vendorCode: "ETIMEDOUT",
      message: expect.stringContaining("no answer in time") as string,
    });
  });
});

describe("lasting failures", () => {
  it("of the server end after a bounded number of requests", async () => {
    const { sandbox, source } = await openPool({ users }, { maxAttempts: 4 });
    sandbox.faults.add([{ operation: "ListUsers", from: 2, fault: { kind: "status", status: 500 } }]);
    await expect(collect(source.users())).rejects.toMatchObject({
      code: "ERR_SOURCE_UNREACHABLE",
      recovery: "retry",
      status: 500,
      vendorCode: "InternalErrorException",
    });
    expect(sandbox.requests.count({ operation: "ListUsers" })).toBe(5);
  });

  it("by throttling end only when the time for it is used up", async () => {
    const clock = createHastyClock();
    const { sandbox, source } = await openPool({ users }, { clock, maxThrottledMs: 10 * 60_000, maxAttempts: 2 });
    sandbox.faults.add([{ operation: "ListUsers", fault: { kind: "throttle" } }]);
    await expect(collect(source.users())).rejects.toMatchObject({
      code: "ERR_SOURCE_THROTTLED",
      recovery: "retry",
      vendorCode: "TooManyRequestsException",
      status: 400,
    });
    expect(clock.waited).toBeGreaterThan(9 * 60_000);
    expect(clock.waited).toBeLessThan(11 * 60_000);
    expect(sandbox.requests.count({ operation: "ListUsers" })).toBeGreaterThan(10);
  });

  it("by throttling do not end what waited long for its turn", async () => {
    const clock = createHastyClock();
    const quotas = createRequestQuotas({ clock });
    const { sandbox, source } = await openPool(
      { users },
      {
        clock,
        maxThrottledMs: 10 * 60_000,
        quotas: {
          async acquire(...request) {
            await clock.sleep(60 * 60_000);
            return await quotas.acquire(...request);
          },
        },
      },
    );
    sandbox.faults.add([{ operation: "ListUsers", times: 3, fault: { kind: "throttle" } }]);
    expect((await allUsers(source.users())).length).toBe(users);
    sandbox.faults.assertAllHappened();
  });

  it("by truncation do not show what was cut", async () => {
    const { sandbox, source } = await openPool({ users }, { maxAttempts: 2 });
    sandbox.faults.add([{ operation: "ListUsers", fault: { kind: "truncated", where: "json" } }]);
    const error: unknown = await collect(source.users()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ERR_SOURCE_UNREACHABLE", status: 200 });
    expect((error as Error).cause).toBeUndefined();
    expect(String(error)).not.toMatch(/@|Attributes/);
  });

  it("of a host that does not exist end soon and name it", async () => {
    const clock = createHastyClock();
    const { reopen } = await openPool({ users: 1 });
    const source = reopen({ endpoint: "http://cognito.invalid", clock });
    await expect(collect(source.users())).rejects.toMatchObject({
      code: "ERR_SOURCE_UNREACHABLE",
      message: expect.stringMatching(/^cognito\.invalid cannot be reached \((?:ENOTFOUND|EAI_AGAIN)\)$/) as string,
    });
    expect(clock.waited).toBeLessThan(60_000);
  });

  it("of a port where nobody listens end soon and name it", async () => {
    const clock = createHastyClock();
    const { sandbox, reopen } = await openPool({ users: 1 });
    const endpoint = sandbox.cognito;
    await sandbox.stop();
    await expect(collect(reopen({ endpoint, clock }).users())).rejects.toMatchObject({
      code: "ERR_SOURCE_UNREACHABLE",
      vendorCode: "ECONNREFUSED",
      message: `${new URL(endpoint).host} cannot be reached (ECONNREFUSED)`,
    });
    expect(clock.waited).toBeLessThan(1000);
  });

  it("of a proxy that answers in Cognito's place end at once", async () => {
    const { sandbox, source, events } = await openPool({ users });
    sandbox.faults.add([{ operation: "ListUsers", fault: { kind: "html", status: 403 } }]);
    await expect(collect(source.users())).rejects.toMatchObject({
      code: "ERR_SOURCE_UNREACHABLE",
      message: expect.stringContaining("other than JSON (status 403)") as string,
    });
    expect(events).toEqual([]);
  });
});

describe("throttling", () => {
  it("slows down all requests and is told to the listener", async () => {
    const { sandbox, source, events } = await openPool({ users: 130, profile: "plain" }, { clock: realClock });
    sandbox.faults.add([{ operation: "ListUsers", nth: 1, fault: { kind: "throttle" } }]);
    const began = performance.now();
    expect(await allUsers(source.users())).toHaveLength(130);
    expect(performance.now() - began).toBeGreaterThan(1000);
    expect(events).toEqual([
      { type: "throttled", operation: "ListUsers", times: 1, waitMs: expect.any(Number) as number },
    ]);
  });
});
