import { hostname } from "node:os";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { isProcessThere, thisOperator } from "../../src/control/this-process.ts";
import { judgeWorker } from "../../src/control/worker-state.ts";
import { sampleHeartbeat } from "./sample-heartbeat.ts";

const HEARD_AT = 1_700_000_000_000;

describe("judgeWorker", () => {
  test.each([
    ["heard of a moment ago", 1000, true, "working"],
    ["whose clock is ahead of ours", -5000, undefined, "working"],
    ["that has not been heard of for a while, and is there", 120_000, true, "silent"],
    ["that is there but was not heard of for longer than anything takes", 700_000, true, "gone"],
    ["that is not there any more, however lately it was heard of", 1000, false, "gone"],
    ["of another machine that was silent for a moment", 20_000, undefined, "silent"],
    ["of another machine that was silent for minutes", 120_000, undefined, "gone"],
  ] as const)("a process %s", (_meaning, age, isThere, state) => {
    expect(judgeWorker(sampleHeartbeat({ at: HEARD_AT }), HEARD_AT + age, isThere)).toBe(state);
  });

  test("a process that said goodbye is what it said, whatever else is known", () => {
    expect(judgeWorker(sampleHeartbeat({ at: HEARD_AT, ended: "interrupted" }), HEARD_AT, true)).toBe("interrupted");
  });
});

test("a process of this machine is seen, and one of another is not guessed at", () => {
  expect(isProcessThere({ host: hostname(), pid: process.pid })).toBe(true);
  expect(isProcessThere({ host: hostname(), pid: 2 ** 22 + 12_345 })).toBe(false);
  expect(isProcessThere({ host: "elsewhere", pid: process.pid })).toBeUndefined();
});

test("the operator is named by account and machine", () => {
  expect(thisOperator()).toMatch(/^\S+@\S+$/);
  expect(thisOperator().endsWith(`@${hostname()}`)).toBe(true);
});
