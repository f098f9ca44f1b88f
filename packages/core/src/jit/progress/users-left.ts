import type { PoolUser } from "../../pool/pool-user.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { parseIdentities } from "../../mapping/identities.ts";
import type { Run } from "../../run/run.ts";

/** Users whose passwords are not captured. */
export interface UsersLeft {
  readonly users: number;
  /** By Cognito's status. Federated users have no password; they are counted as `EXTERNAL_PROVIDER`. */
  readonly byStatus: Readonly<Record<string, number>>;
  readonly disabled: number;
  /**
   * Of those who have a password and may sign in: by when the pool last changed their entry. Cognito tells nobody when a user last
   * signed in: a changed entry is a weak hint that somebody is there, and an unchanged one says nothing.
   */
  readonly byLastChange: Readonly<Record<LastChange, number>>;
}

/** How long ago something was, in days. */
export type LastChange = "30-days" | "90-days" | "365-days" | "longer-ago" | "unknown";

const DAY_MS = 86_400_000;
const PAGE = 5000;

/** The newest run that has read whole pools of the project. */
export function newestReading(runs: readonly Run[], projectId: string): Run | undefined {
  return runs.find(
    (run) => run.projectId === projectId && (run.kind === "migrate" || run.kind === "sync") && run.plan !== undefined,
  );
}

/** Who is counted. */
export interface LeftRequest {
  readonly projectId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
  /** Hears how many users were looked at, once for each 5000, and is waited for: so that others are let in. Must not throw. */
  readonly onProgress?: ((looked: number) => void | Promise<void>) | undefined;
}

/**
 * Counts the users whose passwords are not captured, as the newest run has read them. It takes as long as there are users.
 *
 * Undefined where no run has read the pools, or what it read is not in the state any more.
 */
export async function countUsersLeft(
  store: StateStore,
  { projectId, now, signal, onProgress }: LeftRequest,
): Promise<UsersLeft | undefined> {
  const run = newestReading(await store.listRuns(), projectId);
  if (run === undefined) return undefined;
  if ((await store.countSourceUsers(run.id)) === 0) return undefined;
  let users = 0;
  let disabled = 0;
  const byStatus: Record<string, number> = {};
  const byLastChange: Record<LastChange, number> = {
    "30-days": 0,
    "90-days": 0,
    "365-days": 0,
    "longer-ago": 0,
    unknown: 0,
  };
  let looked = 0;
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readSourceUsers(run.id, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.seq;
    for (const [source, userPoolId] of run.userPoolIds.entries()) {
      const own = page.filter((row) => row.source === source);
      const times = await store.findCaptured(
        projectId,
        userPoolId,
        own.map(({ user }) => user.sub),
      );
      for (const [index, { user }] of own.entries()) {
        if (times[index] !== undefined) continue;
        users += 1;
        const status = isFederated(user) ? "EXTERNAL_PROVIDER" : user.status;
        byStatus[status] = (byStatus[status] ?? 0) + 1;
        if (!user.enabled) disabled += 1;
        else if (status === "CONFIRMED") byLastChange[lastChange(user, now)] += 1;
      }
    }
    looked += page.length;
    await onProgress?.(looked);
  }
  return { users, byStatus, disabled, byLastChange };
}

function isFederated({ attributes, status }: PoolUser): boolean {
  const identities = parseIdentities(attributes["identities"] ?? "") ?? [];
  return identities.length === 0 ? status === "EXTERNAL_PROVIDER" : identities.some(({ primary }) => primary);
}

function lastChange({ modifiedAt }: PoolUser, now: number): LastChange {
  if (modifiedAt === 0) return "unknown";
  const days = (now - modifiedAt) / DAY_MS;
  if (days <= 30) return "30-days";
  if (days <= 90) return "90-days";
  return days <= 365 ? "365-days" : "longer-ago";
}
