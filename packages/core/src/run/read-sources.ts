import { hasCode } from "../errors.ts";
import { isReadGroup } from "../mapping/group-mapping.ts";
import type { PoolGroup, PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { ListingToken } from "../ports/user-pool-source.ts";
import type { RunContext, RunSource } from "./run-context.ts";
import { runConcurrently } from "./run-concurrently.ts";

/** How many listings are read at the same time. The quota is kept by the source; this only hides latency. */
const CONCURRENT_LISTINGS = 4;

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
  const pools: PoolSnapshot[] = [];
  for (const [index, { source }] of context.sources.entries()) {
    const pool = await source.readSnapshot({ signal });
    await store.putPool(runId, index, pool);
    pools.push(pool);
  }
  const estimated = pools.reduce((sum, pool) => sum + pool.estimatedUsers, 0);
  const read = pools.map((pool) => pool.groups.filter((group) => isReadGroup(group, pool, context.rules)));
  const total = read.reduce((sum, list) => sum + list.length, 0);

  const tasks: (() => Promise<void>)[] = [];
  for (const [index, runSource] of context.sources.entries()) {
    tasks.push(() =>
      readUsers(context, index, runSource, (count) => {
        users += count;
        context.onProgress?.({ step: "reading", users, estimated: Math.max(estimated, users) });
      }),
    );
    for (const group of read[index] ?? []) {
      tasks.push(async () => {
        await readMembers(context, index, runSource, group);
        groups += 1;
        context.onProgress?.({ step: "reading-groups", groups, total });
      });
    }
  }
  await runConcurrently(tasks, CONCURRENT_LISTINGS);
  signal?.throwIfAborted();
  await store.finishReading(runId);
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
