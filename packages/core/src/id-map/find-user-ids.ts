import type { SettledUser, StateStore } from "../ports/state-store.ts";
import type { Run } from "../run/run.ts";

/** A pool, and the runs of one project that have it. */
export interface PoolOfRuns {
  readonly userPoolId: string;
  /** The newest run that has the pool, and the pool's place in it. */
  readonly run: Run;
  readonly source: number;
  /** Newest first. */
  readonly runs: readonly Run[];
}

/** Who a user is in the project, and how that came to be. */
export interface FoundUserId {
  readonly userId: string;
  /** How the user was settled when it got there: not the last time when it was left out since. */
  readonly settled: SettledUser;
}

/** A chain of merges is as long as there are login IDs between its users: a few at most. */
const MAX_MERGES = 10;

/** For each user of a pool, who it is in the project; undefined when it never got there. */
export async function findUserIds(
  store: StateStore,
  pools: readonly PoolOfRuns[],
  pool: PoolOfRuns,
  users: readonly SettledUser[],
  merges = 0,
): Promise<readonly (FoundUserId | undefined)[]> {
  const found = new Map<string, FoundUserId>();
  const open: SettledUser[] = [];
  for (const user of users) {
    const userId = ownUserId(user);
    if (userId === undefined) open.push(user);
    else found.set(user.item.sub, { userId, settled: user });
  }
  const merged = open.filter(({ item }) => item.mergedInto !== undefined);
  const leftOut = open.filter(({ item }) => item.mergedInto === undefined);
  if (merges < MAX_MERGES) await findMerged(store, pools, merged, merges, found);
  await findLeftOut(store, pools, pool, leftOut, merges, found);
  return users.map(({ item }) => found.get(item.sub));
}

function ownUserId({ item, outcome }: SettledUser): string | undefined {
  if (outcome === undefined || outcome.outcome === "skipped" || outcome.outcome === "failed") return undefined;
  return outcome.userId ?? item.existing?.userId;
}

/** Users that were merged are who they were merged into, perhaps a user of another pool. */
async function findMerged(
  store: StateStore,
  pools: readonly PoolOfRuns[],
  users: readonly SettledUser[],
  merges: number,
  found: Map<string, FoundUserId>,
): Promise<void> {
  let open = users;
  for (const pool of pools) {
    if (open.length === 0) return;
    const subs = open.map(({ item }) => item.mergedInto ?? "");
    const winners = await store.readBaselineUsers(pool.run.id, pool.source, subs);
    const known = winners.flatMap((winner) => winner ?? []);
    const userIds = await findUserIds(store, pools, pool, known, merges + 1);
    const bySub = new Map(known.map(({ item }, index) => [item.sub, userIds[index]]));
    for (const user of open) {
      const winner = bySub.get(user.item.mergedInto ?? "");
      if (winner !== undefined) found.set(user.item.sub, { userId: winner.userId, settled: user });
    }
    open = open.filter(({ item }) => !found.has(item.sub));
  }
}

/** Users that a run left out may have been brought in by one before it. */
async function findLeftOut(
  store: StateStore,
  pools: readonly PoolOfRuns[],
  pool: PoolOfRuns,
  users: readonly SettledUser[],
  merges: number,
  found: Map<string, FoundUserId>,
): Promise<void> {
  let open = users;
  for (const [index, run] of pool.runs.entries()) {
    // Before the oldest run nobody was settled.
    if (open.length === 0 || index === pool.runs.length - 1) return;
    const source = run.userPoolIds.indexOf(pool.userPoolId);
    const items = await store.readPlanItemsBySeq(
      run.id,
      open.map(({ item }) => item.seq),
    );
    const here = new Map(items.filter((item) => item.source === source).map(({ seq, sub }) => [seq, sub]));
    const settledHere = open.filter(({ item }) => here.get(item.seq) === item.sub);
    const before = await store.readSettledBefore(
      run.id,
      settledHere.map(({ item }) => item.seq),
    );
    const earlier = before.flatMap((user) => user ?? []);
    const merged = earlier.filter(({ item }) => item.mergedInto !== undefined && merges < MAX_MERGES);
    await findMerged(store, pools, merged, merges, found);
    for (const user of earlier) {
      const userId = ownUserId(user);
      if (userId !== undefined) found.set(user.item.sub, { userId, settled: user });
    }
    const gone = new Set(settledHere.map(({ item }) => item.sub));
    open = [...open.filter(({ item }) => !gone.has(item.sub)), ...earlier].filter(({ item }) => !found.has(item.sub));
  }
}
