import type { UserFinding } from "../findings/finding.ts";
import type { Findings } from "../findings/findings.ts";
import type { PlanCounts, PlanItem, PlanOperation, SourceCounts } from "../plan/plan.ts";
import { createPlanHash, type PlanHash } from "../plan/plan-hash.ts";
import type { Digest } from "../ports/digest.ts";
import type { RunContext } from "./run-context.ts";

/** Hash, counts and findings of a plan that is being made. An item that changes is taken back and added anew. */
export interface PlanTally {
  readonly hash: PlanHash;
  add(item: PlanItem): void;
  remove(item: PlanItem): void;
  /** Counts findings that no item carries. */
  note(findings: readonly UserFinding[]): void;
  counts(): PlanCounts;
  /** In the order of the sources. */
  countsBySource(): readonly Omit<SourceCounts, "tenant">[];
}

type Counts = Record<PlanOperation | "merged", number>;

/** Starts at zero for so many sources; the findings of items are added to those given. */
export function createPlanTally(digest: Digest, findings: Findings, sources: number): PlanTally {
  const hash = createPlanHash(digest);
  const bySource = Array.from({ length: sources }, (): Counts => ({
    create: 0,
    patch: 0,
    none: 0,
    skip: 0,
    delete: 0,
    merged: 0,
  }));
  const count = ({ source, operation, mergedInto }: PlanItem, by: 1 | -1): void => {
    const counts = bySource[source];
    if (counts === undefined) return;
    counts[operation] += by;
    if (mergedInto !== undefined) counts.merged += by;
  };
  const sum = (operation: PlanOperation): number => bySource.reduce((total, counts) => total + counts[operation], 0);
  return {
    hash,
    add(item) {
      hash.add(item);
      count(item, 1);
      findings.addUser(item.findings);
    },
    remove(item) {
      hash.remove(item);
      count(item, -1);
      findings.removeUser(item.findings);
    },
    note: (noted) => findings.addUser(noted),
    counts: () =>
      withRead({
        create: sum("create"),
        patch: sum("patch"),
        none: sum("none"),
        skip: sum("skip"),
        delete: sum("delete"),
      }),
    countsBySource: () => bySource.map((counts) => withRead(counts)),
  };
}

function withRead<T extends Readonly<Record<PlanOperation, number>>>(counts: T): { readonly read: number } & T {
  return { read: counts.create + counts.patch + counts.none + counts.skip + counts.delete, ...counts };
}

/** The counts of each source of a run, with its tenant. */
export function countsBySource({ sources }: Pick<RunContext, "sources">, tally: PlanTally): readonly SourceCounts[] {
  return tally.countsBySource().map((counts, index) => {
    const tenant = sources[index]?.tenant;
    return { ...counts, ...(tenant === undefined ? {} : { tenant }) };
  });
}
