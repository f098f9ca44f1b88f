// Users per second, API calls per user and peak memory of a whole migration, for several sizes of pool.
//
// usage: npm run bench -- [10000 100000 1000000] [--quotas] [--latency MS]
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const sizes = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number);
const quotas = process.argv.includes("--quotas");
const latency = process.argv.includes("--latency") ? (process.argv[process.argv.indexOf("--latency") + 1] ?? "0") : "0";
const flags = ["--conditions=@cognito-to-descope/source", "--disable-warning=ExperimentalWarning"];

console.log(
  `node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), 20 groups, 2 memberships a user`,
);
console.log(
  `latency ${latency} ms, quotas ${quotas ? "as documented" : "off"}; sandbox and client share the machine\n`,
);
for (const users of sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000]) {
  const folder = mkdtempSync(join(tmpdir(), "c2d-bench-"));
  const sandbox = start("bench/sandbox-process.ts", [String(users), quotas ? "real" : "none", latency]);
  try {
    const line = await firstLine(sandbox);
    const client = start("bench/migrate-once.ts", [line, join(folder, "state.db"), quotas ? "real" : "none"]);
    const figures = JSON.parse(await firstLine(client)) as Record<string, number>;
    const throttled = await countThrottled((JSON.parse(line) as { readonly cognito: string }).cognito);
    console.log(JSON.stringify({ ...figures, throttled }));
  } finally {
    sandbox.stdin?.end();
    rmSync(folder, { recursive: true, force: true });
  }
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

/** Requests that the sandbox refused for their rate. */
async function countThrottled(cognito: string): Promise<number> {
  const stats = (await (await fetch(`${cognito}/_sandbox/stats`)).json()) as {
    readonly operations: readonly { readonly byStatus: Readonly<Record<string, number>> }[];
  };
  // Nothing else is answered with these statuses in a bench: Cognito throttles with 400, Descope with 429.
  return stats.operations.reduce((sum, { byStatus }) => sum + (byStatus["400"] ?? 0) + (byStatus["429"] ?? 0), 0);
}
