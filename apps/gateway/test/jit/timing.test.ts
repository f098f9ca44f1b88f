import { setTimeout as sleep } from "node:timers/promises";
import { fc, test } from "@fast-check/vitest";
import {
  type Clock,
  createPasswordCheck,
  createRateLimiter,
  DEFAULT_PASSWORD_CHECK,
  type SignInAnswer,
} from "@cognito-to-descope/core";
import { createSeededRandom } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { createMemoryRateCounter } from "../../src/index.ts";
import { realClock, startJit } from "./start-jit.ts";

const WRONG: SignInAnswer = {
  kind: "refused",
  code: "NotAuthorizedException",
  message: "Incorrect username or password.",
};
const UNKNOWN: SignInAnswer = { kind: "refused", code: "UserNotFoundException", message: "User does not exist." };

/** Time that goes by only while somebody waits. */
function countedClock(): Clock & { time: number } {
  const clock = {
    time: 0,
    now: () => clock.time,
    monotonic: () => clock.time,
    async sleep(ms: number) {
      clock.time += ms;
    },
  };
  return clock;
}

/** How long one check takes at a pool that answers so after so long. */
async function told(answer: SignInAnswer, latencyMs: number, random: number): Promise<number> {
  const clock = countedClock();
  const check = createPasswordCheck({
    pools: [
      {
        userPoolId: "pool",
        authenticator: {
          async authenticate() {
            await clock.sleep(latencyMs);
            return answer;
          },
        },
        quotas: { authenticate: { own: createRateLimiter({ requests: 10, windowMs: 1000 }, clock) } },
        caseSensitive: false,
      },
    ],
    provisioner: { provision: async () => ({ kind: "unavailable" }) },
    counter: createMemoryRateCounter(() => clock.monotonic()),
    clock,
    random: () => random,
    hash: (text) => text,
    secretHash: (text) => text,
  });
  await check.check({ username: "somebody", password: "something" });
  return clock.time;
}

/** The share by which two samples differ at most: the statistic of Kolmogorov and Smirnov. */
function distance(one: readonly number[], other: readonly number[]): number {
  const below = (sample: readonly number[], value: number): number =>
    sample.filter((each) => each <= value).length / sample.length;
  return Math.max(...[...one, ...other].map((value) => Math.abs(below(one, value) - below(other, value))));
}

describe("the time of a failure", () => {
  const share = fc.double({ min: 0, max: 0.999, noNaN: true });
  const latency = fc.integer({ min: 0, max: DEFAULT_PASSWORD_CHECK.failureFloor.floorMs });

  test.prop([latency, latency, share])("is the same for a user and for nobody", async (one, other, random) => {
    expect(await told(WRONG, one, random)).toBeCloseTo(await told(UNKNOWN, other, random), 6);
  });

  it(
    "says nothing of who exists, at a Cognito that is quicker for names that nobody has",
    { timeout: 30_000 },
    async () => {
      const random = createSeededRandom("timing");
      const exists = Array.from({ length: 200 }, () => ({ answer: WRONG, latencyMs: 120 + 200 * random.fraction() }));
      const nobody = Array.from({ length: 200 }, () => ({ answer: UNKNOWN, latencyMs: 40 + 60 * random.fraction() }));
      const times = async (checks: typeof exists): Promise<number[]> =>
        Promise.all(checks.map(({ answer, latencyMs }) => told(answer, latencyMs, random.fraction())));
      const [one, other] = [await times(exists), await times(nobody)];
      // Two samples of 200 from one distribution differ by more than 0.2 once in a thousand times.
      expect(distance(one, other)).toBeLessThan(0.2);
      expect(
        distance(
          exists.map((x) => x.latencyMs),
          nobody.map((x) => x.latencyMs),
        ),
      ).toBe(1);
    },
  );

  it(
    "over HTTP too: guesses at a user who exists and at one who does not take as long",
    { timeout: 60_000 },
    async () => {
      const floorMs = 600;
      const jit = await startJit({
        clock: realClock,
        reader: true,
        client: { PreventUserExistenceErrors: "LEGACY" },
        policy: {
          failureFloor: { floorMs, stepMs: floorMs, jitterMs: 40 },
        },
      });
      const users = jit.sandbox.generated?.pool.users;
      const names = Array.from({ length: 40 }, (_, index) => `somebody-${index}`);
      for (const [createdAt, username] of names.entries()) {
        users?.add({ username, sub: username, attributes: [], status: "CONFIRMED", createdAt, password: "Passw0rd!" });
      }
      // Somebody who exists is looked up and then tried; nobody is only looked up.
      jit.sandbox.faults.add([{ service: "cognito", operation: "InitiateAuth", fault: { kind: "slow", delayMs: 60 } }]);
      const samples = { somebody: [] as number[], nobody: [] as number[] };
      const measure = async (kind: keyof typeof samples, index: number): Promise<void> => {
        await sleep(index % 20);
        const began = performance.now();
        const verdict = await jit.ask({ username: `${kind}-${index}`, password: "wrong" });
        samples[kind].push(performance.now() - began);
        expect(verdict["verdict"]).toBe("invalid_credentials");
      };
      for (let first = 0; first < 40; first += 10) {
        const round = Array.from({ length: 10 }, (_, index) => first + index);
        await Promise.all(round.flatMap((index) => [measure("somebody", index), measure("nobody", index)]));
      }
      expect(jit.tries()).toBe(40);
      for (const times of Object.values(samples)) expect(Math.min(...times)).toBeGreaterThanOrEqual(floorMs - 2);
      expect(distance(samples.somebody, samples.nobody)).toBeLessThan(0.5);
    },
  );
});
