import type { PlanItem, RunPlan, SourceUser, StateStore } from "@cognito-to-descope/core";

const PAGE = 500;

/** A run whose users are exported. */
export interface ExportSource {
  readonly store: StateStore;
  readonly runId: string;
  readonly plan: RunPlan;
}

/** A format: the file's text, piece by piece. */
export type ExportFormat = (source: ExportSource) => AsyncIterable<string>;

/** Every user that was read, page by page. */
export async function* sourceUserPages({ store, runId }: ExportSource): AsyncGenerator<readonly SourceUser[]> {
  for (let after = 0; ;) {
    const page = await store.readSourceUsers(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.seq;
  }
}

/** Every item of the plan that has a user for the project, page by page. */
export async function* planItemPages({ store, runId }: ExportSource): AsyncGenerator<readonly PlanItem[]> {
  for (let after = 0; ;) {
    const page = await store.readPlanItems(runId, after, PAGE, ["create", "patch", "none"]);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.seq;
  }
}
