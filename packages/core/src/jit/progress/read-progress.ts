import type { PoolObservation } from "../../pool/observe-users.ts";
import type { CapturedDay, StateStore, VerdictCount } from "../../ports/state-store.ts";
import type { Run } from "../../run/run.ts";
import { type Forecast, forecastShare } from "./forecast.ts";
import { countUsersLeft, newestReading, type UsersLeft } from "./users-left.ts";

/** How far capturing passwords is. */
export interface JitProgress {
  /** Users of the pools who have a password there, by the newest reading; absent where no run has read the pools. */
  readonly passwordUsers?: number | undefined;
  /** Users whose passwords the project has since they signed in. */
  readonly captured: number;
  /** By day, since the first one, in UTC, with the captured users of all pools until the end of it. */
  readonly byDay: readonly DayOfProgress[];
  readonly byPool: Readonly<Record<string, number>>;
  /** The same days pool by pool, as far as there were any. */
  readonly poolDays: readonly CapturedDay[];
  /** Share of the users who sign in at all. */
  readonly active: ActiveShare;
  readonly forecast: Forecast;
  /** Who is left, by the newest reading; absent where its users are not in the state any more. */
  readonly left?: UsersLeft | undefined;
  /** How password checks ended, all days together. */
  readonly verdicts: readonly Omit<VerdictCount, "day" | "userPoolId">[];
  /** The same day by day and pool by pool. */
  readonly verdictDays: readonly VerdictCount[];
}

/** One day. */
export interface DayOfProgress {
  /** Days since the epoch, in UTC. */
  readonly day: number;
  readonly users: number;
  readonly until: number;
}

/** What share of the active users is captured, and how sure it is who is active. */
export type ActiveShare =
  /** The operator said how many users sign in. */
  | { readonly basis: "given"; readonly users: number; readonly share: number }
  /** Nobody knows how many sign in: these are all users with a password. */
  | { readonly basis: "password-users"; readonly users: number; readonly share: number }
  | { readonly basis: "unknown" };

/** What progress is read for. */
export interface ProgressRequest {
  readonly projectId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Users that sign in at all, where the operator knows: monthly active users of the pools. */
  readonly activeUsers?: number | undefined;
  /** The share that the forecast is for. @defaultValue 0.95 */
  readonly share?: number | undefined;
  /** Whether to go through the users that are left. It takes as long as there are users. @defaultValue true */
  readonly countsLeft?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

const DAY_MS = 86_400_000;

/** What the state knows of captured passwords. */
export interface ProgressFacts {
  readonly days: readonly CapturedDay[];
  readonly verdicts: readonly VerdictCount[];
  /** All runs, newest first. */
  readonly runs: readonly Run[];
}

/** Reads how far capturing passwords is, and what can be said of the rest of the way. */
export async function readJitProgress(store: StateStore, request: ProgressRequest): Promise<JitProgress> {
  const { projectId, countsLeft = true } = request;
  const facts = {
    days: await store.countCaptured(projectId),
    verdicts: await store.countVerdicts(projectId),
    runs: await store.listRuns(),
  };
  const left = countsLeft ? await countUsersLeft(store, request) : undefined;
  return { ...jitProgressOf(facts, request), left };
}

/** The same from what was read already, without who is left. Pure. */
export function jitProgressOf({ days, verdicts, runs }: ProgressFacts, request: ProgressRequest): JitProgress {
  const { projectId, now, activeUsers, share } = request;
  const captured = days.reduce((all, { users }) => all + users, 0);
  const byPool: Record<string, number> = {};
  for (const { userPoolId, users } of days) byPool[userPoolId] = (byPool[userPoolId] ?? 0) + users;
  const run = newestReading(runs, projectId);
  const passwordUsers = run?.plan?.observations.reduce((all, seen) => all + withPassword(seen), 0);
  const today = Math.floor(now / DAY_MS);
  const byDay = fillDays(days, today);
  return {
    passwordUsers,
    captured,
    byDay,
    byPool,
    poolDays: days,
    active: activeShare(captured, activeUsers, passwordUsers),
    forecast: forecastShare({
      byDay: byDay.filter(({ day }) => day < today).map(({ users }) => users),
      today,
      captured,
      activeUsers,
      share,
    }),
    verdicts: addUp(verdicts),
    verdictDays: verdicts,
  };
}

function activeShare(captured: number, given: number | undefined, passwordUsers: number | undefined): ActiveShare {
  const users = given ?? passwordUsers;
  if (users === undefined || users === 0) return { basis: "unknown" };
  return { basis: given === undefined ? "password-users" : "given", users, share: Math.min(1, captured / users) };
}

/** Native users, linked ones too, that are confirmed: the others have no password that could be captured. */
function withPassword({ native, linked, byStatus }: PoolObservation): number {
  return Math.min(native + linked, byStatus["CONFIRMED"] ?? 0);
}

/** Days without gaps, from the first one to today. */
function fillDays(
  days: readonly { readonly day: number; readonly users: number }[],
  today: number,
): readonly DayOfProgress[] {
  const users = new Map<number, number>();
  for (const one of days) users.set(one.day, (users.get(one.day) ?? 0) + one.users);
  const first = Math.min(...users.keys());
  if (first === Infinity) return [];
  const filled: DayOfProgress[] = [];
  let until = 0;
  for (let day = first; day <= Math.max(today, ...users.keys()); day += 1) {
    until += users.get(day) ?? 0;
    filled.push({ day, users: users.get(day) ?? 0, until });
  }
  return filled;
}

function addUp(verdicts: readonly VerdictCount[]): JitProgress["verdicts"] {
  const sums = new Map<string, { verdict: string; reason: string; count: number }>();
  for (const { verdict, reason, count } of verdicts) {
    const key = `${verdict} ${reason}`;
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { verdict, reason, count });
    else known.count += count;
  }
  return [...sums.values()].sort((a, b) => b.count - a.count || (a.verdict < b.verdict ? -1 : 1));
}
