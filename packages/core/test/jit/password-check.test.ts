import { describe, expect, it } from "vitest";
import type { JitProvisioner, ProvisionOutcome } from "../../src/jit/jit-provisioner.ts";
import { createPasswordCheck, type PasswordCheck, type PasswordCheckOptions } from "../../src/jit/password-check.ts";
import type { SignInPool } from "../../src/jit/sign-in-pool.ts";
import type { SignInAnswer } from "../../src/jit/sign-in-answer.ts";
import { createRateLimiter } from "../../src/limits/rate-limiter.ts";
import type { RateCounter } from "../../src/ports/rate-counter.ts";
import { SimulatedClock } from "../simulated-clock.ts";

const RIGHT: SignInAnswer = {
  kind: "signed-in",
  user: { sub: "s", username: "ada", attributes: {}, enabled: true, status: "CONFIRMED", createdAt: 0, modifiedAt: 0 },
  groups: [],
};
const WRONG: SignInAnswer = {
  kind: "refused",
  code: "NotAuthorizedException",
  message: "Incorrect username or password.",
};
const DISABLED: SignInAnswer = { kind: "refused", code: "NotAuthorizedException", message: "User is disabled." };
const MFA: SignInAnswer = { kind: "challenge", name: "SMS_MFA" };
const DOWN: SignInAnswer = { kind: "no-answer", why: "timeout" };

const PROVISIONED: ProvisionOutcome = { kind: "provisioned", operation: "created", loginId: "ada", password: "set" };

/** Lets everything through. */
const OPEN: RateCounter = { take: async () => 0, undo: async () => undefined, forget: async () => undefined };

interface Tried {
  readonly check: PasswordCheck;
  readonly clock: SimulatedClock;
  readonly deadlines: number[];
}

/** A check at pools that each give one answer, on a clock that goes by as it is waited. */
function make(
  answers: readonly SignInAnswer[],
  change: Partial<PasswordCheckOptions> & { readonly outcome?: ProvisionOutcome | Error } = {},
): Tried {
  const clock = new SimulatedClock();
  const deadlines: number[] = [];
  const pools = answers.map((answer, index): SignInPool => ({
    userPoolId: `pool-${index}`,
    authenticator: {
      async authenticate() {
        await clock.sleep(100);
        return answer;
      },
    },
    quotas: { authenticate: { own: createRateLimiter({ requests: 100, windowMs: 1000 }, clock) } },
    caseSensitive: false,
  }));
  const provisioner: JitProvisioner = {
    async provision(_confirmed, _password, { deadline }) {
      deadlines.push(deadline);
      if (change.outcome instanceof Error) throw change.outcome;
      return change.outcome ?? PROVISIONED;
    },
  };
  const hash = (text: string): string => text;
  const check = createPasswordCheck({
    pools,
    provisioner,
    counter: OPEN,
    clock,
    random: () => 0,
    hash,
    secretHash: hash,
    ...change,
  });
  return { check, clock, deadlines };
}

const REQUEST = { username: "ada", password: "secret" };

async function short({ check, clock }: Tried): Promise<string> {
  const { verdict, details } = await clock.run(check.check(REQUEST));
  return `${verdict.verdict} ${verdict.reason} of ${details.userPoolId ?? "none"} after ${details.tries}`;
}

describe("several pools", () => {
  it.for<[string, readonly SignInAnswer[], string]>([
    ["none", [], "invalid_credentials credentials of none after 0"],
    ["wrong", [WRONG], "invalid_credentials credentials of pool-0 after 1"],
    ["right", [RIGHT, WRONG], "ok password-right of pool-0 after 1"],
    ["wrong, right", [WRONG, RIGHT], "ok password-right of pool-1 after 2"],
    ["disabled, right", [DISABLED, RIGHT], "ok password-right of pool-1 after 2"],
    ["down, right", [DOWN, RIGHT], "ok password-right of pool-1 after 2"],
    ["down, wrong", [DOWN, WRONG], "unavailable pool-unavailable of pool-0 after 2"],
    ["wrong, down", [WRONG, DOWN], "unavailable pool-unavailable of pool-1 after 2"],
    ["wrong, disabled", [WRONG, DISABLED], "disabled disabled of pool-1 after 2"],
    ["down, disabled", [DOWN, DISABLED], "disabled disabled of pool-1 after 2"],
    ["wrong, second factor, right", [WRONG, MFA, RIGHT], "challenge second-factor of pool-1 after 2"],
    ["wrong, wrong", [WRONG, WRONG], "invalid_credentials credentials of pool-0 after 2"],
  ])("that say %s come to one verdict", async ([, answers, expected]) => {
    expect(await short(make(answers))).toBe(expected);
  });
});

describe("a user whose password is right", () => {
  it.for<[ProvisionOutcome | Error, string, number | undefined]>([
    [PROVISIONED, "ok sign-in password-right", undefined],
    [{ ...PROVISIONED, password: "kept" }, "ok sign-in moved-before", undefined],
    [{ kind: "refused", reason: "password-policy" }, "reset_required reset-password password-policy", undefined],
    [{ kind: "refused", reason: "left-out" }, "disabled stop left-out", undefined],
    [{ kind: "refused", reason: "login-id-taken" }, "disabled stop login-id-taken", undefined],
    [{ kind: "refused", reason: "disabled" }, "disabled stop disabled", undefined],
    [{ kind: "refused", reason: "refused" }, "disabled stop refused-by-project", undefined],
    [{ kind: "throttled", retryAfterMs: 2100 }, "throttled retry-later project-busy", 3],
    [{ kind: "unavailable" }, "unavailable retry-later project-unavailable", 5],
    [new Error("defect"), "unavailable retry-later project-unavailable", 5],
  ])("and of whom the project says %j comes to: %s", async ([outcome, expected, seconds]) => {
    const { check, clock, deadlines } = make([RIGHT], { outcome });
    const began = clock.monotonic();
    const { verdict } = await clock.run(check.check(REQUEST));
    expect(`${verdict.verdict} ${verdict.next} ${verdict.reason}`).toBe(expected);
    expect(verdict.retryAfterSeconds).toBe(seconds);
    expect(deadlines).toEqual([began + 8000]);
  });
});

describe("without a count", () => {
  it("nobody is asked for, and nobody hears that a password is wrong", async () => {
    const fail = async (): Promise<never> => Promise.reject(new Error("gone"));
    expect(await short(make([RIGHT], { counter: { take: fail, undo: fail, forget: fail } }))).toBe(
      "unavailable counter-unavailable of none after 0",
    );
  });

  it("that fails only afterwards, a verdict is given all the same", async () => {
    const fail = async (): Promise<never> => Promise.reject(new Error("gone"));
    const counter: RateCounter = { take: async () => 0, undo: fail, forget: fail };
    expect(await short(make([RIGHT], { counter }))).toBe("ok password-right of pool-0 after 1");
    expect(await short(make([DOWN], { counter }))).toBe("unavailable pool-unavailable of pool-0 after 1");
  });
});

describe("a quota", () => {
  it("lets in as many as it has places, and serves who waits within the longest wait", async () => {
    const tried = make([WRONG], {
      policy: { maxQuotaWaitMs: 1500, failureFloor: { floorMs: 0, stepMs: 0, jitterMs: 0 } },
    });
    const { check, clock } = tried;
    const all = Promise.all(
      Array.from({ length: 400 }, (_, index) => check.check({ ...REQUEST, username: `user-${index}` })),
    );
    const reasons = (await clock.run(all)).map(({ verdict }) => verdict.reason);
    const served = reasons.filter((reason) => reason === "credentials").length;
    expect(served).toBeGreaterThanOrEqual(200);
    expect(served).toBeLessThanOrEqual(250);
    expect(reasons.filter((reason) => reason === "quota")).toHaveLength(400 - served);
  });
});
