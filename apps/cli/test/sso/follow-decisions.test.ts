import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DecisionEntry } from "@cognito-to-descope/core";
import { fc } from "@fast-check/vitest";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decisionLine, readDecisions } from "../../src/sso/decision-log.ts";
import { createDecisionFollower } from "../../src/sso/follow-decisions.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => folder[Symbol.dispose]());

const KEYS = ["us-east-1_Pool/Acme", "us-east-1_Pool/Globex"];

const entry: fc.Arbitrary<DecisionEntry> = fc.record({
  at: fc.nat(1000),
  host: fc.constant("auth.example.com"),
  to: fc.constantFrom("cognito" as const, "descope" as const),
  reason: fc.constantFrom("known-issuer" as const, "issuer-differs" as const),
  connection: fc.constantFrom(...KEYS),
  mode: fc.constantFrom("log-only" as const, "descope" as const),
  accepted: fc.boolean(),
  status: fc.constant(302),
  milliseconds: fc.constant(1),
});

test("says at any time what reading the whole logs says, whatever is added and whenever modes change", async () => {
  let number = 0;
  const part = fc.record({
    entries: fc.array(entry, { maxLength: 6 }),
    log: fc.constantFrom(0, 1),
    since: fc.constantFrom(0, 0, 300, 700),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
      number += 1;
      const paths = ["a", "b"].map((name) => join(folder.path, `${number}${name}.jsonl`));
      const follower = createDecisionFollower(paths);
      for (const { entries, log, since } of parts) {
        appendFileSync(paths[log] ?? "", entries.map((one) => `${decisionLine(one)}\n`).join(""));
        const followed = await follower.read(new Map([[KEYS[0] ?? "", since]]));
        const whole = await readDecisions(paths, 0);
        const sinceStage = await readDecisions(paths, since);
        for (const key of KEYS) expect(followed.overall.of(key)).toEqual(whole.tally.of(key));
        expect(followed.sinceStage(KEYS[0] ?? "")).toEqual(sinceStage.tally.of(KEYS[0] ?? ""));
        expect(followed.sinceStage(KEYS[1] ?? "")).toEqual(whole.tally.of(KEYS[1] ?? ""));
      }
    }),
    { numRuns: 40 },
  );
});

test("counts a log that was rotated anew, and lines that are none", async () => {
  const path = join(folder.path, "a.jsonl");
  const one: DecisionEntry = {
    at: 5,
    host: "auth.example.com",
    to: "descope",
    reason: "known-issuer",
    connection: KEYS[0] ?? "",
    status: 302,
    milliseconds: 1,
  };
  const follower = createDecisionFollower([path]);
  const none = new Map<string, number>();
  writeFileSync(path, `${decisionLine(one)}\n${decisionLine(one)}\nhello\n`);
  const first = await follower.read(none);
  expect([first.overall.of(KEYS[0] ?? "").toDescope, first.unreadable]).toEqual([2, 1]);
  writeFileSync(path, `${decisionLine(one)}\n`);
  const second = await follower.read(none);
  expect([second.overall.of(KEYS[0] ?? "").toDescope, second.unreadable]).toEqual([1, 0]);
  // What was given before does not change under whoever holds it.
  expect(first.overall.of(KEYS[0] ?? "").toDescope).toBe(2);
});
