import {
  connectionKey,
  cutoverRecord,
  hasCode,
  type OutcomeCounts,
  type PoolSnapshot,
  rollbackOf,
  type Run,
  type StateStore,
} from "@cognito-to-descope/core";
import type { ListedRun, Overview } from "@cognito-to-descope/console/contract";
import { isAtWork } from "../../control/worker-state.ts";
import { bridgeFiles } from "../../sso/bridge-files.ts";
import { readModesFile } from "../../sso/modes-file.ts";
import { readRunStatus, type RunStatus } from "../../status/run-status.ts";
import type { ConsoleServices } from "../services.ts";
import type { TokenReading } from "../tokens/token-reading.ts";
import { judgeGates } from "./gates.ts";
import { nextAction } from "./next-action.ts";
import type { OverviewFacts, PoolFacts, RunFacts, TokenFacts } from "./overview-facts.ts";
import { poolSteps } from "./pool-steps.ts";

/** Runs that are listed; the rest is counted. */
const MOST_RUNS = 100;

/** Gives what reads the overview. It is asked once a second while a page is open, so it remembers what cannot have changed. */
export function createOverviewReader(
  services: ConsoleServices,
  readTokens: () => Promise<TokenReading>,
): () => Promise<Overview> {
  const { config, store, clock } = services;
  const outcomesOf = rememberOutcomes();
  const poolsOf = rememberPools();
  const tokensNow = latestTokens(services, readTokens);
  return async () => {
    const read = await store.read(async (opened) => {
      const runs = await opened.listRuns();
      const shown = runs.slice(0, MOST_RUNS);
      const withOutcomes: RunFacts[] = [];
      for (const run of shown) {
        withOutcomes.push({ run, outcomes: await outcomesOf(opened, run), rolledBackBy: rollbackOf(runs, run.id) });
      }
      const [newest] = runs;
      const projectId = config.project?.projectId ?? newest?.projectId;
      const status = newest === undefined ? undefined : await readRunStatus(opened, newest, config, clock.now());
      const captured = new Map<string, number>();
      if (projectId !== undefined) {
        for (const { userPoolId, users } of await opened.countCaptured(projectId)) {
          captured.set(userPoolId, (captured.get(userPoolId) ?? 0) + users);
        }
      }
      return {
        runs: withOutcomes,
        runCount: runs.length,
        pools: await readPools(opened, services, withOutcomes, captured, poolsOf),
        connections: projectId === undefined ? [] : await opened.readSsoRecords(projectId),
        projectId,
        next: status?.next,
        work: status === undefined ? ("nobody" as const) : workOn(status),
      };
    });
    const { modes } = await readModes(services.cwd);
    const connections = read?.connections ?? [];
    const cutOver = connections
      .map((record) => connectionKey(record))
      .filter((key) => isOver(cutoverRecord(modes, key).stage));
    const facts: OverviewFacts = {
      projectId: read?.projectId ?? config.project?.projectId,
      pools: read?.pools ?? config.sources.map((source) => unknownPool(source.userPoolId, source.tenant)),
      connections,
      cutOver: new Set(cutOver),
      tokens: await tokensNow(),
    };
    const gates = judgeGates(facts);
    return {
      projectId: facts.projectId ?? null,
      state: { kind: config.state.kind, name: config.state.name, exists: read !== undefined },
      pools: facts.pools.map((pool) => ({
        userPoolId: pool.userPoolId,
        name: pool.snapshot?.name ?? null,
        tenant: pool.tenant ?? null,
        users: pool.observation?.users ?? null,
        steps: poolSteps(pool, facts),
      })),
      work: read?.work ?? "nobody",
      next: nextAction(read?.next, gates),
      gates,
      runs: (read?.runs ?? []).map(toListed),
      runCount: read?.runCount ?? 0,
    };
  };
}

/** Of a run that waits for the operator or is through, nobody is missed. */
function workOn({ state, workers, paused }: RunStatus): Overview["work"] {
  if (workers.some((worker) => isAtWork(worker.state))) return paused === null ? "at-work" : "paused";
  const isMissed = state !== "planned" && state !== "applied" && workers[0]?.state === "gone";
  return isMissed ? "gone" : "nobody";
}

function isOver(stage: string): boolean {
  return stage === "descope" || stage === "verified";
}

/** A file of modes that cannot be read is no reason to show nothing: the page of the connections says so. */
async function readModes(cwd: string): Promise<{ readonly modes: Awaited<ReturnType<typeof readModesFile>> }> {
  try {
    return { modes: await readModesFile(bridgeFiles(cwd, {})) };
  } catch (error) {
    if (!hasCode(error, "ERR_CONFIG_UNREADABLE")) throw error;
    return { modes: { version: 1, default: "cognito", connections: {} } };
  }
}

function unknownPool(userPoolId: string, tenant: string | undefined): PoolFacts {
  return { userPoolId, tenant, newest: undefined, snapshot: undefined, observation: undefined, captured: 0 };
}

/** The pools of the config, and those of runs that it does not name any more. */
async function readPools(
  store: StateStore,
  { config }: ConsoleServices,
  runs: readonly RunFacts[],
  captured: ReadonlyMap<string, number>,
  poolsOf: (store: StateStore, run: Run) => Promise<readonly PoolSnapshot[]>,
): Promise<readonly PoolFacts[]> {
  const tenants = new Map(config.sources.map(({ userPoolId, tenant }) => [userPoolId, tenant]));
  for (const { run } of runs) for (const id of run.userPoolIds) if (!tenants.has(id)) tenants.set(id, undefined);
  const counted = runs.filter(
    ({ run, rolledBackBy }) => (run.kind === "migrate" || run.kind === "sync") && rolledBackBy?.state !== "applied",
  );
  const pools: PoolFacts[] = [];
  for (const [userPoolId, tenant] of tenants) {
    const newest = counted.find(({ run }) => run.userPoolIds.includes(userPoolId));
    const at = newest?.run.userPoolIds.indexOf(userPoolId) ?? -1;
    const snapshots = newest === undefined ? [] : await poolsOf(store, newest.run);
    pools.push({
      userPoolId,
      tenant,
      newest,
      snapshot: snapshots.find((one) => one.userPoolId === userPoolId),
      observation: newest?.run.plan?.observations[at],
      captured: captured.get(userPoolId) ?? 0,
    });
  }
  return pools;
}

/** Outcomes change while a run is applied, and at no other time. */
function rememberOutcomes(): (store: StateStore, run: Run) => Promise<OutcomeCounts> {
  const known = new Map<string, { readonly key: string; readonly outcomes: OutcomeCounts }>();
  return async (store, run) => {
    const key = `${run.state} ${run.updatedAt}`;
    const before = known.get(run.id);
    if (before?.key === key && run.state !== "applying") return before.outcomes;
    const outcomes = await store.countOutcomes(run.id);
    known.set(run.id, { key, outcomes });
    return outcomes;
  };
}

/** The settings of pools are written while a run reads, and not afterwards. */
function rememberPools(): (store: StateStore, run: Run) => Promise<readonly PoolSnapshot[]> {
  const known = new Map<string, readonly PoolSnapshot[]>();
  return async (store, run) => {
    const before = known.get(run.id);
    if (before !== undefined) return before;
    const pools = await store.readPools(run.id);
    if (run.plan !== undefined) known.set(run.id, pools);
    return pools;
  };
}

/** What was read last: back ends that are slow to answer hold nothing up but the first look. */
function latestTokens(
  { verifierStatistics }: ConsoleServices,
  read: () => Promise<TokenReading>,
): () => Promise<TokenFacts | undefined> {
  let tokens: TokenFacts | undefined;
  return async () => {
    if (verifierStatistics.length === 0) return undefined;
    const reading = read().then(({ use: { verifiers }, switchOff }) => {
      const accepted = { cognito: 0, descope: 0 };
      for (const one of verifiers) {
        accepted.cognito += one.accepted.cognito;
        accepted.descope += one.accepted.descope;
      }
      tokens = { verifiers: verifiers.length, accepted, switchOff };
    });
    if (tokens === undefined) await reading;
    else reading.catch(() => undefined);
    return tokens;
  };
}

function toListed({ run, outcomes, rolledBackBy }: RunFacts): ListedRun {
  return {
    run: run.id,
    kind: run.kind,
    state: run.state,
    startedAt: new Date(run.startedAt).toISOString(),
    updatedAt: new Date(run.updatedAt).toISOString(),
    projectId: run.projectId,
    userPoolIds: run.userPoolIds,
    users: outcomes,
    rollsBack: run.rollsBack ?? null,
    rolledBackBy: rolledBackBy?.id ?? null,
  };
}
