import { describe, expect, test } from "vitest";
import { wrapText } from "../../src/output/text-line.ts";
import { failureCauses } from "../../src/report/failure-advice.ts";
import type { RunStatus, WorkerStatus } from "../../src/status/run-status.ts";
import { nextLine, statusLines } from "../../src/status/status-lines.ts";

const NOW = Date.parse("2026-11-26T08:05:00Z");

const WORKER: WorkerStatus = {
  host: "build-7",
  pid: 4711,
  state: "working",
  startedAt: "2026-11-26T08:00:00.000Z",
  heardAt: "2026-11-26T08:04:59.000Z",
  paused: false,
  step: "applying",
  done: 1205,
  total: 2000,
  perSecond: 26.5,
  buckets: [
    {
      bucket: "user-create",
      limit: { requests: 100, windowMs: 60_000 },
      rate: 50,
      allowed: 25,
      inUse: 12,
      throttles: 1,
    },
    {
      bucket: "UserList",
      scope: "eu-west-1",
      limit: { requests: 30, windowMs: 1000 },
      rate: 30,
      allowed: 30,
      inUse: 0,
      throttles: 0,
    },
    {
      bucket: "general",
      limit: { requests: 1000, windowMs: 10_000 },
      rate: 1000,
      allowed: 1000,
      inUse: 3,
      throttles: 0,
    },
  ],
  lastWait: { at: "2026-11-26T08:04:40.000Z", what: "descope throttled POST /v1/mgmt/user/create/batch, 60 s" },
};

function aStatus(change: Partial<RunStatus> = {}): RunStatus {
  return {
    run: "20261126-080000-abcdef",
    kind: "migrate",
    state: "applying",
    projectId: "P2abc",
    userPoolIds: ["eu-west-1_AbCdEf123"],
    startedAt: "2026-11-26T08:00:00.000Z",
    updatedAt: "2026-11-26T08:01:00.000Z",
    planHash: "ab",
    planned: { create: 1990, patch: 0, none: 0, skip: 10, delete: 0 },
    users: { read: 2000, created: 1190, updated: 0, unchanged: 0, skipped: 10, failed: 5, pending: 795 },
    failures: { refused: 1, "target-error": 4 },
    failureCauses: failureCauses({ refused: 1, "target-error": 4 }),
    reconcile: null,
    paused: null,
    rates: {},
    workers: [WORKER],
    next: "nothing: it is at work; c2d status --watch follows it",
    ...change,
  };
}

function textOf(status: RunStatus): readonly string[] {
  return [...statusLines(status, NOW), nextLine(status)].map(({ text }) => text);
}

describe("the status of a run", () => {
  test("says how far it is, why users failed and what to do about it, who works on it, and how the quotas stand", () => {
    expect(textOf(aStatus({ rates: { "user-create": { requests: 50, windowMs: 60_000 } } }))).toEqual([
      "run 20261126-080000-abcdef: applying",
      "  from pool eu-west-1_AbCdEf123 to project P2abc",
      "  started 2026-11-26T08:00:00.000Z, last change 2026-11-26T08:01:00.000Z",
      "  rates chosen: user-create 50 in 60 s",
      "  2,000 users read",
      "  planned: 1,990 to create, 0 to patch, 0 unchanged, 10 left out",
      "      1,190  created",
      "          0  updated",
      "          0  unchanged",
      "         10  left out",
      "          5  failed",
      "             4 × target-error: the project failed on the user again and again, and not on others",
      "             can be retried. Run `c2d retry --only target-error`. A user that fails once more is a case for Descope's support.",
      "             1 × refused: the project refused the user's data",
      expect.stringMatching(/^ {13}to be mended first\. See the project's words .*`c2d retry --only refused`\.$/),
      "        795  to come",
      "  at work: process 4711 on build-7",
      "    applying: 1,205 of 2,000 users, 27/s, 30 s left",
      "    waited: descope throttled POST /v1/mgmt/user/create/batch, 60 s, 20 s ago",
      "    user-create  12 of 25 in 60 s, quota 100, throttled 1 ×",
      "    general      3 of 1,000 in 10 s",
      "  next: nothing: it is at work; c2d status --watch follows it",
    ]);
  });

  test("says by whom and since when it is paused, and reckons no time that is left", () => {
    const status = aStatus({
      paused: { since: "2026-11-26T08:04:00.000Z", by: "ana@build-7" },
      workers: [{ ...WORKER, paused: true, buckets: [], lastWait: null }],
    });
    const lines = textOf(status);
    expect(lines[0]).toBe("run 20261126-080000-abcdef: applying, paused");
    expect(lines).toContain("  paused since 2026-11-26 08:04:00 UTC by ana@build-7");
    expect(lines).toContain("  at work: process 4711 on build-7, paused");
    expect(lines).toContain("    applying: 1,205 of 2,000 users");
  });

  test.each([
    ["gone", "  at work: nobody; last heartbeat 2 min ago: process 4711 on build-7 is gone; the same command goes on"],
    ["interrupted", "  at work: nobody; process 4711 on build-7 was interrupted 2 min ago"],
    ["ended", "  at work: nobody; process 4711 on build-7 ended 2 min ago"],
  ] as const)("says of a run that nobody works on what became of its process: %s", (state, line) => {
    const worker: WorkerStatus = { ...WORKER, state, heardAt: "2026-11-26T08:03:00.000Z" };
    expect(textOf(aStatus({ workers: [worker] }))).toContain(line);
    for (const through of ["planned", "applied"] as const) {
      expect(textOf(aStatus({ state: through, workers: [worker] })).join("\n")).not.toContain("at work: nobody");
    }
  });

  test("says of a process that is busy since when it was not heard of", () => {
    const worker: WorkerStatus = { ...WORKER, state: "silent", heardAt: "2026-11-26T08:04:15.000Z" };
    expect(textOf(aStatus({ workers: [worker] }))).toContain(
      "  at work: process 4711 on build-7, last heartbeat 45 s ago",
    );
  });

  test.each([60, 80])("fits into %d columns", (columns) => {
    const rows = textOf(aStatus()).flatMap((text) => wrapText(text, columns));
    expect(Math.max(...rows.map(({ length }) => length))).toBeLessThanOrEqual(columns);
  });
});

describe("failureCauses", () => {
  test("says of a class of a later version that it does not know it", () => {
    expect(failureCauses({ toString: 2 })).toEqual([
      expect.objectContaining({
        class: "toString",
        count: 2,
        retryable: false,
        advice: expect.stringContaining("version") as unknown,
      }),
    ]);
  });

  test("says of each class whether a retry may succeed, and what to do", () => {
    const causes = failureCauses({ "login-id-taken": 1, refused: 3, "target-error": 2 });
    expect(causes.map(({ class: name, retryable }) => [name, retryable])).toEqual([
      ["refused", false],
      ["target-error", true],
      ["login-id-taken", false],
    ]);
    for (const { class: name, advice } of causes) expect(advice).toContain(`c2d retry --only ${name}`);
  });
});
