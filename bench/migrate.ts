// Users per second, API calls per user and peak memory of a whole migration, for several sizes of pool.
//
// usage: npm run bench -- migrate [10000 100000 1000000] [--quotas] [--latency MS] [--postgres]
//
// --postgres makes each migration a second time, with the state on a PostgreSQL on this machine.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { firstLine, start } from "./child-process.ts";
import { startPostgres } from "../packages/store/test/support/postgres-server.ts";
import { readStats } from "./bench-context.ts";

const sizes = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number);
const quotas = process.argv.includes("--quotas");
const latency = process.argv.includes("--latency") ? (process.argv[process.argv.indexOf("--latency") + 1] ?? "0") : "0";

console.log(
  `node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), 20 groups, 2 memberships a user`,
);
console.log(
  `latency ${latency} ms, quotas ${quotas ? "as documented" : "off"}; sandbox and client share the machine\n`,
);
for (const users of sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000]) {
  const folder = mkdtempSync(join(tmpdir(), "c2d-bench-"));
  await migrate(users, "sqlite", join(folder, "state.db"));
  rmSync(folder, { recursive: true, force: true });
  if (process.argv.includes("--postgres")) {
    const settings = { shared_buffers: "512MB", max_wal_size: "4GB", wal_init_zero: "off" };
    await using server = await startPostgres({ durable: true, settings });
    await migrate(users, "postgres", await server.createDatabase());
  }
}

async function migrate(users: number, store: string, location: string): Promise<void> {
  const sandbox = start("bench/sandbox-process.ts", [String(users), quotas ? "real" : "none", latency]);
  try {
    const line = await firstLine(sandbox);
    const client = start("bench/migrate-once.ts", [line, location, quotas ? "real" : "none"]);
    const figures = JSON.parse(await firstLine(client)) as Record<string, number>;
    const throttled = await countThrottled((JSON.parse(line) as { readonly cognito: string }).cognito);
    console.log(JSON.stringify({ store, ...figures, throttled }));
  } finally {
    sandbox.stdin?.end();
  }
}

/** Requests that the sandbox refused for their rate. */
async function countThrottled(cognito: string): Promise<number> {
  const { operations } = await readStats({ cognito });
  // Nothing else is answered with these statuses in a bench: Cognito throttles with 400, Descope with 429.
  return operations.reduce((sum, { byStatus }) => sum + (byStatus["400"] ?? 0) + (byStatus["429"] ?? 0), 0);
}
