import { describe, expect, it } from "vitest";
import { hastyClock, realClock, startJit } from "./start-jit.ts";

const OK = { verdict: "ok", next: "sign-in", reason: "password-right" };
const CREDENTIALS = { verdict: "invalid_credentials", next: "ask-again", reason: "credentials" };
const QUARTER_MS = 900_000;

describe("somebody who guesses", () => {
  it("is stopped before Cognito locks the user, who can still sign in there", async () => {
    const jit = await startJit();
    const { username, password } = jit.credentials("complete-profile");
    for (let index = 0; index < 4; index += 1) {
      expect(await jit.ask({ username, password: `wrong ${index}` })).toEqual(CREDENTIALS);
    }
    for (const guess of ["wrong 5", password]) {
      const { retryAfterSeconds, ...told } = await jit.ask({ username, password: guess });
      expect(told).toEqual({ verdict: "throttled", next: "retry-later", reason: "too-many-tries" });
      expect(retryAfterSeconds).toBeGreaterThan(800);
      expect(retryAfterSeconds).toBeLessThanOrEqual(900);
    }
    expect(jit.tries()).toBe(4);
    const pool = jit.sandbox.generated?.pool;
    expect(pool?.users.byUsername(username)?.signIn?.failures).toBe(4);
  });

  it("hears the same of a name that nobody has", async () => {
    const jit = await startJit();
    const told: unknown[] = [];
    for (let index = 0; index < 6; index += 1) {
      const { retryAfterSeconds: _seconds, ...verdict } = await jit.ask({
        username: "nobody",
        password: `wrong ${index}`,
      });
      told.push(verdict["reason"]);
    }
    expect(told).toEqual([...Array.from({ length: 4 }, () => "credentials"), "too-many-tries", "too-many-tries"]);
  });

  it("is one and the same however the name is written", async () => {
    const jit = await startJit();
    const names = ["ada@example.com", "ADA@example.com", " ada@EXAMPLE.com ", "Ada@Example.Com", "ada@example.com"];
    const reasons = [];
    for (const [index, username] of names.entries()) {
      reasons.push((await jit.ask({ username, password: `wrong ${index}` }))["reason"]);
    }
    expect(reasons.at(-1)).toBe("too-many-tries");
  });

  it("is one and the same by all names of a user, where the pool says whose they are", async () => {
    const jit = await startJit({ reader: true });
    const names = ["complete-profile", "complete@example.com", "+1 202 555 0100", "complete-preferred"];
    const reasons: unknown[] = [];
    for (const [index, username] of [...names, ...names].entries()) {
      reasons.push((await jit.ask({ username, password: `wrong ${index}` }))["reason"]);
    }
    expect(reasons).toEqual([
      ...Array.from({ length: 4 }, () => "credentials"),
      ...Array.from({ length: 4 }, () => "too-many-tries"),
    ]);
    expect(jit.tries()).toBe(4);
  });

  it("may try again when the window is over", async () => {
    const clock = hastyClock();
    const jit = await startJit({ clock });
    const { username, password } = jit.credentials("complete-profile");
    for (let index = 0; index < 5; index += 1) await jit.ask({ username, password: `wrong ${index}` });
    clock.waitedMs += QUARTER_MS;
    expect(await jit.ask({ username, password })).toEqual(OK);
  });

  it("at many users from one address is stopped by the address, and nobody else is", async () => {
    const jit = await startJit({
      policy: { attempts: { perUser: { events: 4, windowMs: 1000 }, perAddress: { events: 3, windowMs: QUARTER_MS } } },
      jit: { clientAddressHeader: "x-client-address" },
    });
    const ask = async (username: string, address: string, password = "wrong"): Promise<unknown> =>
      (await jit.ask({ username, password }, { "x-client-address": address }))["reason"];
    const { username, password } = jit.credentials("complete-profile");
    // Who signs in from the same office does not count, and does not wipe out what others failed.
    expect(await ask(username, "192.0.2.1", password)).toBe("password-right");
    for (const name of ["a", "b", "c"]) expect(await ask(name, "192.0.2.1")).toBe("credentials");
    expect(await ask("d", "192.0.2.1")).toBe("too-many-from-address");
    expect(await ask("e", "192.0.2.7, 192.0.2.1")).toBe("too-many-from-address");
    expect(await ask("e", "192.0.2.2")).toBe("credentials");
    expect(jit.tries()).toBe(5);
  });
});

describe("a user", () => {
  it("who gets the password right starts anew", async () => {
    const clock = hastyClock();
    const jit = await startJit({ clock });
    const { username, password } = jit.credentials("complete-profile");
    for (let round = 0; round < 3; round += 1) {
      for (let index = 0; index < 3; index += 1) await jit.ask({ username, password: `wrong ${round} ${index}` });
      expect(await jit.ask({ username, password })).toEqual(OK);
      clock.waitedMs += 6000;
    }
  });

  it("is not counted against what Cognito or the project could not answer", async () => {
    const jit = await startJit({ outcome: () => ({ kind: "unavailable" }) });
    const { username, password } = jit.credentials("complete-profile");
    jit.sandbox.faults.add([{ service: "cognito", operation: "InitiateAuth", times: 6, fault: { kind: "html" } }]);
    for (let index = 0; index < 6; index += 1) {
      expect(await jit.ask({ username, password: `any ${index}` })).toMatchObject({ verdict: "unavailable" });
    }
    jit.sandbox.faults.assertAllHappened();
    for (let index = 0; index < 6; index += 1) {
      expect(await jit.ask({ username, password })).toMatchObject({ reason: "project-unavailable" });
    }
  });

  it("whose connector asks again within seconds costs one try, and gets the same verdict", async () => {
    const clock = hastyClock();
    const jit = await startJit({ clock, sandbox: { latencyMs: 20 } });
    const right = jit.credentials("complete-profile");
    const wrong = { ...right, password: "wrong" };
    const asked = [wrong, wrong, wrong, right, right, right];
    const verdicts = await Promise.all(asked.map((body) => jit.ask(body)));
    verdicts.push(await jit.ask(wrong), await jit.ask(right));
    expect(verdicts.map(({ verdict }) => verdict)).toEqual([
      ...Array.from({ length: 3 }, () => "invalid_credentials"),
      ...Array.from({ length: 3 }, () => "ok"),
      "invalid_credentials",
      "ok",
    ]);
    expect(jit.tries()).toBe(2);
    expect(jit.verdicts.filter(({ joined }) => joined)).toHaveLength(6);
    clock.waitedMs += 6000;
    await jit.ask(right);
    expect(jit.tries()).toBe(3);
  });
});

describe("a storm", () => {
  it.for<[string, number]>([
    ["of which nobody waits", 0],
    ["of which some wait", 500],
  ])(
    "%s never exceeds the quota of the account, and hears so from the gateway",
    { timeout: 30_000 },
    async ([, maxQuotaWaitMs]) => {
      const quota = { requests: 120, windowMs: 1000 };
      const jit = await startJit({
        clock: realClock,
        quota,
        sandbox: { quotas: "real" },
        policy: { maxQuotaWaitMs, failureFloor: { floorMs: 0, stepMs: 0, jitterMs: 0 } },
      });
      const verdicts = await Promise.all(
        Array.from({ length: 1200 }, (_, index) => jit.ask({ username: `nobody-${index}`, password: "wrong" })),
      );
      const reasons = new Map<unknown, number>();
      for (const { reason } of verdicts) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      expect([...reasons.keys()].sort()).toEqual(["credentials", "quota"]);
      expect(reasons.get("credentials")).toBeGreaterThanOrEqual(120);
      expect(reasons.get("credentials")).toBe(jit.tries());
      const bucket = jit.sandbox.buckets().find(({ name }) => name === "UserAuthentication");
      expect(bucket).toMatchObject({ refused: 0 });
      expect(bucket?.peak).toBeLessThanOrEqual(120);
      const waits = verdicts
        .filter(({ reason }) => reason === "quota")
        .map(({ retryAfterSeconds }) => retryAfterSeconds);
      expect(Math.min(...(waits as number[]))).toBeGreaterThanOrEqual(1);
    },
  );
});
