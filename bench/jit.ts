// First sign-ins through the gateway: how many a second, how long each takes, what they cost in memory, and what happens at the
// documented limits and beyond them.
//
// usage: npm run bench -- jit [speed] [latency] [memory USERS] [descope SECONDS] [storm SECONDS] [cold]
//
// The gateway has a core of its own where the system lets a process choose one (`taskset`); client and services share the rest.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { bundleGateway } from "../scripts/bundle-gateway.ts";
import { firstLine, start } from "./child-process.ts";
import { readStats } from "./bench-context.ts";
import { BENCH_PASSWORD, BENCH_TOKEN, type JitServices, userOf } from "./jit-users.ts";

interface Setting {
  readonly quotas: "none" | "real";
  /** Users of the sandbox's own Cognito; 0 has sign-ins answered by the one that signs nothing. */
  readonly users: number;
  readonly windowMs: number;
  readonly limits: "none" | "descope" | "both";
}

interface Bench extends AsyncDisposable {
  readonly services: JitServices;
  /** Signs in the user of that number. */
  signIn(index: number): Promise<{ readonly verdict: string; readonly milliseconds: number }>;
  /** Milliseconds that checks took in the gateway since this was asked last, beside Cognito's answer and the provisioning. */
  own(): Promise<{ readonly p50: number; readonly p99: number }>;
  /** What the gateway has used so far. */
  usage(): Promise<{ readonly cpuSeconds: number; readonly rssMb: number; readonly heapMb: number }>;
}

const FLAGS = ["--conditions=@cognito-to-descope/source", "--disable-warning=ExperimentalWarning"];

/** More flags of Node for the gateway, such as `--cpu-prof`. */
const ownFlags = (process.env["BENCH_GATEWAY_FLAGS"] ?? "").split(" ").filter((flag) => flag !== "");

async function open({ quotas, users, windowMs, limits }: Setting): Promise<Bench> {
  const services = start("bench/jit-services.ts", [quotas, String(Math.max(1, users))]);
  pin(services.pid, 1);
  const line = await firstLine(services);
  const known = JSON.parse(line) as JitServices;
  const cognito = users === 0 ? "replay" : "sandbox";
  const gateway = spawn(
    process.execPath,
    // As the CLI does.
    [
      "--semi-space-growth-factor=1",
      ...FLAGS,
      ...ownFlags,
      "bench/jit-gateway.ts",
      line,
      cognito,
      String(windowMs),
      limits,
    ],
    { stdio: ["pipe", "pipe", "ignore"] },
  );
  pin(gateway.pid, 0);
  pin(process.pid, 1);
  const { url, metrics } = JSON.parse(await firstLine(gateway)) as { readonly url: string; readonly metrics: string };
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const { hostname, port } = new URL(url);
  return {
    services: known,
    signIn: (index) => ask(agent, { hostname, port }, index),
    async own() {
      gateway.stdin.write("\n");
      return JSON.parse(await firstLine(gateway)) as { readonly p50: number; readonly p99: number };
    },
    async usage() {
      const text = await (await fetch(metrics)).text();
      const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
      return {
        cpuSeconds: value("process_cpu_seconds_total"),
        rssMb: value("process_resident_memory_bytes") / 1e6,
        heapMb: value("nodejs_heap_size_used_bytes") / 1e6,
      };
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await Promise.all([gateway, services].map(end));
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  await ended;
}

function pin(pid: number | undefined, core: number): void {
  if (pid === undefined || process.env["BENCH_UNPINNED"] !== undefined) return;
  try {
    execFileSync("taskset", ["-apc", String(core), String(pid)], { stdio: "ignore" });
  } catch {
    // Elsewhere the system decides.
  }
}

function ask(
  agent: Agent,
  address: { readonly hostname: string; readonly port: string },
  index: number,
): Promise<{ readonly verdict: string; readonly milliseconds: number }> {
  const body = JSON.stringify({ username: userOf(index).username, password: BENCH_PASSWORD });
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({
      ...address,
      agent,
      method: "POST",
      path: "/v1/jit/verify",
      headers: {
        authorization: `Bearer ${BENCH_TOKEN}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      },
    });
    sent.on("error", (error) => {
      // A connection that was closed for its idleness at that moment.
      if (sent.reusedSocket) resolve(ask(agent, address, index));
      else reject(error);
    });
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { verdict = `HTTP ${response.statusCode}`, reason } = JSON.parse(text) as {
          readonly verdict?: string;
          readonly reason?: string;
        };
        const told = verdict === "ok" || reason === undefined ? verdict : `${verdict}: ${reason}`;
        resolve({ verdict: told, milliseconds: performance.now() - began });
      });
    });
    sent.end(body);
  });
}

/** What came of many sign-ins. */
class Outcomes {
  readonly verdicts = new Map<string, number>();
  readonly times = new Map<string, number[]>();

  add(verdict: string, milliseconds: number): void {
    this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + 1);
    const times = this.times.get(verdict) ?? [];
    // Enough to tell a hundredth; a million numbers would be what is measured.
    if (times.length < 200_000) times.push(milliseconds);
    this.times.set(verdict, times);
  }

  /** Milliseconds that so large a part took at most. */
  at(verdict: string, share: number): string {
    const times = (this.times.get(verdict) ?? []).toSorted((a, b) => a - b);
    const value = times[Math.min(times.length - 1, Math.floor(times.length * share))];
    return value === undefined ? "-" : `${value.toFixed(1)} ms`;
  }

  toString(): string {
    return [...this.verdicts].map(([verdict, count]) => `${verdict} ${count}`).join(", ");
  }
}

/** So many at a time, as fast as they are answered. */
async function closedLoop(bench: Bench, from: number, to: number, lanes: number, outcomes: Outcomes): Promise<number> {
  let next = from;
  const began = performance.now();
  const lane = async (): Promise<void> => {
    while (next < to) {
      const { verdict, milliseconds } = await bench.signIn(next++);
      outcomes.add(verdict, milliseconds);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return (performance.now() - began) / 1000;
}

/** So many a second, whether they are answered or not. */
async function openLoop(
  bench: Bench,
  from: number,
  perSecond: number,
  seconds: number,
  outcomes: Outcomes,
): Promise<void> {
  const began = performance.now();
  const all: Promise<void>[] = [];
  for (let sent = 0; sent < perSecond * seconds;) {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - began) * perSecond) / 1000));
    for (; sent < due; sent += 1) {
      all.push(bench.signIn(from + sent).then(({ verdict, milliseconds }) => outcomes.add(verdict, milliseconds)));
    }
    await sleep(1);
  }
  await Promise.all(all);
}

const load = (): string => loadavg()[0]?.toFixed(1) ?? "?";

async function speed(): Promise<void> {
  await using bench = await open({ quotas: "none", users: 0, windowMs: 25, limits: "none" });
  await closedLoop(bench, 0, 25_000, 128, new Outcomes());
  for (let round = 0; round < 3; round += 1) {
    const before = await bench.usage();
    const outcomes = new Outcomes();
    const count = 25_000;
    const from = 25_000 + round * count;
    const seconds = await closedLoop(bench, from, from + count, 128, outcomes);
    const used = (await bench.usage()).cpuSeconds - before.cpuSeconds;
    console.log(
      `speed: ${Math.round(count / seconds)} first sign-ins/s (${String(outcomes)}), ${Math.round((used / count) * 1e6)} µs of CPU each, which is ${Math.round(count / used)}/s of a whole core; load ${load()}`,
    );
  }
}

async function latency(perSecond: number): Promise<void> {
  for (const windowMs of [0, 25]) {
    await using bench = await open({ quotas: "none", users: 0, windowMs, limits: "none" });
    await openLoop(bench, 0, perSecond, 6, new Outcomes());
    for (let round = 0; round < 3; round += 1) {
      await bench.own();
      const outcomes = new Outcomes();
      await openLoop(bench, (round + 2) * 1_000_000, perSecond, 10, outcomes);
      const own = await bench.own();
      console.log(
        `latency at ${perSecond}/s, window ${windowMs} ms: own p50 ${own.p50.toFixed(2)} ms, p99 ${own.p99.toFixed(1)} ms; in all p50 ${outcomes.at("ok", 0.5)}, p99 ${outcomes.at("ok", 0.99)} (${String(outcomes)}); load ${load()}`,
      );
    }
  }
}

async function memory(users: number): Promise<void> {
  await using bench = await open({ quotas: "none", users: 0, windowMs: 25, limits: "none" });
  const outcomes = new Outcomes();
  let seconds = 0;
  for (let part = 0; part <= 10; part += 1) {
    const { rssMb, heapMb } = await bench.usage();
    console.log(
      `memory after ${(users / 10) * part}: RSS ${Math.round(rssMb)} MB, heap ${Math.round(heapMb)} MB; ${Math.round(((users / 10) * part) / Math.max(seconds, 1e-9))}/s; load ${load()}`,
    );
    if (part < 10) seconds += await closedLoop(bench, (users / 10) * part, (users / 10) * (part + 1), 128, outcomes);
  }
  console.log(`memory: ${String(outcomes)}`);
}

async function atDescopeLimits(seconds: number): Promise<void> {
  await using bench = await open({ quotas: "real", users: 0, windowMs: 25, limits: "descope" });
  const outcomes = new Outcomes();
  await openLoop(bench, 0, 150, seconds, outcomes);
  const { operations } = await readStats(bench.services);
  const throttled = operations
    .filter(({ service }) => service === "descope")
    .map(({ byStatus }) => byStatus["429"] ?? 0);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  const calls = operations
    .filter(({ service, operation }) => service === "descope" && operation.includes("/user/"))
    .map(({ operation, requests }) => `${operation} ${requests}`);
  console.log(
    `at Descope's documented limits, 150/s for ${seconds} s: ${String(outcomes)}; p50 ${outcomes.at("ok", 0.5)}, p99 ${outcomes.at("ok", 0.99)}, all within ${outcomes.at("ok", 1)}; ${sum(throttled)} × 429; ${calls.join(", ")}; load ${load()}`,
  );
}

/** What those hear who find no place in Cognito's quota. */
const THROTTLED = "throttled: quota";

async function storm(seconds: number): Promise<void> {
  await using bench = await open({ quotas: "real", users: 1200 * seconds, windowMs: 25, limits: "both" });
  const outcomes = new Outcomes();
  // The sign-in by which the services were prepared is out of its window then.
  await sleep(2000);
  await openLoop(bench, 0, 1200, seconds, outcomes);
  const { operations } = await readStats(bench.services);
  const signIns = operations.find(({ operation }) => operation === "InitiateAuth");
  console.log(
    `storm of 1,200/s for ${seconds} s: ${String(outcomes)}; throttled p50 ${outcomes.at(THROTTLED, 0.5)}, p90 ${outcomes.at(THROTTLED, 0.9)}, p99 ${outcomes.at(THROTTLED, 0.99)}; InitiateAuth ${JSON.stringify(signIns?.byStatus)}; load ${load()}`,
  );
}

/** How long the module of the Lambda function takes to load, each time in a process that has just begun. */
async function cold(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "c2d-bench-"));
  try {
    const files = await bundleGateway();
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    const program = `const began = performance.now(), cpu = process.cpuUsage();
      await import(${JSON.stringify(join(folder, "index.mjs"))});
      const { user, system } = process.cpuUsage(cpu);
      console.log(performance.now() - began, (user + system) / 1000);
      process.exit(0);`;
    const runs = Array.from({ length: 21 }, () =>
      execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" })
        .split(" ")
        .map(Number),
    );
    const middle = (of: number): string =>
      (runs.map((run) => run[of] ?? 0).toSorted((a, b) => a - b)[10] ?? 0).toFixed(0);
    const size = files.reduce((sum, { text }) => sum + text.length, 0);
    console.log(
      `cold load of the function: ${middle(0)} ms, ${middle(1)} ms of CPU (medians of 21); ${files.length} files, ${Math.round(size / 1000)} kB; load ${load()}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const parts: Readonly<Record<string, (argument: number) => Promise<void>>> = {
  speed,
  latency: (perSecond) => latency(perSecond || 1250),
  memory: (users) => memory(users || 1_000_000),
  descope: (seconds) => atDescopeLimits(seconds || 120),
  storm: (seconds) => storm(seconds || 20),
  cold,
};
const given = process.argv.slice(2);
const wanted = given.length === 0 ? Object.keys(parts) : given.filter((word) => Number.isNaN(Number(word)));
for (const name of wanted) {
  const part = parts[name];
  if (part === undefined) throw new RangeError(`there is no part ${name}; there are: ${Object.keys(parts).join(", ")}`);
  const argument = Number(given[given.indexOf(name) + 1]);
  await part(Number.isNaN(argument) ? 0 : argument);
}
process.exit(0);
