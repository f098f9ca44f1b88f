import { PassThrough } from "node:stream";
import { type Clock, MigrationError } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import type { OutputStream } from "../../src/cli-host.ts";
import { createOutput } from "../../src/output/output.ts";
import type { RunStatus } from "../../src/status/run-status.ts";
import { watchStatus } from "../../src/status/watch-status.ts";

const WORKING = {
  host: "build-7",
  pid: 4711,
  state: "working",
  startedAt: "2026-11-26T08:00:00.000Z",
  heardAt: "2026-11-26T08:04:59.000Z",
  paused: false,
  step: "applying",
  done: 100,
  total: 200,
  perSecond: 10,
  buckets: [],
  lastWait: null,
} as const;

const APPLYING: RunStatus = {
  run: "r1",
  kind: "migrate",
  state: "applying",
  projectId: "P2abc",
  userPoolIds: ["eu-west-1_AbCdEf123"],
  startedAt: "2026-11-26T08:00:00.000Z",
  updatedAt: "2026-11-26T08:01:00.000Z",
  planHash: "ab",
  planned: { create: 200, patch: 0, none: 0, skip: 0, delete: 0 },
  users: { read: 200, created: 100, updated: 0, unchanged: 0, skipped: 0, failed: 0, pending: 100 },
  failures: {},
  failureCauses: [],
  reconcile: null,
  paused: null,
  rates: {},
  workers: [WORKING],
  next: "-",
};
const APPLIED: RunStatus = { ...APPLYING, state: "applied", users: { ...APPLYING.users, created: 200, pending: 0 } };
const OVER: RunStatus = { ...APPLIED, workers: [{ ...WORKING, state: "ended" }] };

/** Watches what is given, one look after the other, and interrupts when there is no more. */
async function watch(
  looks: readonly (RunStatus | undefined | Error)[],
  options: { tty?: boolean; json?: boolean } = {},
) {
  const stdout = Object.assign(new PassThrough(), {
    isTTY: options.tty ?? false,
    columns: 60,
    rows: 24,
  }) as OutputStream & PassThrough;
  const chunks: string[] = [];
  stdout.on("data", (chunk: Buffer) => chunks.push(chunk.toString("utf8")));
  const interrupt = new AbortController();
  let now = 0;
  const clock: Clock = {
    now: () => Date.parse("2026-11-26T08:05:00Z") + now,
    monotonic: () => now,
    async sleep(ms, signal) {
      now += ms;
      signal?.throwIfAborted();
    },
  };
  const host = {
    cwd: "/",
    variables: {},
    stdin: new PassThrough(),
    stdout,
    stderr: new PassThrough(),
    signal: interrupt.signal,
  };
  const { json = false } = options;
  const output = createOutput(host, { json, quiet: false, verbose: false, color: false, documentLines: true });
  let look = 0;
  await watchStatus({
    host,
    output,
    clock,
    read: async () => {
      const seen = looks[look];
      look += 1;
      if (look >= looks.length) interrupt.abort();
      if (seen instanceof Error) throw seen;
      return seen;
    },
  });
  return { text: chunks.join(""), looks: look };
}

describe("watching a run", () => {
  test("ends by itself when the run is applied and nobody works on it any more", async () => {
    const { looks } = await watch([APPLYING, APPLIED, OVER, OVER, OVER]);
    expect(looks).toBe(3);
  });

  test("goes on while nobody works on a run that is not through", async () => {
    const gone: RunStatus = { ...APPLYING, workers: [{ ...WORKING, state: "gone" }] };
    const { looks, text } = await watch([APPLYING, gone, gone]);
    expect(looks).toBe(3);
    expect(text).toContain("the process is gone, the same command goes on");
  });

  test("prints a plain line where there is no terminal, and none that says nothing new", async () => {
    const { text } = await watch([undefined, APPLYING, APPLYING, APPLIED, OVER]);
    expect(text.trimEnd().split("\n")).toEqual([
      "08:05:00 no run yet",
      "08:05:02 run r1; applying: 100 of 200 users, 10/s, 10 s left; 100 to come",
      "08:05:06 run r1; applying: 100 of 200 users, 10/s, 10 s left; 0 to come",
      "08:05:08 run r1; applied; 0 to come",
    ]);
  });

  test("repeats a line after a minute, as a sign that it still watches", async () => {
    const { text } = await watch(Array.from({ length: 35 }, () => APPLYING));
    expect(text.trimEnd().split("\n")).toHaveLength(2);
  });

  test("prints one JSON document a line with --json", async () => {
    const { text } = await watch([undefined, APPLYING, OVER], { json: true });
    const documents = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { run: string | null });
    expect(documents.map(({ run }) => run)).toEqual([null, "r1", "r1"]);
    expect(documents[1]).toEqual(APPLYING);
  });

  test("rewrites the same rows on a terminal, and leaves the last ones", async () => {
    const { text } = await watch([undefined, APPLYING, APPLYING, OVER], { tty: true });
    const [first = "", second = "", third = "", fourth = ""] = text.split("\x1b[?2026l");
    expect(first).toContain("no run yet\x1b[K\n  Ctrl-C ends this watch and leaves the run alone\x1b[K\n");
    // From the end of what was shown to its beginning.
    expect(second).toContain("\r\x1b[2A");
    expect(second).not.toContain("next:");
    const rows = second.split("\n").length - 1;
    // What stays the same is not written again.
    expect(third).toBe(`\x1b[?2026h\r\x1b[${rows}A${"\n".repeat(rows)}\x1b[J`);
    expect(fourth).toContain("next:");
    expect(fourth).not.toContain("Ctrl-C ends this watch");
    for (const row of second.split("\n")) expect(row.length).toBeLessThan(60 + "\x1b[?2026h\r\x1b[2A\x1b[K".length);
  });

  test("passes over a moment in which the store is locked, and no other fault", async () => {
    const locked = new MigrationError("ERR_STORE_LOCKED", "another process is writing to the state store");
    expect((await watch([locked, OVER])).text).toContain("applied");
    const corrupt = new MigrationError("ERR_STORE_CORRUPT", "the state store is damaged");
    await expect(watch([corrupt])).rejects.toThrow("damaged");
  });
});
