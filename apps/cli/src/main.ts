// The process: its arguments, its signals and its exit. Nothing else knows that there is a process.
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runCli } from "./cli.ts";
import type { TerminalHold, TerminalProcess } from "./cli-host.ts";
import { processVariables } from "./config/env.ts";
import { EXIT_CODES } from "./exit-codes.ts";

// V8 lets its nursery grow while pages and batches stream through it, and what survives there is garbage a moment later:
// kept at its first size, a migration needs about 120 MB less for the same work.
setFlagsFromString("--semi-space-growth-factor=1");

const debug = process.argv.includes("--debug");

// Node warns about features that this program chose knowingly (its SQLite, type stripping of the config).
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (debug) process.stderr.write(`${warning.stack ?? warning.message}\n`);
});

const controller = new AbortController();
function interrupt(): void {
  // The second time nobody wants to wait any more. What is in the state file is safe at any moment.
  if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted);
  controller.abort(Object.assign(new Error("interrupted"), { name: "AbortError" }));
}
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);

const holds = new Set<TerminalHold>();
function leaveAll(): void {
  for (const { leave } of holds) leave();
}
function suspend(): void {
  leaveAll();
  // What SIGTSTP would do by itself if nobody listened to it.
  process.kill(process.pid, "SIGSTOP");
}
function enterAll(): void {
  for (const { enter } of holds) enter();
}
const terminal: TerminalProcess = {
  interrupt,
  suspend,
  hold(hold) {
    // Windows has neither signal.
    if (holds.size === 0 && process.platform !== "win32") process.on("SIGTSTP", suspend).on("SIGCONT", enterAll);
    holds.add(hold);
    return () => {
      holds.delete(hold);
      if (holds.size === 0) process.off("SIGTSTP", suspend).off("SIGCONT", enterAll);
    };
  },
};
process.on("exit", leaveAll);

// A reader that has gone away (`| head`) is no fault: what is left is not printed.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  variables: processVariables(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: controller.signal,
  self: [process.execPath, ...process.execArgv, process.argv[1] ?? ""],
  terminal,
  onHangup(listener) {
    process.on("SIGHUP", listener);
    return () => void process.off("SIGHUP", listener);
  },
  onUserSignal(listener) {
    // Windows has no such signal.
    if (process.platform === "win32") return () => undefined;
    process.on("SIGUSR2", listener);
    return () => void process.off("SIGUSR2", listener);
  },
});
await Promise.all([process.stdout, process.stderr].map(drained));
process.exit(exitCode);

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writable) stream.write("", () => resolve());
    else resolve();
  });
}
