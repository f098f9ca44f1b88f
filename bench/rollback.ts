// Users per second of taking a whole migration back.
//
// usage: node --conditions=@cognito-to-descope/source bench/rollback.ts [50000]
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const users = process.argv[2] ?? "50000";
const flags = ["--conditions=@cognito-to-descope/source", "--disable-warning=ExperimentalWarning"];

console.log(
  `node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), load ${loadavg()[0]?.toFixed(1) ?? "?"}`,
);
console.log(`${users} users, 20 groups, latency 0, no quotas; sandbox and client share the machine\n`);
const folder = mkdtempSync(join(tmpdir(), "c2d-bench-"));
const sandbox = start("bench/sandbox-process.ts", [users, "none", "0"]);
try {
  const client = start("bench/rollback-once.ts", [await firstLine(sandbox), join(folder, "state.db")]);
  console.log(await firstLine(client));
} finally {
  sandbox.stdin?.end();
  rmSync(folder, { recursive: true, force: true });
}

function start(script: string, scriptArguments: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...flags, script, ...scriptArguments], { stdio: ["pipe", "pipe", "inherit"] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the process has no output");
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the process ended with ${String(code)}`);
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
  return line;
}
