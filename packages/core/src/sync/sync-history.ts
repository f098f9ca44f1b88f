import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { DecisionHistory } from "../plan/decide.ts";
import type { SourceKey } from "../ports/state-store.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";
import { type PlanHistory, wasCreatedByUs, writtenBefore } from "../run/plan-history.ts";
import type { RunContext } from "../run/run-context.ts";
import { perSource } from "./changed-users.ts";
import type { GoneUsers } from "./gone-users.ts";

/** What the baseline knows about users that are decided about. */
export function createSyncHistory({ runId, store }: RunContext, gone: GoneUsers): PlanHistory {
  const isGone = (sub: string): boolean => gone.has(sub);
  return {
    async of(users, matches) {
      const settled = await perSource(
        users,
        (user) => user,
        (source, subs) => store.readBaselineUsers(runId, source, subs),
      );
      const ofGone = await readGoneOwners(matches);
      return users.map((_, index): DecisionHistory => ({
        settled: writtenBefore(settled[index]),
        createdByUs: wasCreatedByUs(settled[index]),
        isGone,
        settledOfGone: (sub) => ofGone.get(sub),
      }));
    },
  };

  /** What the gone users that own any of these target users were last brought to. */
  async function readGoneOwners(
    matches: readonly (readonly ProjectUser[])[],
  ): Promise<ReadonlyMap<string, NewProjectUser>> {
    const owners = new Map<string, SourceKey>();
    for (const user of matches.flat()) {
      const sub = user.customAttributes[OWN_ATTRIBUTES.sub];
      const source = typeof sub === "string" ? gone.get(sub) : undefined;
      if (typeof sub === "string" && source !== undefined) owners.set(sub, { source, sub });
    }
    const keys = [...owners.values()];
    const settled = await perSource(
      keys,
      (key) => key,
      (source, subs) => store.readBaselineUsers(runId, source, subs),
    );
    return new Map(
      keys.flatMap(({ sub }, index) => {
        const written = writtenBefore(settled[index]);
        return written === undefined ? [] : [[sub, written] as const];
      }),
    );
  }
}
