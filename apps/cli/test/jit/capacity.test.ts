import { type ConfirmedUser, type ProvisionOutcome } from "@cognito-to-descope/core";
import { DEFAULT_LIMITS } from "@cognito-to-descope/descope";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { expect, it } from "vitest";
import { type HandmadePool, startWorld, verified } from "../pipeline/world.ts";
import { defineOwnAttributes, openProvisioning, PASSWORD, type Provisioning } from "./provisioning.ts";
import { VirtualTime } from "./virtual-time.ts";

const TIMEOUT = { timeout: 120_000 };

/** What a project takes for each call. */
const LATENCY_MS = 120;

interface Scene extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly pool: HandmadePool;
  readonly time: VirtualTime;
  readonly provisioning: Provisioning;
  /** Lets a user sign in who waits two seconds. */
  signIn(number: number): Promise<ProvisionOutcome>;
  /** Refused requests, and the most that any window of a quota saw, by quota. */
  quotas(): Readonly<Record<string, { readonly refused: number; readonly peak: number; readonly requests: number }>>;
}

/** A project with the quotas that are documented, in time that passes as fast as there is nothing to do. */
async function startScene(): Promise<Scene> {
  const time = new VirtualTime();
  const world = await startWorld({
    quotas: "real",
    clock: () => time.now(),
    monotonicClock: () => time.monotonic(),
  });
  const { sandbox, pool } = world;
  await defineOwnAttributes(sandbox);
  const provisioning = await openProvisioning(sandbox, {
    pools: [pool],
    clock: time,
    target: { limits: DEFAULT_LIMITS },
    through: (target) => time.slow(target, LATENCY_MS),
  });
  return {
    sandbox,
    pool,
    time,
    provisioning,
    signIn: (number) =>
      provisioning.provisioner.provision(someUser(pool, number), PASSWORD, { deadline: time.monotonic() + 2000 }),
    quotas: () =>
      Object.fromEntries(
        sandbox.buckets().map(({ name, refused, peak, requests }) => [name, { refused, peak, requests }]),
      ),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

function someUser({ userPoolId }: HandmadePool, number: number): ConfirmedUser {
  const email = `user${number}@example.com`;
  const sub = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  return {
    userPoolId,
    username: email,
    groups: [],
    user: {
      sub,
      username: `user${number}`,
      attributes: verified(email),
      enabled: true,
      status: "CONFIRMED",
      createdAt: 0,
      modifiedAt: 0,
    },
  };
}

/** Lets users sign in evenly, and gives what became of each. */
async function arrive(
  { time, signIn }: Pick<Scene, "time" | "signIn">,
  perSecond: number,
  seconds: number,
): Promise<readonly ProvisionOutcome[]> {
  const outcomes: Promise<ProvisionOutcome>[] = [];
  const startedAt = time.monotonic();
  for (let number = 0; number < perSecond * seconds; number += 1) {
    const at = startedAt + (number * 1000) / perSecond;
    if (at > time.monotonic()) await time.sleep(at - time.monotonic());
    outcomes.push(signIn(number));
  }
  return Promise.all(outcomes);
}

function countKinds(outcomes: readonly ProvisionOutcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

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
  const users = Array.from({ length: 400 }, (_, number) => someUser(scene.pool, number));
  for (const { user } of users) {
    scene.sandbox.descopeService.addUser({
      loginId: user.username,
      email: user.attributes["email"],
      verifiedEmail: true,
      status: "enabled",
      customAttributes: { cognitoSub: user.sub, cognitoUsername: user.username, freshlyMigrated: true },
    });
  }
  const outcomes = await scene.time.run(arrive(scene, 5, 80));
  expect(countKinds(outcomes)).toEqual({ provisioned: 400 });
  for (const { refused } of Object.values(scene.quotas())) expect(refused).toBe(0);
});
