import type { Findings } from "../findings/findings.ts";
import type { PlanCounts, PlanItem, PlanOperation } from "../plan/plan.ts";
import { createPlanHash, type PlanHash } from "../plan/plan-hash.ts";
import type { Digest } from "../ports/digest.ts";

/** Hash, counts and findings of a plan that is being made. An item that changes is taken back and added anew. */
export interface PlanTally {
  readonly hash: PlanHash;
  add(item: PlanItem): void;
  remove(item: PlanItem): void;
  counts(): PlanCounts;
}

/** Starts at zero; the findings of items are added to those given. */
export function createPlanTally(digest: Digest, findings: Findings): PlanTally {
  const hash = createPlanHash(digest);
  const operations: Record<PlanOperation, number> = { create: 0, patch: 0, none: 0, skip: 0, delete: 0 };
  return {
    hash,
    add(item) {
      hash.add(item);
      operations[item.operation] += 1;
      findings.addUser(item.findings);
    },
    remove(item) {
      hash.remove(item);
      operations[item.operation] -= 1;
      findings.removeUser(item.findings);
    },
    counts: () => ({
      read: Object.values(operations).reduce((sum, count) => sum + count, 0),
      ...operations,
    }),
  };
}
