import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readModes, withStage } from "@cognito-to-descope/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { samlConnection, writtenConfig } from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { bridgeFiles } from "../../src/sso/bridge-files.ts";
import { type Operator, setMode, takeBack, takeStep } from "../../src/sso/change-connection.ts";
import { isExplained, modeHistoryPath, readModeHistory } from "../../src/sso/mode-history.ts";
import { changeStage, readModesFile } from "../../src/sso/modes-file.ts";
import { underModesLock } from "../../src/sso/modes-lock.ts";
import { systemClock } from "../../src/system.ts";
import { runC2d, temporaryFolder } from "../e2e/run-c2d.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder.path, ".c2d"));
});
afterEach(() => folder[Symbol.dispose]());

const files = (): ReturnType<typeof bridgeFiles> => bridgeFiles(folder.path, {});
const ana: Operator = { by: "ana@here", through: "console", record: async () => undefined };
const acme = samlConnection("Acme");
const names = Array.from({ length: 24 }, (_, index) => `Acme${index}`);

describe("the file of modes", () => {
  test("loses no change when commands and pages change it at the same time", async () => {
    const commands = ["One", "Two", "Three"];
    const config = writtenConfig([...names, ...commands].map((name) => samlConnection(name)));
    writeFileSync(files().config, JSON.stringify(config));
    await Promise.all([
      ...commands.map(async (name) => {
        const { code } = await runC2d(["sso", "mode", name, "log-only"], { cwd: folder.path });
        expect(code).toBe(0);
      }),
      ...names.map((name) => setMode(files(), samlConnection(name), "log-only", ana, systemClock)),
    ]);
    const { connections } = await readModesFile(files());
    const stages = Object.values(connections).map(({ stage }) => stage);
    expect(stages).toEqual(Array.from({ length: names.length + commands.length }, () => "log-only"));
    const history = await readModeHistory(files().modes);
    expect(history.unreadable).toBe(0);
    expect(history.changes.map(({ connection }) => connection).sort()).toEqual(Object.keys(connections).sort());
    expect(new Set(history.changes.map(({ through }) => through))).toEqual(new Set(["command", "console"]));
    for (const [key, record] of Object.entries(connections)) expect(isExplained(history, key, record)).toBe(true);
  });

  test("takes a step only from where its gates were judged", async () => {
    const judged = { stage: "cognito", since: 0 } as const;
    const [one, two] = await Promise.allSettled([
      takeStep(files(), acme, { judged, to: "log-only" }, ana, systemClock),
      takeStep(files(), acme, { judged, to: "log-only" }, ana, systemClock),
    ]);
    expect([one.status, two.status].sort()).toEqual(["fulfilled", "rejected"]);
    expect(one.status === "rejected" ? one.reason : (two as PromiseRejectedResult).reason).toMatchObject({
      code: "ERR_MODE_CHANGED",
    });
    // There and back again is a change too, although the stage is the same as before.
    const before = (await readModesFile(files())).connections[`${acme.userPoolId}/Acme`];
    await takeBack(files(), acme, ana, systemClock);
    await setMode(files(), acme, "log-only", ana, systemClock);
    const stale = takeStep(files(), acme, { judged: before ?? judged, to: "descope" }, ana, systemClock);
    await expect(stale).rejects.toMatchObject({ code: "ERR_MODE_CHANGED" });
  });

  test("says who changed what, when and why, and that going back twice is one change", async () => {
    await setMode(files(), acme, "descope", ana, systemClock);
    expect(await takeBack(files(), acme, ana, systemClock)).toMatchObject({ changed: true, recorded: true });
    expect(await takeBack(files(), acme, ana, systemClock)).toMatchObject({ changed: false });
    const { changes } = await readModeHistory(files().modes);
    expect(changes).toMatchObject([
      { connection: `${acme.userPoolId}/Acme`, from: "cognito", to: "descope", why: "mode", by: "ana@here" },
      { from: "descope", to: "cognito", why: "back", through: "console" },
    ]);
    const [first, second] = changes;
    expect(second?.at).toBeGreaterThan(first?.at ?? 0);
    // Who works here is nobody's business but theirs.
    expect((statSync(modeHistoryPath(files().modes)).mode & 0o777).toString(8)).toBe("600");
  });

  test("notices a file that was edited by hand, and lines that were cut off", async () => {
    const key = `${acme.userPoolId}/Acme`;
    await setMode(files(), acme, "log-only", ana, systemClock);
    appendFileSync(modeHistoryPath(files().modes), '{"at":"2026-11-2');
    const edited = withStage(await readModesFile(files()), key, { stage: "descope", since: 5 });
    writeFileSync(files().modes, JSON.stringify(edited));
    const history = await readModeHistory(files().modes);
    expect([history.changes.length, history.unreadable]).toEqual([1, 1]);
    expect(isExplained(history, key, { stage: "descope", since: 5 })).toBe(false);
    await takeBack(files(), acme, ana, systemClock);
    const after = await readModeHistory(files().modes);
    expect([after.changes.length, after.unreadable]).toEqual([2, 1]);
    expect(
      isExplained(after, key, (await readModesFile(files())).connections[key] ?? { stage: "descope", since: 0 }),
    ).toBe(true);
  });

  test("goes further only where that can be written down, and back in any case", async () => {
    mkdirSync(modeHistoryPath(files().modes));
    await expect(setMode(files(), acme, "log-only", ana, systemClock)).rejects.toMatchObject({
      code: "ERR_OUTPUT_UNWRITABLE",
    });
    expect(existsSync(files().modes)).toBe(false);
    const at = { stage: "descope", since: 1 } as const;
    writeFileSync(
      files().modes,
      JSON.stringify({ version: 1, default: "cognito", connections: { [`${acme.userPoolId}/Acme`]: at } }),
    );
    expect(await takeBack(files(), acme, ana, systemClock)).toMatchObject({ changed: true, recorded: false });
    expect(readModes(JSON.parse(readFileSync(files().modes, "utf8")))?.connections).toMatchObject({
      [`${acme.userPoolId}/Acme`]: { stage: "cognito" },
    });
  });

  test("waits for whoever has the lock, and says so when it does not come free", async () => {
    const { modes } = files();
    using other = new DatabaseSync(`${modes}.lock`);
    other.exec("BEGIN EXCLUSIVE");
    let monotonic = 0;
    const clock = { ...systemClock, monotonic: () => (monotonic += 1000), sleep: async () => undefined };
    const decide = (): "log-only" => "log-only";
    await expect(changeStage({ modes }, "k", decide, { ...ana, why: "mode" }, clock)).rejects.toMatchObject({
      code: "ERR_STORE_LOCKED",
    });
    const waiting = underModesLock(modes, systemClock, async () => "mine");
    other.exec("ROLLBACK");
    expect(await waiting).toBe("mine");
  });

  test.skipIf(process.getuid?.() === 0)("says which directory cannot be written", async () => {
    chmodSync(join(folder.path, ".c2d"), 0o500);
    await expect(setMode(files(), acme, "log-only", ana, systemClock)).rejects.toMatchObject({
      code: "ERR_OUTPUT_UNWRITABLE",
    });
    chmodSync(join(folder.path, ".c2d"), 0o700);
  });
});
