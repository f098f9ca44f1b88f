import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { OutputStream } from "../../src/cli-host.ts";
import { createProgressLine } from "../../src/output/progress-line.ts";

function recorder(isTTY: boolean): { readonly stream: OutputStream; readonly text: () => string } {
  const stream = new PassThrough();
  const chunks: string[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk.toString("utf8")));
  return { stream: Object.assign(stream, { isTTY, columns: 80 }), text: () => chunks.join("") };
}

test("on a terminal one line is rewritten, with rate and time left", () => {
  const { stream, text } = recorder(true);
  let now = 0;
  const line = createProgressLine(stream, false, () => now);
  line.update({ step: "planning", users: 0, total: 10_000 });
  now = 1000;
  line.update({ step: "planning", users: 2500, total: 10_000 });
  line.clear();
  expect(text()).toBe(
    "\r\x1b[2Kplanning: 0 of 10,000 users\r\x1b[2Kplanning: 2,500 of 10,000 users, 2,500/s, 3 s left\r\x1b[2K",
  );
});

test("elsewhere a plain line comes every few seconds, and none for a short step", () => {
  const { stream, text } = recorder(false);
  let now = 0;
  const line = createProgressLine(stream, false, () => now);
  for (; now < 12_000; now += 500) line.update({ step: "planning", users: now, total: 100_000 });
  now += 500;
  line.update({ step: "defining", created: 1, total: 2 });
  expect(text().trimEnd().split("\n")).toEqual([
    "planning: 5,000 of 100,000 users, 1,000/s, 1 min 35 s left",
    "planning: 10,000 of 100,000 users, 1,000/s, 1 min 30 s left",
  ]);
});

test("a pause is shown as such, said once where every line stays, and is not reckoned into rates", () => {
  const { stream, text } = recorder(false);
  let now = 0;
  const line = createProgressLine(stream, false, () => now);
  line.update({ step: "planning", users: 0, total: 10_000 });
  now = 5000;
  line.update({ step: "planning", users: 5000, total: 10_000 });
  const pause = { step: "paused", since: Date.parse("2026-11-26T12:00:00Z"), by: "ana@build-7" } as const;
  for (now = 6000; now < 600_000; now += 1000) line.update(pause);
  line.update({ step: "planning", users: 5000, total: 10_000 });
  now += 5000;
  line.update({ step: "planning", users: 9000, total: 10_000 });
  expect(text().trimEnd().split("\n")).toEqual([
    "planning: 5,000 of 10,000 users, 1,000/s, 5 s left",
    "paused until c2d resume, since 12:00:00 UTC, by ana@build-7",
    "planning: 5,000 of 10,000 users",
    "planning: 9,000 of 10,000 users, 800/s, 1 s left",
  ]);
});

test("with --quiet there is nothing", () => {
  const { stream, text } = recorder(true);
  createProgressLine(stream, true).update({ step: "planning", users: 1, total: 2 });
  expect(text()).toBe("");
});
