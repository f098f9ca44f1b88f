import type { Digest } from "../ports/digest.ts";
import type { PlanDefinitions, PlanItem } from "./plan.ts";

/** Hashes a plan item by item. */
export interface PlanHash {
  add(item: PlanItem): void;
  /** Takes an item back that was added before. */
  remove(item: PlanItem): void;
  /** The hash of the plan, 64 hexadecimal digits. */
  value(definitions: PlanDefinitions): string;
}

const MODULUS = 2n ** 256n;

/**
 * Starts the hash of a plan.
 *
 * The items' hashes are added up, so the order in which a pool gives its users, and where its pages end, do not matter.
 */
export function createPlanHash(digest: Digest): PlanHash {
  let sum = 0n;
  const hashOf = (item: PlanItem): bigint => {
    const { source, sub, operation, planned, patch, existing, mergedInto } = item;
    // The users' numbers depend on the order of reading; what a user is does not.
    const content = [source, sub, operation, planned, patch, existing?.userId, mergedInto];
    return BigInt(`0x${digest.sha256(JSON.stringify(content))}`);
  };
  return {
    add(item) {
      sum = (sum + hashOf(item)) % MODULUS;
    },
    remove(item) {
      sum = (sum - hashOf(item) + MODULUS) % MODULUS;
    },
    value: (definitions) => digest.sha256(JSON.stringify([sum.toString(16), definitions])),
  };
}
