import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { commandArguments } from "../../src/console/started/command-arguments.ts";
import { type CommandStarter, createCommandStarter } from "../../src/console/started/command-starter.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";

/** Prints what it was given; `plan` ends at once, `migrate` waits to be interrupted. */
const PROGRAM = `
const given = process.argv.slice(2);
console.log(given.join(" ") + " " + process.env.GIVEN + " " + "é".repeat(40000));
if (given[0] === "migrate") {
  process.on("SIGINT", () => process.exit(130));
  setInterval(() => undefined, 1000);
} else process.exitCode = 3;
`;

let folder: ReturnType<typeof temporaryFolder>;
let pids: number[];

beforeEach(() => {
  folder = temporaryFolder();
  pids = [];
  writeFileSync(join(folder.path, "program.mjs"), PROGRAM);
});
afterEach(() => {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
  folder[Symbol.dispose]();
});

function open(now = 1_700_000_000_000): CommandStarter {
  return createCommandStarter({
    program: [process.execPath, join(folder.path, "program.mjs")],
    cwd: folder.path,
    variables: { ...process.env, GIVEN: "here" },
    directory: join(folder.path, "console"),
    clock: { now: () => now },
  });
}

const until = (holds: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(holds()).toBe(true), { timeout: 20_000, interval: 20 });

describe("commands that the console starts", () => {
  test("run by themselves, print into a file of their own, and tell how they ended", async () => {
    const starter = open();
    expect([starter.list(), readdirSync(folder.path)]).toEqual([[], ["program.mjs"]]);
    const started = await starter.start({ command: "plan" }, "ana@build-7");
    pids.push(started.pid);
    expect(started).toMatchObject({ command: "plan", line: "c2d plan", by: "ana@build-7" });
    await until(() => starter.find(started.id)?.state === "ended");
    expect(starter.find(started.id)).toMatchObject({
      exitCode: 3,
      meaning: "finished; some users failed, or something differs",
    });
    let [text, from, complete] = ["", 0, false];
    while (!complete) {
      const part = await starter.readOutput(started.id, from);
      if (part === undefined) throw new Error("there is no output");
      [text, from, complete] = [text + part.text, part.next, part.complete];
    }
    // More than one part, and no character of two bytes is cut between them.
    expect(text).toBe(`plan --no-color here ${"é".repeat(40_000)}\n`);
    const modes = readdirSync(join(folder.path, "console")).map(
      (name) => statSync(join(folder.path, "console", name)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600]);
  });

  test("outlive the console, are interrupted as by Ctrl-C, and are gone when they were killed", async () => {
    const first = open();
    const [one, two] = [
      await first.start({ command: "migrate" }, "ana"),
      await open(1_700_000_001_000).start({ command: "migrate", dryRun: true }, "bob"),
    ];
    pids.push(one.pid, two.pid);
    const second = open();
    expect(second.list().map(({ by, state }) => [by, state])).toEqual([
      ["bob", "running"],
      ["ana", "running"],
    ]);
    await until(() => readdirSync(join(folder.path, "console")).length === 4);
    await vi.waitFor(async () => expect((await second.readOutput(one.id, 0))?.text).toContain("migrate --yes"));
    second.interrupt(one.id);
    await until(() => first.find(one.id)?.state === "ended");
    expect(second.find(one.id)).toMatchObject({ exitCode: 130, meaning: expect.stringContaining("interrupted") });
    process.kill(two.pid, "SIGKILL");
    await until(() => second.find(two.id)?.state === "gone");
    expect(second.interrupt(two.id)).toMatchObject({ state: "gone", exitCode: null });
  });

  test("that were never started are not there, whatever they are called", async () => {
    const starter = open();
    for (const id of ["nothing", "../program", ""]) {
      expect([starter.find(id), await starter.readOutput(id, 0), starter.interrupt(id)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  test("are called as an operator would call them, and never ask", () => {
    expect([
      commandArguments({ command: "retry", run: "r", classes: ["refused", "target-error"], users: [3, 5] }),
      commandArguments({ command: "retry", run: "r" }),
      commandArguments({ command: "sync", dryRun: true }),
      commandArguments({ command: "rollback", run: "r", confirm: "r" }),
      commandArguments({ command: "apply", run: "r" }),
    ]).toEqual([
      ["retry", "--only", "refused", "--only", "target-error", "--user", "3", "--user", "5", "--yes"],
      ["retry", "--yes"],
      ["sync", "--dry-run"],
      ["rollback", "r", "--yes"],
      ["apply", "--yes"],
    ]);
  });
});
