import { claimOfProjectUser } from "../plan/claims.ts";
import { plannedLoginIds, type SourceMapping } from "../mapping/map-user.ts";
import type { SettledUser, SourceKey, SourceUser } from "../ports/state-store.ts";
import { mapRows, type MappedRow } from "../run/plan-users.ts";
import type { RunContext } from "../run/run-context.ts";
import { sourceUserPages } from "../run/source-user-pages.ts";
import { createSeqSet, type SeqSet } from "./seq-set.ts";

const PAGE = 500;

/** The users that do not map to what they were last settled with: new ones, and changed ones. */
export async function findChanged(context: RunContext, mappings: readonly SourceMapping[]): Promise<SeqSet> {
  const changed = createSeqSet();
  for await (const page of sourceUserPages(context, "comparing")) {
    const rows = mapRows(mappings, page, context.digest);
    const hashes = await perSource(rows, keyOf, (source, subs) =>
      context.store.readBaselineHashes(context.runId, source, subs),
    );
    for (const [index, { row, contentHash }] of rows.entries()) {
      if (hashes[index] !== contentHash) changed.add(row.seq);
    }
  }
  return changed;
}

/**
 * Adds everybody who shares a login ID with a user of the set, or shared one when last settled: who gets it, or who is merged
 * into whom, may come out differently now. And everybody who shares one with those.
 *
 * @param ensureRead - Sees to it that these users have been read, where not all of a pool has.
 */
export async function addNeighbours(
  context: RunContext,
  mappings: readonly SourceMapping[],
  set: SeqSet,
  ensureRead: (keys: readonly SourceKey[]) => Promise<void>,
): Promise<void> {
  let frontier = set;
  while (frontier.size > 0) {
    const found = createSeqSet();
    for (const seqs of frontier.pages(PAGE)) {
      context.signal?.throwIfAborted();
      const rows = mapRows(mappings, await context.store.readSourceUsersBySeq(context.runId, seqs), context.digest);
      const settled = await readSettled(context, rows);
      const claims = new Set(rows.flatMap(({ claims: wanted }) => wanted));
      for (const user of settled) for (const claim of wantedBefore(user)) claims.add(claim);
      for (const seq of await claimantsOf(context, [...claims], ensureRead)) {
        if (!set.has(seq)) found.add(seq);
      }
    }
    for (const seqs of found.pages(PAGE)) for (const seq of seqs) set.add(seq);
    frontier = found;
  }
}

/** The numbers of those who wanted any of these login IDs when last settled, and are still in their pool. */
export async function claimantsOf(
  { runId, store }: RunContext,
  loginIds: readonly string[],
  ensureRead: (keys: readonly SourceKey[]) => Promise<void>,
): Promise<readonly number[]> {
  if (loginIds.length === 0) return [];
  const keys = await store.readBaselineClaimants(runId, loginIds);
  await ensureRead(keys);
  return (await store.findSourceUsers(runId, keys)).filter((seq) => seq !== undefined);
}

/** What a user claimed when it was last settled, and the user of the project that stands for it. */
export function wantedBefore(settled: SettledUser | undefined): readonly string[] {
  const { wantedLoginIds, planned } = settled?.item ?? {};
  const userId = settled?.outcome?.userId;
  return [
    ...(wantedLoginIds ?? (planned === undefined ? [] : plannedLoginIds(planned))),
    ...(userId === undefined ? [] : [claimOfProjectUser(userId)]),
  ];
}

/** How the users of rows were last settled. */
export async function readSettled(
  { runId, store }: RunContext,
  rows: readonly MappedRow[],
): Promise<readonly (SettledUser | undefined)[]> {
  return perSource(rows, keyOf, (source, subs) => store.readBaselineUsers(runId, source, subs));
}

function keyOf({ row }: { readonly row: SourceUser }): SourceKey {
  return { source: row.source, sub: row.user.sub };
}

/** Asks source by source, and answers in the order of the elements. */
export async function perSource<Element, Answer>(
  elements: readonly Element[],
  keyOfElement: (element: Element) => SourceKey,
  ask: (source: number, subs: readonly string[]) => Promise<readonly Answer[]>,
): Promise<readonly (Answer | undefined)[]> {
  const bySource = new Map<number, { readonly index: number; readonly sub: string }[]>();
  for (const [index, element] of elements.entries()) {
    const { source, sub } = keyOfElement(element);
    const list = bySource.get(source) ?? [];
    list.push({ index, sub });
    bySource.set(source, list);
  }
  const answers: (Answer | undefined)[] = elements.map(() => undefined);
  for (const [source, list] of bySource) {
    const given = await ask(
      source,
      list.map(({ sub }) => sub),
    );
    for (const [at, { index }] of list.entries()) answers[index] = given[at];
  }
  return answers;
}
