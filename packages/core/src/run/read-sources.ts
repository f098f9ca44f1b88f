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

/** Listings of one pool under way at the same time at most: further ones would wait for a connection with their place taken. */
const MAX_LANES = 48;

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

  const onPage = (count: number): void => {
    users += count;
    context.onProgress?.({
      step: "reading",
      users,
      estimated: Math.max(estimated, users),
      pools: context.sources.length,
    });
  };
  const ofPool = (runSource: RunSource, index: number): readonly (() => Promise<void>)[] => [
    ...prefixesOf(runSource).map((prefix) => () => readUsers(context, index, runSource, prefix, onPage)),
    ...(read[index] ?? []).map((group) => async (): Promise<void> => {
      await readMembers(context, index, runSource, group);
      groups += 1;
      context.onProgress?.({ step: "reading-groups", groups, total });
    }),
  ];
  const lanes = (runSource: RunSource): number =>
    Math.max(Math.ceil(CONCURRENT_LISTINGS / context.sources.length), Math.min(runSource.shards ?? 1, MAX_LANES));
  // One failure stops all pools, and not only the others in its lane.
  const stop = new AbortController();
  const tasks = context.sources.map((runSource, index) => async (): Promise<void> => {
    try {
      await runConcurrently(untilStopped(ofPool(runSource, index), stop.signal), lanes(runSource));
      if (!stop.signal.aborted)
        await completeShards(context, index, runSource, pools[index]?.estimatedUsers ?? 0, onPage);
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

/** The parts that the users of a source are listed in: one without a prefix, or one for each first digits of a `sub`. */
function prefixesOf({ shards = 1 }: RunSource): readonly string[] {
  if (shards === 1) return [""];
  const digits = shards === 16 ? 1 : 2;
  return Array.from({ length: shards }, (_, index) => index.toString(16).padStart(digits, "0"));
}

function listingOf(index: number, prefix: string): string {
  return prefix === "" ? `users:${index}` : `users:${index}:${prefix}`;
}

function readUsers(
  context: RunContext,
  index: number,
  { source }: RunSource,
  prefix: string,
  onPage: (users: number) => void,
): Promise<void> {
  const { runId, store, signal, clock } = context;
  const listing = listingOf(index, prefix);
  return readListing(context, index, listing, undefined, async (after, before) => {
    let users = before;
    for await (const page of source.users({ after, signal, subPrefix: prefix === "" ? undefined : prefix })) {
      users += page.users.length;
      const state = { ...stateAfter(page.next, clock.now()), users };
      await store.appendSourceUsers(runId, index, page.users, listing, state);
      onPage(page.users.length);
    }
  });
}

/**
 * AWS does not promise that a `sub` begins with a hexadecimal digit. Where the parts together hold fewer users than the pool
 * says it has, all are listed once more without a prefix: a user that is read twice counts once.
 */
async function completeShards(
  context: RunContext,
  index: number,
  runSource: RunSource,
  estimated: number,
  onPage: (users: number) => void,
): Promise<void> {
  const { runId, store, clock } = context;
  const prefixes = prefixesOf(runSource);
  if (prefixes.length === 1) return;
  let found = 0;
  for (const prefix of prefixes) found += (await store.readListing(runId, listingOf(index, prefix)))?.users ?? 0;
  if (found >= estimated) return;
  await store.appendEvent(runId, {
    at: clock.now(),
    type: "shards-incomplete",
    data: { source: index, found, estimated },
  });
  await readUsers(context, index, runSource, "", onPage);
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
  read: (after: ListingToken | undefined, users: number) => Promise<void>,
): Promise<void> {
  const { runId, store } = context;
  for (let restarts = 0; ; restarts += 1) {
    const state = await store.readListing(runId, listing);
    if (state?.complete === true) return;
    try {
      await read(state?.next, state?.users ?? 0);
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
