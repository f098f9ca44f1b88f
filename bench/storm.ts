// Several processes migrate with one PostgreSQL state while both services fail in waves and processes are killed: nobody
// may be lost or doubled, and the quota may not be exceeded as the server measures it.
//
// usage: npm run bench -- storm [200000] [--workers 4] [--calm] [--requests 100 --window 60000]
//
// --batch, --latency, --kills, --kill-every, --seed and --half-open change the storm: see the code.
// --calm leaves the faults and the kills out: what is measured then is how much of the quota is used.
import { cpus, loadavg } from "node:os";
import { startPostgres } from "../packages/store/test/support/postgres-server.ts";
import { playStorm } from "./storm-run.ts";

const users = Number(
  process.argv.slice(2).find((word, index, words) => /^\d+$/.test(word) && !words[index - 1]?.startsWith("--")) ??
    200_000,
);
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const calm = process.argv.includes("--calm");
const creates = { requests: option("requests", 100), windowMs: option("window", 60_000) };
const workers = option("workers", 4);
console.log(
  `node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? ""}; ${users} users, ${workers} processes, ${creates.requests} creates in ${creates.windowMs} ms${calm ? ", calm" : ""}`,
);
await using server = await startPostgres({ durable: true });
const result = await playStorm({
  users,
  workers,
  url: await server.createDatabase(),
  batchSize: option("batch", 100),
  creates,
  kills: calm ? 0 : option("kills", Math.max(3, Math.round(users / 5000))),
  killEveryMs: option("kill-every", 8000),
  waveMs: calm ? 0 : 3000,
  halfOpen: !calm && (users > 20_000 || process.argv.includes("--half-open")),
  latencyMs: option("latency", 20),
  seed: option("seed", 1),
  say: (text) => console.error(text.trim()),
});
console.log(JSON.stringify(result));
const { lost, doubled, peakCreates } = result;
if (lost > 0 || doubled > 0 || peakCreates > creates.requests) process.exitCode = 1;
