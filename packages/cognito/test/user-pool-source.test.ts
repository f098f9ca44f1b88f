import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import type { PoolUserPage } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";

import { createUserPoolSource } from "../src/index.ts";
import { realClock } from "./support/clocks.ts";
import { allSubs, allUsers, collect, openPool } from "./support/open-pool.ts";

const pages = async (listing: AsyncIterable<PoolUserPage>): Promise<number[]> =>
  (await collect(listing)).map((page) => page.users.length);

describe("users", () => {
  it("reads every user once, with the attributes that the pool has", async () => {
    const { sandbox, source } = await openPool({ users: 500 });
    const users = await allUsers(source.users());
    const table = sandbox.generated?.pool.users;
    expect(users).toHaveLength(500);
    expect(new Set(users.map((user) => user.sub)).size).toBe(500);
    for (const user of users) {
      const record = table?.bySub(user.sub);
      expect(record).toBeDefined();
      if (record === undefined || table === undefined) continue;
      const rendered = JSON.parse(table.render(record)) as {
        Username: string;
        Enabled: boolean;
        UserStatus: string;
        Attributes: { Name: string; Value: string }[];
      };
      expect(user.username).toBe(rendered.Username);
      expect(user.enabled).toBe(rendered.Enabled);
      expect(user.status).toBe(rendered.UserStatus);
      expect(user.createdAt).toBe(record.createdAt);
      expect(user.modifiedAt).toBe(record.modifiedAt);
      const { sub, ...attributes } = Object.fromEntries(rendered.Attributes.map(({ Name, Value }) => [Name, Value]));
      expect(sub).toBe(user.sub);
      expect(user.attributes).toEqual(attributes);
    }
  });

  it("goes on after short and empty pages until there is no token", async () => {
    const { source, sandbox } = await openPool({
      users: 400,
      cognito: { lists: { shortPages: true, emptyPageEvery: 3 } },
    });
    const sizes = await pages(source.users());
    expect(sizes).toContain(0);
    expect(sizes.slice(0, -1).some((size) => size > 0 && size < 60)).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(400);
    const subs = (await allUsers(source.users())).map((user) => user.sub);
    expect(new Set(subs).size).toBe(400);
    expect(sandbox.requests.entries().every((entry) => entry.operation === "ListUsers")).toBe(true);
  });

  it("ends with one empty page when the pool has no users", async () => {
    const { source } = await openPool({ users: 0, profile: "plain" });
    expect(await collect(source.users())).toEqual([{ users: [] }]);
  });

  it("asks for pages of 60 users unless told otherwise", async () => {
    const { source, reopen } = await openPool({ users: 130, profile: "plain" });
    expect(await pages(source.users())).toEqual([60, 60, 10]);
    expect(await pages(reopen({ maxPageSize: 50 }).users())).toEqual([50, 50, 30]);
  });

  it("continues after a token of another source", async () => {
    const { source, reopen } = await openPool({ users: 200, profile: "plain" });
    const whole = await collect(source.users());
    const rest = await collect(reopen({}).users({ after: whole[1]?.next }));
    expect(rest.flatMap((page) => page.users)).toEqual(whole.slice(2).flatMap((page) => page.users));
  });

  it("asks for nothing before it is iterated, and for nothing after the caller stops", async () => {
    const { source, sandbox } = await openPool({ users: 200, profile: "plain" });
    const listing = source.users();
    expect(sandbox.requests.entries()).toHaveLength(0);
    for await (const page of listing) {
      expect(page.users).toHaveLength(60);
      break;
    }
    expect(sandbox.requests.entries()).toHaveLength(1);
  });

  it("says that a token expired, whatever it was", async () => {
    let now = Date.now();
    const { source } = await openPool({ users: 200, profile: "plain", clock: () => now });
    const [first] = await collect(source.users());
    now += 61 * 60_000;
    await expect(collect(source.users({ after: first?.next }))).rejects.toMatchObject({
      code: "ERR_SOURCE_TOKEN_EXPIRED",
      recovery: "retry",
      vendorCode: "InvalidParameterException",
    });
    await expect(collect(source.users({ after: "no token at all" }))).rejects.toMatchObject({
      code: "ERR_SOURCE_TOKEN_EXPIRED",
    });
  });

  it("says that a token expired when the page size has changed since", async () => {
    const { source, reopen } = await openPool({ users: 200, profile: "plain" });
    const [first] = await collect(source.users());
    await expect(collect(reopen({ maxPageSize: 10 }).users({ after: first?.next }))).rejects.toMatchObject({
      code: "ERR_SOURCE_TOKEN_EXPIRED",
    });
  });

  it("ends with the signal's reason", async () => {
    const { source, sandbox } = await openPool({ users: 200, profile: "plain", latencyMs: 2000 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const reading = collect(source.users({ signal: controller.signal }));
    setTimeout(() => controller.abort(reason), 50);
    const began = performance.now();
    await expect(reading).rejects.toBe(reason);
    expect(performance.now() - began).toBeLessThan(1000);
    await expect(collect(source.users({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(sandbox.requests.entries().length).toBeLessThanOrEqual(1);
  });
});

describe("members", () => {
  it("reads every member of every group once, by sub", async () => {
    const { sandbox, source } = await openPool({
      users: 400,
      groups: 5,
      cognito: { lists: { shortPages: true, emptyPageEvery: 4 } },
    });
    const pool = sandbox.generated?.pool;
    const snapshot = await source.readSnapshot();
    expect(snapshot.groups.length).toBeGreaterThanOrEqual(5);
    for (const { name } of snapshot.groups.slice(0, 10)) {
      const subs = await allSubs(source.members(name));
      const expected = (await allUsers(source.users()))
        .map((user) => user.sub)
        .filter((sub) => pool?.users.bySub(sub)?.groups.some((group) => group.name === name));
      expect(subs.toSorted()).toEqual(expected.toSorted());
    }
  });

  it("ends without members when the group is gone, and says so", async () => {
    const { source, events } = await openPool({ users: 10 });
    expect(await collect(source.members("no-such-group"))).toEqual([{ subs: [] }]);
    expect(events).toEqual([{ type: "vanished", operation: "ListUsersInGroup" }]);
  });

  it("fails when it is the pool that is gone", async () => {
    const { reopen } = await openPool({ users: 10 });
    await expect(collect(reopen({ userPoolId: "us-east-1_GoneGone1" }).members("group-001"))).rejects.toMatchObject({
      code: "ERR_SOURCE_POOL_NOT_FOUND",
    });
  });

  it("says that a token expired", async () => {
    const { source } = await openPool({ users: 10 });
    await expect(collect(source.members("group-001", { after: "bogus" }))).rejects.toMatchObject({
      code: "ERR_SOURCE_TOKEN_EXPIRED",
    });
  });
});

describe("a ready-made client", () => {
  it("is used as it is and left open", async () => {
    const { sandbox, reopen } = await openPool({ users: 70, profile: "plain" });
    const client = new CognitoIdentityProviderClient({
      region: sandbox.region,
      endpoint: sandbox.cognito,
      credentials: { accessKeyId: "own", secretAccessKey: "own" },
      maxAttempts: 1,
    });
    const source = reopen({ client });
    expect(await allUsers(source.users())).toHaveLength(70);
    source.close();
    expect(await allUsers(reopen({ client }).users())).toHaveLength(70);
    client.destroy();
  });
});

describe("options", () => {
  const valid = { userPoolId: "us-east-1_AbCdEf123", clock: realClock };

  it("takes the region from the pool ID", () => {
    expect(createUserPoolSource(valid).region).toBe("us-east-1");
  });

  it("refuses a region that is not the pool's before any request", () => {
    expect(() => createUserPoolSource({ ...valid, region: "eu-west-1" })).toThrowError(
      expect.objectContaining({ code: "ERR_SOURCE_REGION_MISMATCH", suggestion: "set the region to us-east-1" }),
    );
  });

  it("accepts an emulator's pool ID beside an endpoint only", () => {
    expect(createUserPoolSource({ ...valid, userPoolId: "local_abc123", endpoint: "http://127.0.0.1:1" }).region).toBe(
      "us-east-1",
    );
    expect(() => createUserPoolSource({ ...valid, userPoolId: "local_abc123" })).toThrowError(
      expect.objectContaining({ code: "ERR_CONFIG_INVALID" }),
    );
  });

  it.each([
    [{ endpoint: "127.0.0.1:9229" }, /Cognito endpoint/],
    [{ endpoint: "ftp://127.0.0.1" }, /Cognito endpoint/],
    [{ accessKeyId: "AKIA" }, /given together/],
    [{ roleArn: "reader" }, /role must look like/],
    [{ maxPageSize: 61 }, /maxPageSize/],
    [{ maxPageSize: 0 }, /maxPageSize/],
    [{ requestTimeoutMs: 0 }, /requestTimeoutMs/],
    [{ maxAttempts: 1.5 }, /maxAttempts/],
    [{ maxThrottledMs: -1 }, /maxThrottledMs/],
  ])("refuses %j", (options, message) => {
    expect(() => createUserPoolSource({ ...valid, ...options })).toThrowError(message);
  });
});
