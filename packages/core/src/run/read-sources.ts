import { hasCode, MigrationError } from "../errors.ts";
import { isReadGroup } from "../mapping/group-mapping.ts";
import type { PoolGroup, PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { ListingToken } from "../ports/user-pool-source.ts";
import { namePool, namePools } from "./name-pool.ts";
import type { RunContext, RunSource } from "./run-context.ts";
import { runConcurrently } from "./run-concurrently.ts";

/**
 * How many listings of all pools are read at the same time, where there are few pools. The quotas are kept by the sources;
 * this only hides latency.
 */
const CONCURRENT_LISTINGS = 4;

/**
 * How many pools are read at the same time. Those of one account share a quota and wait for each other there, those of
 * different accounts do not: so many are read together that no account waits for a place in line.
 */
const CONCURRENT_POOLS = 500;

/** How often a listing may start again because its token was refused, before the refusal is an error. */
const MAX_RESTARTS = 3;

/**
 * Reads every pool of the run into the store: its settings, its users and the members of its groups.
 *
 * Each page is stored with the place where the next one begins, so that an interrupted reading goes on there.
 */
export async function readSources(context: RunContext): Promise<void> {
  const { runId, store, signal } = context;
  let users = await store.countSourceUsers(runId);
  let groups = 0;
  const pools = await readPoolSettings(context);
  const estimated = pools.reduce((sum, pool) => sum + pool.estimatedUsers, 0);
  const read = pools.map((pool) => pool.groups.filter((group) => isReadGroup(group, pool, context.rules)));
  const total = read.reduce((sum, list) => sum + list.length, 0);

  const ofPool = (runSource: RunSource, index: number): readonly (() => Promise<void>)[] => [
    () =>
      readUsers(context, index, runSource, (count) => {
        users += count;
        context.onProgress?.({
          step: "reading",
          users,
          estimated: Math.max(estimated, users),
          pools: context.sources.length,
        });
      }),
    ...(read[index] ?? []).map((group) => async (): Promise<void> => {
      await readMembers(context, index, runSource, group);
      groups += 1;
      context.onProgress?.({ step: "reading-groups", groups, total });
    }),
  ];
  const lanes = Math.ceil(CONCURRENT_LISTINGS / context.sources.length);
  // One failure stops all pools, and not only the others in its lane.
  const stop = new AbortController();
  const tasks = context.sources.map((runSource, index) => async (): Promise<void> => {
    try {
      await runConcurrently(untilStopped(ofPool(runSource, index), stop.signal), lanes);
    } catch (error) {
      stop.abort();
      throw nameWhereSeveral(context, error, runSource);
    }
  });
  await runConcurrently(tasks, CONCURRENT_POOLS);
  signal?.throwIfAborted();
  await store.finishReading(runId);
}

function* untilStopped<T>(tasks: readonly T[], signal: AbortSignal): Generator<T> {
  for (const task of tasks) {
    if (signal.aborted) return;
    yield task;
  }
}

/**
 * Reads the settings of every pool. Each pool is tried, so that all that cannot be read are named at once: nothing is
 * planned without one of them, because its users would look like users that are gone.
 */
async function readPoolSettings(context: RunContext): Promise<readonly PoolSnapshot[]> {
  const { runId, store, signal, sources } = context;
  const pools: PoolSnapshot[] = [];
  const failures: { readonly index: number; readonly error: MigrationError }[] = [];
  let read = 0;
  const tasks = sources.map((runSource, index) => async (): Promise<void> => {
    try {
      const pool = await runSource.source.readSnapshot({ signal });
      await store.putPool(runId, index, pool);
      pools[index] = pool;
    } catch (error) {
      const named = nameWhereSeveral(context, error, runSource);
      if (signal?.aborted === true || !isSourceFault(named)) throw named;
      failures.push({ index, error: named });
    }
    read += 1;
    if (sources.length > 1) context.onProgress?.({ step: "reading-pools", pools: read, total: sources.length });
  });
  await runConcurrently(tasks, CONCURRENT_POOLS);
  if (failures.length === 0) return pools;
  const inOrder = failures.sort((a, b) => a.index - b.index).map(({ error }) => error);
  throw namePools(inOrder, sources.length);
}

function nameWhereSeveral({ sources }: RunContext, error: unknown, { source }: RunSource): unknown {
  return sources.length > 1 ? namePool(error, source.userPoolId) : error;
}

function isSourceFault(error: unknown): error is MigrationError {
  return error instanceof MigrationError && error.code.startsWith("ERR_SOURCE_");
}

function readUsers(
  context: RunContext,
  index: number,
  { source }: RunSource,
  onPage: (users: number) => void,
): Promise<void> {
  const { runId, store, signal, clock } = context;
  const listing = `users:${index}`;
  return readListing(context, index, listing, undefined, async (after) => {
    for await (const page of source.users({ after, signal })) {
      await store.appendSourceUsers(runId, index, page.users, listing, stateAfter(page.next, clock.now()));
      onPage(page.users.length);
    }
  });
}

function readMembers(context: RunContext, index: number, { source }: RunSource, group: PoolGroup): Promise<void> {
  const { runId, store, signal, clock } = context;
  const listing = `members:${index}:${group.name}`;
  return readListing(context, index, listing, group.name, async (after) => {
    for await (const page of source.members(group.name, { after, signal })) {
      await store.appendMembers(runId, index, group.name, page.subs, listing, stateAfter(page.next, clock.now()));
    }
  });
}

/** Goes on where the listing stands; starts it again when the source no longer takes the token. */
async function readListing(
  context: RunContext,
  index: number,
  listing: string,
  group: string | undefined,
  read: (after: ListingToken | undefined) => Promise<void>,
): Promise<void> {
  const { runId, store } = context;
  for (let restarts = 0; ; restarts += 1) {
    const state = await store.readListing(runId, listing);
    if (state?.complete === true) return;
    try {
      await read(state?.next);
      return;
    } catch (error) {
      if (!hasCode(error, "ERR_SOURCE_TOKEN_EXPIRED") || restarts >= MAX_RESTARTS) throw error;
      await store.resetListing(runId, index, listing, group);
    }
  }
}

function stateAfter(
  next: ListingToken | undefined,
  at: number,
): { readonly next?: ListingToken; readonly complete: boolean; readonly at: number } {
  return { ...(next === undefined ? {} : { next }), complete: next === undefined, at };
}
