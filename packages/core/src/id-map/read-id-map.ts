import { MigrationError } from "../errors.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { SettledUser, StateStore } from "../ports/state-store.ts";
import type { Run } from "../run/run.ts";
import { findUserIds, type PoolOfRuns } from "./find-user-ids.ts";

const PAGE = 500;

/** One user of a pool, and who it is in the project. */
export interface IdMapEntry {
  readonly userPoolId: string;
  readonly sub: string;
  /** Empty where the state store does not know it any more: of users that were merged into another. */
  readonly username: string;
  /** Of users that were merged into one, that one's. */
  readonly userId: string;
  readonly mergedInto?: string;
  /** The user has left the pool, or was deleted from the project. */
  readonly gone: boolean;
  readonly email: string;
  readonly phone: string;
}

/** Which users are wanted. */
export interface IdMapOptions {
  /** @defaultValue that of the newest run */
  readonly projectId?: string | undefined;
  /** Also users that have left the pool, and users that were deleted from the project. @defaultValue false */
  readonly withGone?: boolean | undefined;
}

/**
 * Every user that the runs of a state store brought into a project, page by page: pool by pool, in the store's order.
 *
 * A user that was merged into another has that one's user ID, so that every old `sub` of it leads somewhere. A user that
 * the newest run leaves out, and that an earlier one brought in, is still in the project and has its entry.
 *
 * @throws MigrationError `ERR_ID_MAP_EMPTY` when nobody was brought into the project.
 */
export async function* readIdMap(
  store: StateStore,
  options: IdMapOptions = {},
): AsyncGenerator<readonly IdMapEntry[], void> {
  const everyRun = await store.listRuns();
  const projectId = options.projectId ?? everyRun[0]?.projectId;
  const runs = everyRun.filter((run) => run.projectId === projectId);
  const [newest] = runs;
  if (newest === undefined) throw emptyIdMap();
  await store.foldBaseline(newest.id);
  const pools = poolsOf(runs);
  let isEmpty = true;
  for (const pool of pools) {
    for (let after: string | undefined; ;) {
      const page = await store.readBaseline(pool.run.id, pool.source, after, PAGE);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.item.sub;
      const wanted = page.filter((user) => options.withGone === true || !isGone(user));
      const entries = await entriesOf(store, { pool, pools, newest: everyRun[0] }, wanted);
      if (entries.length === 0) continue;
      isEmpty = false;
      yield entries;
    }
  }
  if (isEmpty) throw emptyIdMap();
}

/** Each pool once, with the newest run that has it. */
function poolsOf(runs: readonly Run[]): readonly PoolOfRuns[] {
  const pools = new Map<string, PoolOfRuns>();
  for (const run of runs) {
    for (const [source, userPoolId] of run.userPoolIds.entries()) {
      if (pools.has(userPoolId)) continue;
      pools.set(userPoolId, {
        userPoolId,
        run,
        source,
        runs: runs.filter((one) => one.userPoolIds.includes(userPoolId)),
      });
    }
  }
  return [...pools.values()];
}

interface Surroundings {
  readonly pool: PoolOfRuns;
  readonly pools: readonly PoolOfRuns[];
  /** The newest run of all: what it read is still there. */
  readonly newest: Run | undefined;
}

async function entriesOf(
  store: StateStore,
  { pool, pools, newest }: Surroundings,
  users: readonly SettledUser[],
): Promise<readonly IdMapEntry[]> {
  const { userPoolId } = pool;
  const userIds = await findUserIds(store, pools, pool, users);
  const entries: IdMapEntry[] = [];
  for (const [index, user] of users.entries()) {
    const found = userIds[index];
    if (found === undefined) continue;
    const { sub, mergedInto, planned, existing } = { ...found.settled.item, ...user.item };
    const username =
      planned?.customAttributes[OWN_ATTRIBUTES.username] ?? existing?.customAttributes[OWN_ATTRIBUTES.username];
    entries.push({
      userPoolId,
      sub,
      username: typeof username === "string" ? username : await readUsername(store, newest, userPoolId, sub),
      userId: found.userId,
      ...(mergedInto === undefined ? {} : { mergedInto }),
      gone: isGone(user),
      email: planned?.email ?? existing?.email ?? "",
      phone: planned?.phone ?? existing?.phone ?? "",
    });
  }
  return entries;
}

/** The username as it was read last, where that is still kept. */
async function readUsername(
  store: StateStore,
  newest: Run | undefined,
  userPoolId: string,
  sub: string,
): Promise<string> {
  const source = newest?.userPoolIds.indexOf(userPoolId) ?? -1;
  if (newest === undefined || newest.state === "reading" || source < 0) return "";
  // A run that read no users, or whose users were forgotten, has no such listing.
  const listing = await store.readListing(newest.id, `users:${source}`);
  if (listing?.complete !== true) return "";
  const found = await store.readSourceUserBySub(newest.id, sub);
  return found?.source === source ? found.user.username : "";
}

function isGone({ item, outcome }: SettledUser): boolean {
  return item.gone === true || outcome?.outcome === "deleted";
}

function emptyIdMap(): MigrationError {
  return new MigrationError("ERR_ID_MAP_EMPTY", "nobody was brought into the project by a run of this state file", {
    suggestion: "run `c2d migrate` first, or name the state file of the migration with --state",
  });
}
