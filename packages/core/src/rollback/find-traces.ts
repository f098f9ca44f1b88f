import type { AppliedItem, SettledUser } from "../ports/state-store.ts";
import type { ProjectUser } from "../project/project-user.ts";
import { runConcurrently } from "../run/run-concurrently.ts";
import type { RunContext } from "../run/run-context.ts";
import { loginIdsAsPlanned } from "../run/batch-items.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import { type Deed, deedOf, isAsWritten, type Traces } from "./take-back.ts";

/**
 * How many users are read directly, one call each, because a search did not show them as the run wrote them: searches lag
 * behind writes. Beyond that they really differ, and each further read would only cost quota.
 */
const MAX_DIRECT_READS = 5000;

/** How many users are read directly at the same time. The quota is kept by the target; this only hides latency. */
const CONCURRENT_READS = 8;

/** A user that the run that is taken back has written, or may have. */
interface Candidate {
  readonly applied: AppliedItem;
  readonly deed: Deed;
  readonly latest: SettledUser | undefined;
}

/** Gathers what is known of the users of a page of applied items, and looks them up in the target. */
export type TraceFinder = (page: readonly AppliedItem[]) => Promise<readonly Traces[]>;

/** Starts looking for what a run left behind. */
export function createTraceFinder(context: RunContext, rollsBack: string): TraceFinder {
  let directReads = 0;
  const takeDirectRead = (): boolean => {
    directReads += 1;
    return directReads <= MAX_DIRECT_READS;
  };
  return (page) => findTraces(context, rollsBack, page, takeDirectRead);
}

async function findTraces(
  context: RunContext,
  rollsBack: string,
  page: readonly AppliedItem[],
  takeDirectRead: () => boolean,
): Promise<readonly Traces[]> {
  const { runId, store } = context;
  const written = page.flatMap((applied) => {
    const deed = deedOf(applied);
    return deed === undefined ? [] : [{ applied, deed }];
  });
  if (written.length === 0) return [];
  const candidates: Candidate[] = [];
  for (const source of new Set(written.map(({ applied }) => applied.item.source))) {
    const ofSource = written.filter(({ applied }) => applied.item.source === source);
    const settled = await store.readBaselineUsers(
      runId,
      source,
      ofSource.map(({ applied }) => applied.item.sub),
    );
    ofSource.forEach((one, index) => {
      candidates.push({ ...one, latest: settled[index] });
    });
  }
  candidates.sort((a, b) => a.applied.item.seq - b.applied.item.seq);
  const before = await store.readSettledBefore(
    rollsBack,
    candidates.map(({ applied }) => applied.item.seq),
  );
  const found = await lookUp(context, candidates, takeDirectRead);
  return candidates.map(({ applied, deed, latest }, index) => ({
    applied,
    deed,
    latest,
    before: before[index],
    now: found(applied),
  }));
}

/** The user ID by which a user is known that the run wrote; undefined where the run does not know one. */
function userIdOf({ applied, deed }: Candidate): string | undefined {
  if (deed === "created") return applied.outcome?.userId;
  return deed === "updated" || deed === "perhaps-updated" ? applied.item.existing?.userId : undefined;
}

/** The login IDs by which a user is looked for that the run deleted or may have created. */
function loginIdsOf({ applied, deed }: Candidate): readonly string[] {
  if (deed === "deleted") return applied.item.existing?.loginIds ?? [];
  return deed === "perhaps-created" ? loginIdsAsPlanned(applied.item) : [];
}

async function lookUp(
  { target, signal }: RunContext,
  candidates: readonly Candidate[],
  takeDirectRead: () => boolean,
): Promise<(applied: AppliedItem) => readonly ProjectUser[]> {
  const ids = candidates.flatMap((candidate) => userIdOf(candidate) ?? []);
  const byId = new Map((await target.findUsersById(ids, { signal })).map((user) => [user.userId, user]));
  const names = candidates.flatMap(loginIdsOf);
  const named = names.length === 0 ? [] : await target.findUsers(names, { signal });
  const found = new Map<AppliedItem, readonly ProjectUser[]>();
  const reads: (() => Promise<void>)[] = [];
  /** A search may not know yet what was written a moment ago, and may still show what was different before. */
  const readDirectly = (applied: AppliedItem, read: () => Promise<ProjectUser | undefined>): void => {
    if (!takeDirectRead()) return;
    reads.push(async () => {
      const user = await read();
      found.set(applied, user === undefined ? [] : [user]);
    });
  };
  for (const candidate of candidates) {
    const { applied, deed } = candidate;
    const userId = userIdOf(candidate);
    if (userId !== undefined) {
      const user = byId.get(userId);
      if (user !== undefined) found.set(applied, [user]);
      // Of whom a later run deleted a search has nothing, unless it lags or the project was put back to an earlier state.
      const wasDeleted = deed === "created" && candidate.latest?.outcome?.outcome === "deleted";
      if (wasDeleted ? user === undefined : user !== undefined && isAsWritten(candidate, user)) continue;
      readDirectly(applied, () => target.loadUserById(userId, { signal }));
      continue;
    }
    const wanted = new Set(loginIdsOf(candidate).map(foldLoginId));
    const owners = named.filter(({ loginIds }) => loginIds.some((loginId) => wanted.has(foldLoginId(loginId))));
    found.set(applied, owners);
    // Users that never were sent are many and not there; one that failed was sent.
    if (owners.length > 0 || (deed === "perhaps-created" && applied.outcome === undefined)) continue;
    readDirectly(applied, async () => {
      for (const loginId of loginIdsOf(candidate)) {
        const owner = await target.loadUser(loginId, { signal });
        if (owner !== undefined) return owner;
      }
      return undefined;
    });
  }
  await runConcurrently(reads, CONCURRENT_READS);
  return (applied) => found.get(applied) ?? [];
}
