import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { StateStore } from "@cognito-to-descope/core";
import { type Fault, type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";

/** What a storm is made of. */
export interface StormOptions {
  readonly users: number;
  readonly workers: number;
  /** An empty PostgreSQL database. */
  readonly url: string;
  /** Users a request. */
  readonly batchSize: number;
  /** What the project allows of creates. The client is told so, and the server's log is measured against it. */
  readonly creates: { readonly requests: number; readonly windowMs: number };
  /** How many processes are killed, one every so often. */
  readonly kills: number;
  readonly killEveryMs: number;
  /** How long each kind of fault blows; 0 for calm weather. */
  readonly waveMs: number;
  /** Whether answers may also stay away for good: each costs the client's time-out of a minute. */
  readonly halfOpen: boolean;
  readonly latencyMs: number;
  /** Begins numbers that look random. */
  readonly seed: number;
  /** Hears what happens. */
  readonly say: (text: string) => void;
}

/** What is left after a storm. */
export interface StormResult {
  readonly users: number;
  readonly created: number;
  readonly failed: number;
  readonly leftOut: number;
  /** Users without an outcome, and users whose outcome is not true. */
  readonly lost: number;
  /** Users of the project with a sub that another one has, and users that no outcome speaks of. */
  readonly doubled: number;
  readonly killed: number;
  readonly started: number;
  readonly faults: number;
  /** The most create requests that the server saw in any window. */
  readonly peakCreates: number;
  readonly createRequests: number;
  readonly applySeconds: number;
  /** Share of the create quota that was used while the run was applied. */
  readonly quotaShare: number;
}

const BIN = fileURLToPath(new URL("../apps/cli/bin/c2d.mjs", import.meta.url));
const CREATE = "POST /v1/mgmt/user/create/batch";
const FAST = { requests: 1_000_000, windowMs: 1000 };

/** Migrates with several processes while the services fail in waves and processes are killed. */
export async function playStorm(options: StormOptions): Promise<StormResult> {
  const { users, workers, url, latencyMs, say } = options;
  const folder = mkdtempSync(join(tmpdir(), "c2d-storm-"));
  const sandbox = await startSandbox({ users, groups: 8, seed: "storm", profile: "plain", latencyMs });
  const crew = new Crew(folder, environmentOf(sandbox, url), say);
  writeFileSync(join(folder, "c2d.config.json"), JSON.stringify(configOf(options)));
  const random = seeded(options.seed);
  const weather = new AbortController();
  const blowing = options.waveMs > 0 ? blow(sandbox, options, weather.signal) : Promise.resolve(0);
  try {
    while ((await crew.start("plan", "--quiet").ended) !== 0) say("plan again");
    await using store = await openStateStore(url);
    sandbox.requests.reset();
    const began = performance.now();
    let killed = 0;
    let nextKill = performance.now() + options.killEveryMs;
    while (!(await isApplied(store))) {
      await sleep(100);
      while (crew.alive.length < workers) await startHand(crew, store);
      if (killed < options.kills && performance.now() > nextKill) {
        const victim = crew.alive[Math.floor(random() * crew.alive.length)];
        victim?.child.kill("SIGKILL");
        killed += 1;
        nextKill = performance.now() + options.killEveryMs * (0.5 + random());
      }
    }
    const applySeconds = (performance.now() - began) / 1000;
    weather.abort();
    const faults = await blowing;
    await Promise.all(crew.alive.map(({ ended }) => ended));
    const times = sandbox.requests.entries({ service: "descope", operation: CREATE }).map(({ at }) => at);
    return {
      ...(await lookAtEverybody(store, sandbox)),
      killed,
      started: crew.started,
      faults,
      peakCreates: peakOf(times, options.creates.windowMs),
      createRequests: times.length,
      applySeconds,
      quotaShare: shareOf(times, options.creates),
    };
  } finally {
    weather.abort();
    for (const { child } of crew.alive) child.kill("SIGKILL");
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf({ batchSize, creates }: StormOptions): object {
  return {
    target: { batchSize },
    limits: {
      cognito: {
        UserList: FAST,
        UserPoolClientRead: FAST,
        UserPoolRead: FAST,
        UserPoolResourceRead: FAST,
        perPoolOperation: FAST,
      },
      descope: { "user-create": creates, "user-update": FAST, "user-other": FAST, general: FAST },
    },
  };
}

function environmentOf(sandbox: Sandbox, url: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    C2D_STATE: url,
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
    COGNITO_REGION: sandbox.region,
    COGNITO_USER_POOL_ID: sandbox.userPoolId,
    DESCOPE_PROJECT_ID: sandbox.projectId,
    DESCOPE_MANAGEMENT_KEY: sandbox.managementKey,
    DESCOPE_BASE_URL: sandbox.descope,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: sandbox.cognito,
  };
}

interface Hand {
  readonly command: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

/** The processes that work on the run. */
class Crew {
  readonly alive: Hand[] = [];
  started = 0;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #say: (text: string) => void;

  constructor(folder: string, env: Readonly<Record<string, string>>, say: (text: string) => void) {
    this.#folder = folder;
    this.#env = env;
    this.#say = say;
  }

  isDoing(command: string): boolean {
    return this.alive.some((hand) => hand.command === command);
  }

  start(...commandArguments: readonly string[]): Hand {
    this.started += 1;
    const child = spawn(process.execPath, [BIN, ...commandArguments], {
      cwd: this.#folder,
      env: this.#env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = once(child, "close").then(([code]) => {
      this.alive.splice(this.alive.indexOf(hand), 1);
      if (code !== 0 && code !== null) this.#say(`${commandArguments[0] ?? ""} ended with ${String(code)}: ${stderr}`);
      return code as number | null;
    });
    const hand: Hand = { command: commandArguments[0] ?? "", child, ended };
    this.alive.push(hand);
    return hand;
  }
}

/** One kind of fault after the other, on both sides, with calm between. Gives how often one happened. */
async function blow(sandbox: Sandbox, { waveMs, halfOpen }: StormOptions, signal: AbortSignal): Promise<number> {
  const kinds: readonly Fault[] = [
    { kind: "throttle", retryAfterMs: 1000 },
    { kind: "status", status: 500, afterWork: true },
    { kind: "status", status: 503 },
    { kind: "html" },
    { kind: "slow", delayMs: 1500 },
    { kind: "answer-lost" },
    { kind: "reset-before" },
    { kind: "truncated", where: "json" },
    ...(halfOpen ? [{ kind: "half-open", afterWork: true } as const] : []),
  ];
  let happened = 0;
  for (let wave = 0; !signal.aborted; wave += 1) {
    const fault = kinds[wave % kinds.length] as Fault;
    const times = fault.kind === "half-open" ? 2 : 1_000_000;
    const rule = { operation: "*", probability: 0.06, seed: wave, times, fault };
    sandbox.faults.add([
      { ...rule, service: "descope" },
      { ...rule, service: "cognito" },
    ]);
    await sleep(waveMs, undefined, { signal }).catch(() => undefined);
    happened += sandbox.faults.reports().reduce((sum, report) => sum + report.happened, 0);
    sandbox.faults.clear();
    await sleep(waveMs / 4, undefined, { signal }).catch(() => undefined);
  }
  return happened;
}

/** Starts whoever is missing: a plan that nobody has begun to apply, be it that whoever should was killed, is no work of workers. */
async function startHand(crew: Crew, store: StateStore): Promise<void> {
  const [run] = await store.listRuns();
  const isBegun = run?.state !== "planned" || crew.isDoing("apply");
  if (isBegun) crew.start("worker", "--until-idle", "--quiet", "--no-log-file");
  else crew.start("apply", "--yes", "--quiet", "--no-log-file");
}

async function isApplied(store: StateStore): Promise<boolean> {
  const [run] = await store.listRuns();
  return run?.state === "applied";
}

type Everybody = Pick<StormResult, "users" | "created" | "failed" | "leftOut" | "lost" | "doubled">;

/** Compares what the store says of every user with what the project has. */
async function lookAtEverybody(store: StateStore, sandbox: Sandbox): Promise<Everybody> {
  const bySub = new Map<string, string>();
  let doubled = 0;
  for (const user of sandbox.descopeService.users()) {
    const { userId, customAttributes } = user as unknown as {
      readonly userId: string;
      readonly customAttributes: Readonly<Record<string, unknown>>;
    };
    const sub = String(customAttributes["cognitoSub"]);
    if (bySub.has(sub)) doubled += 1;
    bySub.set(sub, userId);
  }
  const counts = { users: 0, created: 0, failed: 0, leftOut: 0, lost: 0 };
  const [run] = await store.listRuns();
  for (let after = 0; ;) {
    const page = await store.readAppliedItems(run?.id ?? "", after, 1000);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.item.seq;
    for (const { item, outcome } of page) {
      counts.users += 1;
      const userId = bySub.get(item.sub);
      bySub.delete(item.sub);
      if (outcome?.outcome === "created" && userId !== undefined && userId === outcome.userId) counts.created += 1;
      else if (outcome?.outcome === "failed" && userId === undefined) counts.failed += 1;
      else if (outcome?.outcome === "skipped" && userId === undefined) counts.leftOut += 1;
      else counts.lost += 1;
    }
  }
  return { ...counts, doubled: doubled + bySub.size };
}

/** The most times in any window. */
function peakOf(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  let peak = 0;
  for (let first = 0, last = 0; last < sorted.length; last += 1) {
    while ((sorted[last] as number) - (sorted[first] as number) >= windowMs) first += 1;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}

/** What share of the requests that the quota allows was made, from the first full window to the last request. */
function shareOf(times: readonly number[], { requests, windowMs }: StormOptions["creates"]): number {
  const sorted = [...times].sort((one, other) => one - other);
  // The first window may be spent at once; from then on each place frees a window after it was used.
  const rest = sorted.slice(requests);
  const [first, last] = [sorted[0], rest.at(-1)];
  if (first === undefined || last === undefined) return 0;
  return rest.length / (((last - first) / windowMs) * requests);
}

/** Numbers from 0 to less than 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
