// What a sync of an unchanged pool costs: target writes, and time against what Cognito's quota alone takes.
//
// usage: npm run bench -- sync [100000]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstLine, start } from "./child-process.ts";

const users = process.argv[2] ?? "100000";
const folder = mkdtempSync(join(tmpdir(), "c2d-bench-"));
const sandbox = start("bench/sandbox-process.ts", [users, "none", "0"]);
try {
  const client = start("bench/sync-once.ts", [await firstLine(sandbox), join(folder, "state.db")]);
  console.log(await firstLine(client));
} finally {
  sandbox.stdin?.end();
  rmSync(folder, { recursive: true, force: true });
}
