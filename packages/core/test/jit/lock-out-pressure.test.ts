import { describe, expect, test } from "vitest";
import type { VerdictCount } from "../../src/ports/state-store.ts";
import { CHECK_KINDS, checksByDay, lockOutPressure } from "../../src/jit/progress/lock-out-pressure.ts";

const TODAY = 20_000;

function checks(verdict: string, reason: string, count: number, day = TODAY): VerdictCount {
  return { userPoolId: "us-east-1_Pool", day, verdict, reason, count };
}

describe("lock-out pressure", () => {
  test.each([
    ["nobody was checked", [], "none", []],
    ["sign-ins that succeed", [checks("ok", "password-right", 500)], "calm", []],
    [
      "somebody who mistypes",
      [checks("ok", "password-right", 80), checks("invalid_credentials", "credentials", 20)],
      "calm",
      [],
    ],
    [
      "a flow that asks the wrong people",
      [checks("ok", "password-right", 50), checks("invalid_credentials", "credentials", 50)],
      "watch",
      ["many-wrong"],
    ],
    [
      "somebody who guesses",
      [checks("ok", "password-right", 990), checks("throttled", "too-many-tries", 10)],
      "watch",
      ["guessing"],
    ],
    ["users whom Cognito locked", [checks("throttled", "locked-out", 1)], "act", ["cognito-locks"]],
    [
      "a quota that is too small, and a pool that does not answer",
      [
        checks("ok", "password-right", 90),
        checks("throttled", "quota", 5),
        checks("unavailable", "pool-unavailable", 5),
      ],
      "watch",
      ["quota", "no-answers"],
    ],
    ["what was three days ago", [checks("throttled", "locked-out", 9, TODAY - 3)], "none", []],
    ["too few checks for shares", [checks("throttled", "quota", 5)], "calm", []],
  ] as const)("of %s", (_what, verdicts, level, reasons) => {
    expect(lockOutPressure(verdicts, TODAY)).toMatchObject({ level, reasons });
  });

  test("is shown by day over all pools, and no verdict is lost", () => {
    const days = checksByDay([
      checks("ok", "password-right", 3, TODAY - 1),
      { ...checks("ok", "password-right", 4, TODAY - 1), userPoolId: "us-east-1_Other" },
      checks("challenge", "second-factor", 1),
      checks("reset_required", "reset-required", 1),
      checks("disabled", "disabled", 1),
      checks("something-new", "whatever", 1),
    ]);
    expect(days.map(({ day, byKind }) => [day, CHECK_KINDS.reduce((sum, kind) => sum + byKind[kind], 0)])).toEqual([
      [TODAY - 1, 7],
      [TODAY, 4],
    ]);
    expect(days[0]?.byKind["let-in"]).toBe(7);
    expect(days[1]?.byKind).toMatchObject({ "step-up": 1, "choose-password": 1, refused: 1, unavailable: 1 });
  });
});
