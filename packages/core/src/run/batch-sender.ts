import { hasCode, MigrationError } from "../errors.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { BatchAnswer } from "../ports/project-target.ts";
import type { ItemRange } from "../ports/work-queue.ts";
import type { ProjectUser } from "../project/project-user.ts";
import {
  type CreateItem,
  type DeleteItem,
  hasExisting,
  indexUsers,
  isCreate,
  isDelete,
  isPatch,
  loginIdsAsPlanned,
  loginIdsOf,
  type PatchItem,
  written,
} from "./batch-items.ts";
import { createItemLookup } from "./item-lookup.ts";
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
  /** Settles the batches of a range that an earlier process left open. No batch has users of two ranges. */
  recover(range: ItemRange): Promise<void>;
  /** Takes an item, and waits while enough batches are under way. Throws what stopped an earlier batch. */
  send(item: PlanItem): Promise<void>;
  /** Sends what is left and waits for it. */
  flush(): Promise<void>;
  /** Waits for whatever is under way, and throws nothing. */
  settle(): Promise<void>;
}

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

/** How a sender works. */
export interface BatchSenderOptions {
  /** How many batches are under way at the same time. */
  readonly concurrency: number;
  /** Whether users that somebody changed since the plan was made keep what they have, instead of being patched. */
  readonly guardsPatches: boolean;
  /** Hears that a batch is over. */
  readonly onBatch: () => void;
}

/** Starts a sender; nothing is sent before the first item. */
export function createBatchSender(
  context: RunContext,
  recorder: OutcomeRecorder,
  { concurrency, guardsPatches, onBatch }: BatchSenderOptions,
): BatchSender {
  const { runId, store, target, signal, clock } = context;
  const lookup = createItemLookup(target, signal);
  const creates: CreateItem[] = [];
  const patches: PatchItem[] = [];
  const deletes: DeleteItem[] = [];
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
    const { absent, ours, settled } = await lookup.checkAbsent(items);
    await recorder.record(settled);
    if (ours.length > 0) {
      // What the user has now is written down first: it is what a rollback brings it back to.
      await store.replacePlanItems(
        runId,
        ours.map((item) => ({ item, loginIds: loginIdsAsPlanned(item).map(foldLoginId) })),
      );
      await sendPatches(ours);
    }
    if (absent.length > 0) await sendOpen(absent, 1, createAll);
  }

  async function sendPatches(items: readonly PatchItem[]): Promise<void> {
    if (!guardsPatches) return sendOpen(items, 1, patchAll);
    return sendUnchanged(items.filter(hasExisting), patchAll);
  }

  /** Sends what nobody changed since the plan was made. */
  async function sendUnchanged<T extends PlanItem & { readonly existing: ProjectUser }>(
    items: readonly T[],
    write: (items: readonly T[]) => Promise<BatchAnswer>,
  ): Promise<void> {
    const { unchanged, settled } = await lookup.checkUnchanged(items);
    await recorder.record(settled);
    if (unchanged.length > 0) await sendOpen(unchanged, 1, write);
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
        else outcomes.push(await lookup.outcomeOfRefused(item, reason));
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
    const { outcomes, open } = await lookup.lookUp(items);
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
    await recorder.close(batchId, [await lookup.outcomeOfRefused(only, reason)]);
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
  const deleteAll = async (items: readonly DeleteItem[]): Promise<BatchAnswer> => {
    const users = items.map(({ existing }) => existing);
    await target.deleteUsers(
      users.map(({ userId }) => userId),
      { signal },
    );
    return { done: users, refused: [] };
  };

  return {
    async recover({ from, to }) {
      for (const { id, seqs } of await store.readOpenBatches(runId)) {
        const [first = 0] = seqs;
        if (first < from || first > to) continue;
        await recorder.close(id, await lookup.lookUpSent(await store.readPlanItemsBySeq(runId, seqs)));
      }
    },
    async send(item) {
      throwFailure();
      if (isCreate(item)) creates.push(item);
      else if (isPatch(item)) patches.push(item);
      else if (isDelete(item)) deletes.push(item);
      if (creates.length >= batchSize) {
        const batch = creates.splice(0);
        await dispatch(() => sendCreates(batch));
      }
      if (patches.length >= batchSize) {
        const batch = patches.splice(0);
        await dispatch(() => sendPatches(batch));
      }
      if (deletes.length >= batchSize) {
        const batch = deletes.splice(0);
        await dispatch(() => sendUnchanged(batch, deleteAll));
      }
    },
    async flush() {
      const lastCreates = creates.splice(0);
      if (lastCreates.length > 0) await dispatch(() => sendCreates(lastCreates));
      const lastPatches = patches.splice(0);
      if (lastPatches.length > 0) await dispatch(() => sendPatches(lastPatches));
      const lastDeletes = deletes.splice(0);
      if (lastDeletes.length > 0) await dispatch(() => sendUnchanged(lastDeletes, deleteAll));
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
