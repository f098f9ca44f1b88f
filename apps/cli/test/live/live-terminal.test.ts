import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { environmentFor, FAST_LIMITS, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { hasPseudoTerminal, openPseudoTerminal, type PseudoTerminal } from "./pseudo-terminal.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Says how the command ended and how it left the terminal. */
const APPLY =
  "$C2D apply --yes; echo code=$?; stty -a | tr ' ;' '\\n\\n' | grep -E '^-?(icanon|echo|isig)$' | tr '\\n' ' '";
const AS_BEFORE = "icanon echo";

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  sandbox = await startSandbox({ users: 120, groups: 2 });
  folder = temporaryFolder();
  // Batches of five, ten in a second: the whole takes seconds.
  writeFastConfig(folder.path, {
    target: { batchSize: 5 },
    limits: {
      cognito: FAST_LIMITS.cognito,
      descope: { ...FAST_LIMITS.descope, "user-create": { requests: 10, windowMs: 1000 } },
    },
  });
  await runInProcess(["plan"], { cwd: folder.path, env: environmentFor(sandbox) });
});
afterEach(async () => {
  await sandbox.stop();
  folder[Symbol.dispose]();
});

function open(line = APPLY, env: Readonly<Record<string, string>> = {}): PseudoTerminal {
  return openPseudoTerminal(line, folder.path, { ...environmentFor(sandbox), ...env });
}

/** The process that works on the run, once it has given a sign of life. */
async function workingProcess(): Promise<number> {
  await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
  const [run] = await store.listRuns();
  const [heartbeat] = await store.readHeartbeats(run?.id ?? "");
  return heartbeat?.pid ?? 0;
}

function isRaw(pid: number): boolean {
  return spawnSync("stty", ["-a", "-F", `/proc/${pid}/fd/0`])
    .stdout.toString()
    .includes("-icanon");
}

describe.runIf(hasPseudoTerminal)("apply at a real terminal", () => {
  test("pauses and goes on with p, stops with Ctrl-C and a checkpoint, and leaves the terminal as it was", async () => {
    await using terminal = open();
    await terminal.waitFor(/[1-9]\d* created/);
    expect(isRaw(await workingProcess())).toBe(true);
    terminal.press("p");
    await terminal.waitFor(/paused since .* by .*; p goes on/);
    terminal.press("p");
    await terminal.waitFor(/: applying/);
    terminal.press("\x03");
    const last = await terminal.ended;
    expect(last).toContain("code=130");
    expect(last).toContain("the same command continues");
    expect(last).toContain(AS_BEFORE);
    expect(last).not.toContain("p pause");
    expect(terminal.written().lastIndexOf("\x1b[?25h")).toBeGreaterThan(terminal.written().lastIndexOf("\x1b[?25l"));
    await using again = open();
    const rest = await again.ended;
    expect(rest).toContain("code=0");
    expect(rest).toContain("next: c2d reconcile");
  });

  test("gives the terminal back while it is stopped by Ctrl-Z, when it is ended by SIGTERM, and when it crashes", async () => {
    const crashes = "data:text/javascript,process.on('SIGUSR2',()=>{throw%20new%20Error('crash')})";
    await using terminal = open(APPLY, { NODE_OPTIONS: `--import=${crashes}` });
    await terminal.waitFor(/[1-9]\d* created/);
    const pid = await workingProcess();
    terminal.press("\x1a");
    await vi.waitUntil(() => !isRaw(pid), { timeout: 20_000 });
    process.kill(pid, "SIGCONT");
    await vi.waitUntil(() => isRaw(pid), { timeout: 20_000 });
    process.kill(pid, "SIGTSTP");
    await vi.waitUntil(() => !isRaw(pid), { timeout: 20_000 });
    process.kill(pid, "SIGCONT");
    await vi.waitUntil(() => isRaw(pid), { timeout: 20_000 });
    process.kill(pid, "SIGUSR2");
    const crashed = await terminal.ended;
    expect(crashed).toMatch(/code=(?!0)/);
    expect(crashed).toContain(AS_BEFORE);
    await using again = open();
    await again.waitFor("p pause");
    await vi.waitUntil(async () => (await workingProcess()) !== pid, { timeout: 20_000 });
    process.kill(await workingProcess(), "SIGTERM");
    const ended = await again.ended;
    expect(ended).toContain("code=130");
    expect(ended).toContain(AS_BEFORE);
  });

  test("prints lines as before with TERM=dumb, --json and --quiet", async () => {
    writeFastConfig(folder.path, { target: { batchSize: 5 } });
    await using terminal = open("TERM=dumb $C2D apply --yes; $C2D apply --yes --json; $C2D plan --quiet");
    const last = await terminal.ended;
    expect(terminal.written()).toContain("applying: ");
    expect(terminal.written()).not.toContain("\x1b[?25l");
    expect(last).not.toContain("p pause");
  });

  test("jit status --watch looks again with r and ends with q", async () => {
    const line = "$C2D jit status --watch; echo code=$?; stty -a | grep -o -E ' -?icanon'";
    await using terminal = open(line);
    const first = await terminal.waitFor("q stop   r look again now");
    expect(first).toContain("0 passwords captured");
    terminal.press("rq");
    const last = await terminal.ended;
    expect(last).toContain("code=0");
    expect(last).toMatch(/ icanon/);
    expect(last.match(/passwords captured/g)).toHaveLength(1);
  });
});
