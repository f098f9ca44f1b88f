import { hasCode, MigrationError } from "../errors.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import { patchFor } from "../plan/decide.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { BatchAnswer } from "../ports/project-target.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch } from "../project/project-user.ts";
import type { OutcomeRecorder } from "./outcome-recorder.ts";
import type { Outcome } from "./run.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Sends plan items in batches, several at a time.
 *
 * A batch is `pending` → `open` (written down as about to be sent) → `closed` (every user has an outcome). A crash
 * leaves open batches behind; {@link BatchSender.recover} looks their users up and closes them. The rules are in
 * `README.md` beside this file.
 */
export interface BatchSender {
  /** Settles the batches that an earlier process left open. */
  recover(): Promise<void>;
  /** Takes an item, and waits while enough batches are under way. Throws what stopped an earlier batch. */
  send(item: PlanItem): Promise<void>;
  /** Sends what is left and waits for it. */
  flush(): Promise<void>;
  /** Waits for whatever is under way, and throws nothing. */
  settle(): Promise<void>;
}

type CreateItem = PlanItem & { readonly planned: NewProjectUser };
type PatchItem = PlanItem & { readonly patch: ProjectUserPatch };

/** How often a user whose answer was lost is sent again. */
const MAX_ATTEMPTS = 3;

/**
 * Lost answers in a row after which the target counts as down.
 *
 * One user that the target always fails on loses every attempt of its batch and then every half down to itself, and each
 * batch under way may have one. What loses more than that is not one user's fault.
 */
function maxLostInARow(usersPerBatch: number, concurrency: number): number {
  return concurrency * (MAX_ATTEMPTS + Math.ceil(Math.log2(usersPerBatch)) + 1);
}

/** Starts a sender; nothing is sent before the first item. */
export function createBatchSender(
  context: RunContext,
  recorder: OutcomeRecorder,
  concurrency: number,
  onBatch: () => void,
): BatchSender {
  const { runId, store, target, signal, clock } = context;
  const creates: CreateItem[] = [];
  const patches: PatchItem[] = [];
  /** Users that the target failed on alone. They wait for the end: until then it may be the target that is down. */
  const suspects: PlanItem[] = [];
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const lostLimit = maxLostInARow(target.maxUsersPerBatch, concurrency);
  let lostInARow = 0;
  let refusals = 0;
  /** Falls when the target turns out to take smaller batches only. */
  let batchSize = target.maxUsersPerBatch;

  async function dispatch(batch: () => Promise<void>): Promise<void> {
    while (underWay.size >= concurrency) await Promise.race(underWay);
    throwFailure();
    signal?.throwIfAborted();
    const mine = batch()
      .then(onBatch)
      .catch((error: unknown) => {
        failure ??= { error };
      });
    underWay.add(mine);
    void mine.finally(() => underWay.delete(mine));
  }

  function throwFailure(): void {
    if (failure !== undefined) throw failure.error;
  }

  async function sendCreates(items: readonly CreateItem[]): Promise<void> {
    const { absent, ours, settled } = await checkAbsent(items);
    await recorder.record(settled);
    if (ours.length > 0) await sendOpen(ours, 1, patchAll);
    if (absent.length > 0) await sendOpen(absent, 1, createAll);
  }

  /**
   * Looks the users of a batch up right before they are created: the plan may be hours old, and nobody documents whether
   * a create overwrites a user that has the login ID.
   */
  async function checkAbsent(items: readonly CreateItem[]): Promise<{
    readonly absent: readonly CreateItem[];
    readonly ours: readonly PatchItem[];
    /** Outcomes of users that need no request. */
    readonly settled: readonly Outcome[];
  }> {
    const found = await target.findUsers(
      items.flatMap(({ planned }) => allLoginIds(planned)),
      { signal },
    );
    if (found.length === 0) return { absent: items, ours: [], settled: [] };
    const owners = indexByLoginId(found);
    const absent: CreateItem[] = [];
    const ours: PatchItem[] = [];
    const settled: Outcome[] = [];
    for (const item of items) {
      const matches = [...new Set(plannedLoginIds(item.planned).flatMap((id) => owners.get(id) ?? []))];
      const own = matches.find((user) => isSame(item, user));
      if (matches.length === 0) absent.push(item);
      else if (own === undefined) settled.push(takenOutcome(item));
      else {
        // An earlier process of ours created the user, and a search did not know it when the plan was made.
        const patch = patchFor(item.planned, own);
        if (patch === undefined) settled.push({ seq: item.seq, outcome: "unchanged", userId: own.userId });
        else ours.push({ ...item, operation: "patch", patch, existing: own });
      }
    }
    return { absent, ours, settled };
  }

  function takenOutcome(item: PlanItem): Outcome {
    return {
      seq: item.seq,
      outcome: "failed",
      failure: "login-id-taken",
      detail: "a user with one of the login IDs appeared in the project after the plan was made",
    };
  }

  /** Sends one batch, and what has to be sent again, until every user has an outcome. */
  async function sendOpen<T extends PlanItem>(
    items: readonly T[],
    attempt: number,
    write: (items: readonly T[]) => Promise<BatchAnswer>,
  ): Promise<void> {
    const batchId = await store.openBatch(
      runId,
      items.map(({ seq }) => seq),
    );
    let answer: BatchAnswer;
    try {
      answer = await write(items);
      lostInARow = 0;
    } catch (error) {
      if (hasCode(error, "ERR_TARGET_ANSWER_LOST")) {
        lostInARow += 1;
        if (lostInARow >= lostLimit) {
          throw new MigrationError("ERR_TARGET_UNREACHABLE", "the project keeps failing or losing answers", {
            cause: error,
            suggestion: "the run is kept: start the same command again when the project answers",
          });
        }
        return settleLost(batchId, items, attempt, write);
      }
      if (hasCode(error, "ERR_TARGET_REFUSED")) return settleRefused(batchId, items, error, write);
      throw error;
    }
    const done = indexUsers(answer.done);
    const outcomes: Outcome[] = [];
    const unanswered: T[] = [];
    const refused = new Map(
      answer.refused.flatMap(({ loginIds, reason }) => loginIds.map((id) => [foldLoginId(id), reason] as const)),
    );
    for (const item of items) {
      const user = done(item);
      if (user !== undefined) outcomes.push(written(item, user));
      else {
        const reason = loginIdsOf(item)
          .map((id) => refused.get(id))
          .find((text) => text !== undefined);
        if (reason === undefined) unanswered.push(item);
        else outcomes.push(await outcomeOfRefused(item, reason));
      }
    }
    await recorder.close(batchId, outcomes);
    if (unanswered.length > 0) await sendAgain(unanswered, attempt, write);
  }

  /** The write may or may not have happened: the target is asked user by user. */
  async function settleLost<T extends PlanItem>(
    batchId: number,
    items: readonly T[],
    attempt: number,
    write: (items: readonly T[]) => Promise<BatchAnswer>,
  ): Promise<void> {
    const { outcomes, open } = await lookUp(items);
    await recorder.close(batchId, outcomes);
    await sendAgain(open as readonly T[], attempt, write);
  }

  async function sendAgain<T extends PlanItem>(
    items: readonly T[],
    attempt: number,
    write: (items: readonly T[]) => Promise<BatchAnswer>,
  ): Promise<void> {
    if (items.length === 0) return;
    if (attempt < MAX_ATTEMPTS) {
      await clock.sleep(250 * 2 ** attempt, signal);
      return sendOpen(items, attempt + 1, write);
    }
    // What fails every time may be one user's fault: halves find out whose.
    if (items.length > 1) return sendHalves(items, MAX_ATTEMPTS, write);
    suspects.push(...items);
  }

  /** The whole batch was refused and no culprit named: halves find it. */
  async function settleRefused<T extends PlanItem>(
    batchId: number,
    items: readonly T[],
    error: MigrationError,
    write: (items: readonly T[]) => Promise<BatchAnswer>,
  ): Promise<void> {
    const [only] = items;
    refusals += 1;
    if (items.length > 1 || only === undefined) {
      await recorder.close(batchId, []);
      const refusedSoFar = refusals;
      await sendHalves(items, 1, write);
      // Nobody in it was refused alone: the batch was too large, and so would every further one be.
      if (refusals === refusedSoFar) batchSize = Math.min(batchSize, Math.ceil(items.length / 2));
      return;
    }
    const reason = error.vendorCode === undefined ? "refused" : `refused with ${error.vendorCode}`;
    await recorder.close(batchId, [await outcomeOfRefused(only, reason)]);
  }

  async function sendHalves<T extends PlanItem>(
    items: readonly T[],
    attempt: number,
    write: (items: readonly T[]) => Promise<BatchAnswer>,
  ): Promise<void> {
    const middle = Math.ceil(items.length / 2);
    await sendOpen(items.slice(0, middle), attempt, write);
    await sendOpen(items.slice(middle), attempt, write);
  }

  /** A refusal may mean that the user is there already, by our own doing. */
  async function outcomeOfRefused(item: PlanItem, detail: string): Promise<Outcome> {
    if (item.operation === "patch") return { seq: item.seq, outcome: "failed", failure: "refused", detail };
    const owner = await loadOwner(item);
    if (owner === undefined) return { seq: item.seq, outcome: "failed", failure: "refused", detail };
    return isSame(item, owner)
      ? written(item, owner)
      : { seq: item.seq, outcome: "failed", failure: "login-id-taken", detail };
  }

  /** Splits items into those that the target has as ours, and those to be sent. */
  async function lookUp(
    items: readonly PlanItem[],
  ): Promise<{ readonly outcomes: readonly Outcome[]; readonly open: readonly PlanItem[] }> {
    const outcomes: Outcome[] = [];
    const open: PlanItem[] = [];
    const loginIds = items.filter((item) => item.operation === "create").flatMap(loginIdsAsPlanned);
    const found = indexUsers(loginIds.length === 0 ? [] : await target.findUsers(loginIds, { signal }));
    for (const item of items) {
      // A patch that is sent again changes nothing that the first did not.
      if (item.operation !== "create") {
        open.push(item);
        continue;
      }
      // A search may not know yet what was written a moment ago; a direct read does.
      const owner = found(item) ?? (await loadOwner(item));
      if (owner === undefined) open.push(item);
      else if (isSame(item, owner)) outcomes.push(written(item, owner));
      else outcomes.push({ seq: item.seq, outcome: "failed", failure: "login-id-taken" });
    }
    return { outcomes, open };
  }

  async function loadOwner(item: PlanItem): Promise<ProjectUser | undefined> {
    for (const loginId of loginIdsAsPlanned(item)) {
      const owner = await target.loadUser(loginId, { signal });
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  const createAll = (items: readonly CreateItem[]): Promise<BatchAnswer> =>
    target.createUsers(
      items.map(({ planned }) => planned),
      { signal },
    );
  const patchAll = (items: readonly PatchItem[]): Promise<BatchAnswer> =>
    target.patchUsers(
      items.map(({ patch }) => patch),
      { signal },
    );

  return {
    async recover() {
      for (const { id, seqs } of await store.readOpenBatches(runId)) {
        const { outcomes } = await lookUp(await store.readPlanItemsBySeq(runId, seqs));
        await recorder.close(id, outcomes);
      }
    },
    async send(item) {
      throwFailure();
      if (isCreate(item)) creates.push(item);
      else if (isPatch(item)) patches.push(item);
      if (creates.length >= batchSize) {
        const batch = creates.splice(0);
        await dispatch(() => sendCreates(batch));
      }
      if (patches.length >= batchSize) {
        const batch = patches.splice(0);
        await dispatch(() => sendOpen(batch, 1, patchAll));
      }
    },
    async flush() {
      const lastCreates = creates.splice(0);
      if (lastCreates.length > 0) await dispatch(() => sendCreates(lastCreates));
      const lastPatches = patches.splice(0);
      if (lastPatches.length > 0) await dispatch(() => sendOpen(lastPatches, 1, patchAll));
      await Promise.all(underWay);
      throwFailure();
      await recorder.record(
        suspects.splice(0).map(({ seq }) => ({
          seq,
          outcome: "failed",
          failure: "target-error",
          detail: "the project fails on this user, or leaves it out of its answers",
        })),
      );
    },
    async settle() {
      await Promise.all(underWay);
    },
  };
}

function isCreate(item: PlanItem): item is CreateItem {
  return item.operation === "create" && item.planned !== undefined;
}

function isPatch(item: PlanItem): item is PatchItem {
  return item.operation === "patch" && item.patch !== undefined;
}

function written(item: PlanItem, user: ProjectUser): Outcome {
  return {
    seq: item.seq,
    outcome: item.operation === "patch" ? "updated" : "created",
    userId: user.userId,
  };
}

function isSame(item: PlanItem, user: ProjectUser): boolean {
  return user.customAttributes[OWN_ATTRIBUTES.sub] === item.sub;
}

function allLoginIds(planned: NewProjectUser): readonly string[] {
  return [planned.loginId, ...planned.additionalLoginIds];
}

function loginIdsAsPlanned(item: PlanItem): readonly string[] {
  return item.planned === undefined ? [] : allLoginIds(item.planned);
}

/** The login IDs by which an answer may name the item, folded. */
function loginIdsOf(item: PlanItem): readonly string[] {
  if (item.patch !== undefined) return [item.patch.loginId, ...(item.existing?.loginIds ?? [])].map(foldLoginId);
  return loginIdsAsPlanned(item).map(foldLoginId);
}

function indexByLoginId(users: readonly ProjectUser[]): ReadonlyMap<string, ProjectUser> {
  return new Map(users.flatMap((user) => user.loginIds.map((id) => [foldLoginId(id), user] as const)));
}

/** Finds the user of an item: by its `sub`, else by a login ID. */
function indexUsers(users: readonly ProjectUser[]): (item: PlanItem) => ProjectUser | undefined {
  const bySub = new Map(users.map((user) => [user.customAttributes[OWN_ATTRIBUTES.sub], user]));
  const byLoginId = indexByLoginId(users);
  return (item) =>
    bySub.get(item.sub) ??
    loginIdsOf(item)
      .map((id) => byLoginId.get(id))
      // Not a user with another sub: to take it for this one would hide that this one was refused.
      .find((user) => user !== undefined && (user.customAttributes[OWN_ATTRIBUTES.sub] ?? item.sub) === item.sub);
}
