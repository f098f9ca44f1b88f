import type { Digest } from "../ports/digest.ts";
import type { SourceUser, StateStore } from "../ports/state-store.ts";
import { createPlanHash } from "../plan/plan-hash.ts";
import type { PlanDefinitions } from "../plan/plan.ts";
import { createRowDigest, type RowDigest } from "./row-digest.ts";

const PAGE = 1000;

/** Where a digest is read from, and until when. */
export interface DigestSource {
  readonly store: StateStore;
  readonly runId: string;
  readonly digest: Digest;
  readonly signal?: AbortSignal | undefined;
}

/** A digest over what became of every user of a run, in the order of their numbers. Flat memory. */
export async function digestOutcomes({ store, runId, digest, signal }: DigestSource): Promise<string> {
  const rows = createRowDigest(digest);
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readOutcomes(runId, after, PAGE);
    for (const { seq, sub, outcome, userId = null, failure = null, detail = null } of page) {
      rows.add(seq, sub, outcome, userId, failure, detail);
      after = seq;
    }
    if (page.length < PAGE) return rows.value();
  }
}

/** A digest over the discrepancies that the last reconcile of a run found, in the order in which they were found. Flat memory. */
export async function digestDiscrepancies({ store, runId, digest, signal }: DigestSource): Promise<string> {
  const rows = createRowDigest(digest);
  for (let offset = 0; ; offset += PAGE) {
    signal?.throwIfAborted();
    const page = await store.readDiscrepancies(runId, offset, PAGE);
    for (const { seq = null, sub = null, field, expected, actual } of page) rows.add(seq, sub, field, expected, actual);
    if (page.length < PAGE) return rows.value();
  }
}

/** The digest of what was read of the pools: every user with its attributes and groups, by ascending number. */
export function createSourceDigest(
  digest: Digest,
): { add(user: SourceUser): void } & Pick<RowDigest, "rows" | "value"> {
  const rows = createRowDigest(digest);
  return {
    add: ({ seq, source, user, groups }) => rows.add(seq, source, user, groups),
    get rows() {
      return rows.rows;
    },
    value: () => rows.value(),
  };
}

/** The same of what is in the store; undefined when it holds no users of the run, because they were forgotten since. */
export async function digestSourceUsers({ store, runId, digest, signal }: DigestSource): Promise<string | undefined> {
  if ((await store.countSourceUsers(runId)) === 0) return undefined;
  const users = createSourceDigest(digest);
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readSourceUsers(runId, after, PAGE);
    for (const user of page) {
      users.add(user);
      after = user.seq;
    }
    if (page.length < PAGE) return users.value();
  }
}

/** The hash of the plan that the store holds, made anew from every item. */
export async function digestPlan(
  { store, runId, digest, signal }: DigestSource,
  definitions: PlanDefinitions,
): Promise<string> {
  const hash = createPlanHash(digest);
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readPlanItems(runId, after, PAGE);
    for (const item of page) {
      hash.add(item);
      after = item.seq;
    }
    if (page.length < PAGE) return hash.value(definitions);
  }
}
