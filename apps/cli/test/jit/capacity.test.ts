import { planPeak, type WayCapacity } from "@cognito-to-descope/core";
import { DEFAULT_LIMITS } from "@cognito-to-descope/descope";
import { expect, it } from "vitest";
import { arrive, countKinds, LATENCY_MS, type Scene, someUser, startScene } from "./capacity-scene.ts";

const TIMEOUT = { timeout: 120_000 };

it("lets 150 new users a second in within two seconds each, and never exceeds a quota", TIMEOUT, async () => {
  await using scene = await startScene();
  const outcomes = await scene.time.run(arrive(scene, 150, 120));
  expect(countKinds(outcomes)).toEqual({ provisioned: 18_000 });
  for (const { refused, peak, requests } of Object.values(scene.quotas())) {
    expect(refused).toBe(0);
    expect(peak).toBeLessThanOrEqual(requests);
  }
  expect(scene.sandbox.descopeService.countUsers()).toBe(18_000);
  // Nearly full batches, or the quota would not do.
  expect(scene.sandbox.requests.count({ operation: "POST /v1/mgmt/user/create/batch" })).toBeLessThan(200);
});

it("keeps to the quotas where replicas share them, who then wait for each other's calls", TIMEOUT, async () => {
  await using scene = await startScene({ replicas: 3, patienceMs: 6000 });
  const outcomes = await scene.time.run(arrive(scene, 120, 75));
  expect(countKinds(outcomes)).toEqual({ provisioned: 120 * 75 });
  for (const { refused } of Object.values(scene.quotas())) expect(refused).toBe(0);
});

it("lets everybody else in who comes again when told to, after more came than the project takes", TIMEOUT, async () => {
  await using scene = await startScene();
  const { time, signIn } = scene;
  let tries = 0;
  const untilIn = async (number: number): Promise<void> => {
    await time.sleep(number * 2);
    for (;;) {
      tries += 1;
      const outcome = await signIn(number);
      if (outcome.kind === "provisioned") return;
      if (outcome.kind !== "throttled") throw new Error(outcome.kind);
      await time.sleep(outcome.retryAfterMs);
    }
  };
  // 500 a second for 20 seconds: three times what the project takes.
  await time.run(Promise.all(Array.from({ length: 10_000 }, (_, number) => untilIn(number))));
  expect(scene.sandbox.descopeService.countUsers()).toBe(10_000);
  for (const { refused } of Object.values(scene.quotas())) expect(refused).toBe(0);
  // Whoever is sent away learns when there will be a place, and hardly comes in vain.
  expect(tries).toBeLessThan(40_000);
});

it("lets nobody wait while few sign in", TIMEOUT, async () => {
  await using scene = await startScene();
  const { time, signIn } = scene;
  const waited: number[] = [];
  await time.run(
    (async () => {
      for (let number = 0; number < 50; number += 1) {
        const at = time.monotonic();
        await signIn(number);
        waited.push(time.monotonic() - at);
        await time.sleep(1500);
      }
    })(),
  );
  // Two calls, one after the other: to look the user up, and to create it.
  expect(new Set(waited)).toEqual(new Set([2 * LATENCY_MS]));
});

it("lets five users a second in who were imported and want a password only", TIMEOUT, async () => {
  await using scene = await startScene();
  importUsers(scene, 400);
  const outcomes = await scene.time.run(arrive(scene, 5, 80));
  expect(countKinds(outcomes)).toEqual({ provisioned: 400 });
  for (const { refused } of Object.values(scene.quotas())) expect(refused).toBe(0);
});

/** Makes users as an import leaves them. */
function importUsers({ sandbox, pool }: Scene, count: number): void {
  for (let number = 0; number < count; number += 1) {
    const { user } = someUser(pool, number);
    sandbox.descopeService.addUser({
      loginId: user.username,
      email: user.attributes["email"],
      verifiedEmail: true,
      status: "enabled",
      customAttributes: { cognitoSub: user.sub, cognitoUsername: user.username, freshlyMigrated: true },
    });
  }
}

it("takes what `c2d jit plan` says that it takes, by either way, and no more", TIMEOUT, async () => {
  const { ways } = planPeak(
    { perMinute: 1 },
    {
      // The pools are not asked here.
      authentication: { requests: 1_000_000, windowMs: 1000 },
      create: DEFAULT_LIMITS["user-create"],
      search: DEFAULT_LIMITS["user-update"],
      change: DEFAULT_LIMITS["user-other"],
      usersPerBatch: 100,
    },
  );
  const letIn = async ({ way, perMinute }: WayCapacity, share: number): Promise<number> => {
    await using scene = await startScene();
    const perSecond = (perMinute / 60) * share;
    const users = Math.floor(perSecond * 70);
    if (way === "import-first") importUsers(scene, users);
    const { provisioned = 0 } = countKinds(await scene.time.run(arrive(scene, perSecond, users / perSecond)));
    return provisioned / users;
  };
  for (const way of ways) {
    expect(await letIn(way, 0.95)).toBe(1);
    // A third more than it takes is too much, and a good part is sent away.
    expect(await letIn(way, 1.5)).toBeLessThan(0.9);
  }
});
