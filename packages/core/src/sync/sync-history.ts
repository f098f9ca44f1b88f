import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { DecisionHistory } from "../plan/decide.ts";
import type { SourceKey } from "../ports/state-store.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";
import { type PlanHistory, wasCreatedByUs, writtenBefore } from "../run/plan-history.ts";
import type { RunContext } from "../run/run-context.ts";
import { perSource } from "./changed-users.ts";
import type { GoneUsers } from "./gone-users.ts";

/** What the baseline knows about users that are decided about. */
export function createSyncHistory({ runId, store, sources }: RunContext, gone: GoneUsers): PlanHistory {
  return {
    async of(users, matches) {
      const settled = await perSource(
        users,
        (user) => user,
        (source, subs) => store.readBaselineUsers(runId, source, subs),
      );
      const ofGone = await readGoneOwners(users, matches);
      return users.map((_, index): DecisionHistory => ({
        settled: writtenBefore(settled[index]),
        createdByUs: wasCreatedByUs(settled[index]),
        isGone: (sub) => ofGone.has(sub),
        settledOfGone: (sub) => ofGone.get(sub),
      }));
    },
  };

  /** The users that are gone, now or since an earlier run, and own any of these target users; with what they were brought to. */
  async function readGoneOwners(
    users: readonly SourceKey[],
    matches: readonly (readonly ProjectUser[])[],
  ): Promise<ReadonlyMap<string, NewProjectUser | undefined>> {
    const own = new Set(users.map(({ sub }) => sub));
    const subs = new Set<string>();
    for (const user of matches.flat()) {
      const sub = user.customAttributes[OWN_ATTRIBUTES.sub];
      if (typeof sub === "string" && !own.has(sub)) subs.add(sub);
    }
    const owners = new Map<string, NewProjectUser | undefined>();
    if (subs.size === 0) return owners;
    for (const source of sources.keys()) {
      for (const settled of await store.readBaselineUsers(runId, source, [...subs])) {
        if (settled === undefined) continue;
        const { sub, gone: wasGone } = settled.item;
        if (gone.has(sub) || wasGone === true) owners.set(sub, writtenBefore(settled));
      }
    }
    return owners;
  }
}
