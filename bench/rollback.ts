// Users per second of taking a whole migration back.
//
// usage: npm run bench -- rollback [50000]
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { firstLine, start } from "./child-process.ts";

const users = process.argv[2] ?? "50000";
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
