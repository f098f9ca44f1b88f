import type { ConfirmedUser } from "@cognito-to-descope/core";
import type { Fault, FaultRule } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { descope, migratedUser, projectUsers, startWorld, verified, writes } from "../pipeline/world.ts";
import {
  confirmedUser,
  defineOwnAttributes,
  openProvisioning,
  PASSWORD,
  signsIn,
  machineClock,
} from "./provisioning.ts";

const TIMEOUT = { timeout: 60_000 };

const CREATE = "POST /v1/mgmt/user/create/batch";
const SET_PASSWORD = "POST /v1/mgmt/user/password/set/active";

function fault(operation: string, what: Fault, rule: Partial<FaultRule> = {}): FaultRule {
  return { service: "descope", operation, fault: what, ...rule };
}

/** A user of the pool, without asking it. */
function someConfirmed(userPoolId: string, sub: string, index: number): ConfirmedUser {
  return {
    userPoolId,
    username: `user${index}`,
    groups: [],
    user: {
      sub,
      username: `user${index}`,
      attributes: verified(`user${index}@example.com`),
      enabled: true,
      status: "CONFIRMED",
      createdAt: 0,
      modifiedAt: 0,
    },
  };
}

describe("a project that", () => {
  it("does what it is asked and loses the answer has the user once, and the sign-in is told so", TIMEOUT, async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const subs = Array.from({ length: 8 }, (_, index) =>
      pool.add(`user${index}`, verified(`user${index}@example.com`)),
    );
    const { signIn } = await openProvisioning(sandbox, { pools: [pool] });
    sandbox.faults.add([fault(CREATE, { kind: "answer-lost" }, { times: 2 })]);
    const outcomes = await Promise.all(subs.map((sub) => signIn(pool, sub)));
    expect(outcomes.every((outcome) => outcome.kind === "provisioned" && outcome.operation === "created")).toBe(true);
    expect(projectUsers(sandbox)).toHaveLength(8);
    for (const { loginIds } of projectUsers(sandbox))
      expect(await signsIn(sandbox, loginIds[0] ?? "", PASSWORD)).toBe(true);
    sandbox.faults.assertAllHappened();
  });

  it("is down lets nobody in, and everybody once it is back", TIMEOUT, async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const sub = pool.add("ada", verified("ada@example.com"));
    const { signIn, events } = await openProvisioning(sandbox, { pools: [pool] });
    sandbox.faults.add([fault("*", { kind: "status", status: 503 })]);
    expect(await signIn(pool, sub)).toEqual({ kind: "unavailable" });
    expect(events).toEqual([{ type: "fault", call: "search", code: "ERR_TARGET_UNREACHABLE" }]);
    sandbox.faults.clear();
    expect(await signIn(pool, sub)).toMatchObject({ kind: "provisioned", operation: "created" });
  });

  it("throttles is left alone for as long as it says, and so are those who come meanwhile", TIMEOUT, async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const [first = "", second = ""] = ["ada", "bob"].map((name) => pool.add(name, verified(`${name}@example.com`)));
    const { signIn } = await openProvisioning(sandbox, { pools: [pool], patienceMs: 2000 });
    sandbox.faults.add([fault(CREATE, { kind: "throttle", retryAfterMs: 30_000 }, { times: 1 })]);
    const outcome = await signIn(pool, first);
    expect(outcome.kind).toBe("throttled");
    expect(outcome.kind === "throttled" && outcome.retryAfterMs).toBeGreaterThan(20_000);
    const sent = sandbox.requests.count({ operation: CREATE });
    const other = await signIn(pool, second);
    expect(other.kind === "throttled" && other.retryAfterMs).toBeGreaterThan(20_000);
    expect(sandbox.requests.count({ operation: CREATE })).toBe(sent);
  });

  it(
    "takes smaller batches only lets everybody in, and is asked for no larger ones from then on",
    TIMEOUT,
    async () => {
      await using world = await startWorld({ variants: { batchLimit: 50 } });
      const { sandbox, pool } = world;
      await defineOwnAttributes(sandbox);
      const subs = Array.from({ length: 240 }, (_, index) =>
        pool.add(`user${index}`, verified(`user${index}@example.com`)),
      );
      const { provisioner, provisioned } = await openProvisioning(sandbox, { pools: [pool] });
      const confirmed = subs.map((sub, index) => someConfirmed(pool.userPoolId, sub, index));
      const deadline = machineClock.monotonic() + 20_000;
      const signIns = (from: number): Promise<unknown> =>
        Promise.all(confirmed.slice(from, from + 120).map((one) => provisioner.provision(one, PASSWORD, { deadline })));
      await signIns(0);
      const sent = sandbox.requests.count({ operation: CREATE });
      await signIns(120);
      expect(sandbox.descopeService.countUsers()).toBe(240);
      expect(provisioned).toHaveLength(240);
      // 120 users: fifty, fifty and twenty.
      expect(sandbox.requests.count({ operation: CREATE }) - sent).toBe(3);
    },
  );

  it("answers too late has said nothing, and the next sign-in finds what it did", TIMEOUT, async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const sub = pool.add("ada", verified("ada@example.com"));
    const { signIn, provisioner, provisioned } = await openProvisioning(sandbox, { pools: [pool], patienceMs: 400 });
    sandbox.faults.add([fault(CREATE, { kind: "slow", delayMs: 900 }, { times: 1 })]);
    expect(await signIn(pool, sub)).toEqual({ kind: "unavailable" });
    await provisioner.drained();
    // It counts as captured though nobody waited for it any more.
    expect(provisioned).toMatchObject([{ sub }]);
    expect(await signIn(pool, sub)).toMatchObject({ kind: "provisioned", operation: "unchanged", password: "kept" });
    expect(projectUsers(sandbox)).toHaveLength(1);
  });

  it("fails between user and password gets the password at the next sign-in", TIMEOUT, async () => {
    await using world = await startWorld({ variants: { batchPassword: "ignored" } });
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const sub = pool.add("ada", verified("ada@example.com"));
    const { signIn } = await openProvisioning(sandbox, { pools: [pool] });
    sandbox.faults.add([fault(SET_PASSWORD, { kind: "status", status: 503 })]);
    expect(await signIn(pool, sub)).toEqual({ kind: "unavailable" });
    sandbox.faults.clear();
    expect(await signIn(pool, sub)).toMatchObject({ kind: "provisioned", password: "set" });
    expect(await signsIn(sandbox, "ada", PASSWORD)).toBe(true);
  });

  it("made its password policy stricter meanwhile has the user without the password", TIMEOUT, async () => {
    await using world = await startWorld({ variants: { batchPassword: "checked" } });
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const [ada = "", bob = ""] = ["ada", "bob"].map((name) => pool.add(name, verified(`${name}@example.com`)));
    const { signIn, events } = await openProvisioning(sandbox, { pools: [pool] });
    await descope(sandbox, "POST /v1/mgmt/password/settings", {
      ...((await descope(sandbox, "GET /v1/mgmt/password/settings")) as object),
      minLength: 20,
    });
    const outcomes = await Promise.all([signIn(pool, ada), signIn(pool, bob, "Much-longer-Passw0rd-than-before")]);
    expect(outcomes).toMatchObject([{ kind: "refused", reason: "password-policy" }, { kind: "provisioned" }]);
    expect(migratedUser(sandbox, ada)?.customAttributes["freshlyMigrated"]).toBe(true);
    expect(events).toEqual([{ type: "password-refused" }]);
  });

  it("refuses what the pool holds of a user refuses that user only", TIMEOUT, async () => {
    await using world = await startWorld({}, { Schema: [{ Name: "seats", AttributeDataType: "String" }] });
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox, [{ name: "seats", type: 1 }]);
    const [ada = "", bob = ""] = ["ada", "bob"].map((name) => pool.add(name, verified(`${name}@example.com`)));
    const { signIn, events } = await openProvisioning(sandbox, {
      pools: [pool],
      // A field that the project has no number for.
      rules: {
        transform: (planned) =>
          planned.loginId.startsWith("ada") ? { ...planned, createdTime: 4_000_000_000_000 } : planned,
      },
    });
    const outcomes = await Promise.all([signIn(pool, ada), signIn(pool, bob)]);
    expect(outcomes).toMatchObject([{ kind: "refused", reason: "refused" }, { kind: "provisioned" }]);
    expect(events).toContainEqual({ type: "user-refused" });
  });
});

describe("a user who", () => {
  it("is disabled in the project stays so, and gets no password", TIMEOUT, async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const sub = pool.add("ada", verified("ada@example.com"));
    sandbox.descopeService.addUser({
      loginId: "ada",
      email: "ada@example.com",
      verifiedEmail: true,
      status: "disabled",
      customAttributes: { cognitoSub: sub, freshlyMigrated: true },
    });
    const { signIn } = await openProvisioning(sandbox, { pools: [pool] });
    const sent = writes(sandbox);
    expect(await signIn(pool, sub)).toEqual({ kind: "refused", reason: "disabled" });
    expect(writes(sandbox)).toBe(sent);
    expect(migratedUser(sandbox, sub)?.status).toBe("disabled");
  });

  it("moved to another address since the import is found by its sub", TIMEOUT, async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const sub = pool.add("ada", verified("new@example.com"));
    sandbox.descopeService.addUser({
      loginId: "old@example.com",
      email: "old@example.com",
      verifiedEmail: true,
      status: "enabled",
      customAttributes: { cognitoSub: sub, cognitoUsername: "ada", freshlyMigrated: true },
    });
    const { signIn } = await openProvisioning(sandbox, { pools: [pool] });
    expect(await signIn(pool, sub)).toMatchObject({ kind: "provisioned", operation: "updated", loginId: "ada" });
    expect(projectUsers(sandbox)).toHaveLength(1);
    expect(migratedUser(sandbox, sub)).toMatchObject({
      email: "new@example.com",
      customAttributes: { freshlyMigrated: false },
    });
  });

  it("joined a group that was made a moment ago gets its role, once the project has it", TIMEOUT, async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const { signIn } = await openProvisioning(sandbox, { pools: [pool], refreshMs: 1 });
    const [ada = "", bob = ""] = ["ada", "bob"].map((name) => pool.add(name, verified(`${name}@example.com`)));
    await pool.group("editors", ["ada", "bob"]);
    // The project has no such role yet: that keeps nobody out.
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await signIn(pool, ada)).toMatchObject({ kind: "provisioned" });
    expect(migratedUser(sandbox, ada)?.roleNames).toEqual([]);
    await descope(sandbox, "POST /v1/mgmt/role/create", { name: "editors", description: "", permissionNames: [] });
    await pool.group("authors", ["bob"]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await signIn(pool, bob)).toMatchObject({ kind: "provisioned" });
    expect(migratedUser(sandbox, bob)?.roleNames).toEqual(["editors"]);
  });

  it("comes when too many are on their way is asked to come again", TIMEOUT, async () => {
    await using world = await startWorld({ latencyMs: 30 });
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const subs = Array.from({ length: 6 }, (_, index) =>
      pool.add(`user${index}`, verified(`user${index}@example.com`)),
    );
    const { provisioner } = await openProvisioning(sandbox, { pools: [pool], maxPending: 4 });
    const confirmed = await Promise.all(subs.map((sub) => confirmedUser(sandbox, pool.userPoolId, sub)));
    const deadline = machineClock.monotonic() + 20_000;
    const outcomes = await Promise.all(confirmed.map((one) => provisioner.provision(one, PASSWORD, { deadline })));
    expect(outcomes.filter(({ kind }) => kind === "throttled")).toHaveLength(2);
    expect(outcomes.filter(({ kind }) => kind === "provisioned")).toHaveLength(4);
    expect(provisioner.pending).toBe(0);
  });

  it("goes away before anything was sent is forgotten", TIMEOUT, async () => {
    await using world = await startWorld({ latencyMs: 200 });
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const sub = pool.add("ada", verified("ada@example.com"));
    const { provisioner } = await openProvisioning(sandbox, { pools: [pool] });
    const confirmed = await confirmedUser(sandbox, pool.userPoolId, sub);
    const gone = AbortSignal.abort(new Error("the connection is closed"));
    const deadline = machineClock.monotonic() + 20_000;
    await expect(provisioner.provision(confirmed, PASSWORD, { deadline, signal: gone })).rejects.toThrow("closed");
    await provisioner.drained();
    expect(projectUsers(sandbox)).toEqual([]);
  });
});

it("says what the project lacks before anybody signs in", TIMEOUT, async () => {
  await using world = await startWorld({}, { Schema: [{ Name: "seats", AttributeDataType: "Number" }] });
  const { sandbox, pool } = world;
  await pool.group("editors", []);
  await expect(openProvisioning(sandbox, { pools: [{ ...pool, tenant: "acme" }] })).rejects.toMatchObject({
    code: "ERR_JIT_DEFINITIONS_MISSING",
    message:
      "the project lacks attributes cognitoSub, cognitoUsername, freshlyMigrated, seats, roles editors, tenants acme",
  });
});
