import type { StateStore } from "@cognito-to-descope/core";

/** What a plan that is made aside writes, and reads of itself. */
const OF_THE_PLAN: ReadonlySet<PropertyKey> = new Set<keyof StateStore>([
  "resetPlan",
  "appendPlanItems",
  "replacePlanItems",
  "readPlanItemsBySeq",
  "readSharedLoginIds",
  // What is noted of a plan belongs to that plan, and not to the record of the run.
  "appendEvent",
]);

/** What it reads of the run. */
const OF_THE_RUN: ReadonlySet<PropertyKey> = new Set<keyof StateStore>([
  "readPools",
  "countSourceUsers",
  "readSourceUsers",
  "readSourceUsersBySeq",
  "readSourceUserBySub",
  "matchTargetUsers",
  "readSsoRecords",
]);

/**
 * A store for a plan that is made beside a run: what was read comes from the run's store, which nothing is written to, and the
 * plan itself goes into another one.
 */
export function planAsideStore(run: StateStore, aside: StateStore): StateStore {
  return new Proxy(run, {
    get(_target, name) {
      const store = OF_THE_PLAN.has(name) ? aside : OF_THE_RUN.has(name) ? run : undefined;
      const method: unknown = store === undefined ? undefined : Reflect.get(store, name);
      if (typeof method !== "function") throw new TypeError(`a plan aside has no use for ${String(name)}`);
      return method.bind(store) as unknown;
    },
  });
}
