import type { PlanItem, ProjectUser, Run } from "@cognito-to-descope/core";
import type { Migration } from "./migration.ts";

let runs = 0;

/** A run that deletes these users, planned and not applied yet. Gives its id. */
export async function planDeletes(migration: Migration, users: readonly ProjectUser[]): Promise<string> {
  const { store } = migration;
  const { target } = migration.context();
  const items = users.map((existing, index): PlanItem => ({
    seq: index + 1,
    source: 0,
    sub: String(existing.customAttributes["cognitoSub"]),
    kind: "native",
    operation: "delete",
    reason: "for a test",
    existing,
    findings: [],
  }));
  const none = { create: [], unchanged: [] };
  const run: Run = {
    id: `deletes-${(runs += 1)}`,
    kind: "sync",
    state: "planned",
    startedAt: Date.now(),
    updatedAt: Date.now(),
    configHash: "config",
    projectId: target.projectId,
    userPoolIds: migration.context().sources.map(({ source }) => source.userPoolId),
    plan: {
      hash: "",
      definitions: { attributes: none, roles: none, tenants: none },
      counts: { read: items.length, create: 0, patch: 0, none: 0, skip: 0, delete: items.length },
      findings: [],
      observations: [],
    },
  };
  await store.createRun(run);
  await store.appendPlanItems(
    run.id,
    items.map((item) => ({ item, loginIds: [] })),
  );
  return run.id;
}
