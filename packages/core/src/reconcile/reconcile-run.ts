import { MigrationError } from "../errors.ts";
import { keySubOf } from "../mapping/cognito-subs.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { PlanDefinitions } from "../plan/plan.ts";
import type { AppliedItem } from "../ports/state-store.ts";
import type { ProjectSnapshot } from "../project/project-snapshot.ts";
import type { ProjectUser } from "../project/project-user.ts";
import { roleKey, roleLabel } from "../project/role-key.ts";
import { reconciled } from "../record/record-run.ts";
import type { Discrepancy, ReconcileSummary } from "../run/run.ts";
import type { RunContext } from "../run/run-context.ts";
import { scanTarget } from "../run/scan-target.ts";
import { compareUser, type UserComparison } from "./compare-user.ts";

const PAGE = 500;

/**
 * How many users are read directly, one call each, because the scan did not show them as planned: searches lag behind
 * writes. Beyond that the target really differs, and each further read would only cost quota.
 */
const MAX_DIRECT_READS = 2000;

/**
 * Reads the target back and compares every planned field of every user that the run wrote or found, every membership,
 * and every definition. Writes nothing to the target; the discrepancies are in the store.
 *
 * @throws MigrationError `ERR_PLAN_MISSING` when the run was never applied, and the faults of target and store.
 */
export async function reconcileRun(context: RunContext): Promise<ReconcileSummary> {
  const { runId, store, target, signal, clock } = context;
  const run = await store.readRun(runId);
  if (run?.plan === undefined || (run.state !== "applied" && run.state !== "applying")) {
    throw new MigrationError("ERR_PLAN_MISSING", "there is no applied run to compare with", {
      suggestion: "run `c2d apply` or `c2d migrate` first",
    });
  }
  await store.resetDiscrepancies(runId);
  const definitions = compareDefinitions(run.plan.definitions, await target.readSnapshot({ signal }));
  await store.appendDiscrepancies(runId, definitions.discrepancies);
  await scanTarget(context, "reconcile");

  const byField = new Map<string, number>();
  const count = (list: readonly Discrepancy[]): void => {
    for (const { field } of list) byField.set(field, (byField.get(field) ?? 0) + 1);
  };
  count(definitions.discrepancies);
  let { fields } = definitions;
  let checked = 0;
  let notCompared = 0;
  let directReads = 0;
  const total = run.kind === "migrate" ? run.plan.counts.read : await countBaseline(context);
  const readDirectly = async (loginId: string): Promise<ProjectUser | undefined> => {
    if (directReads >= MAX_DIRECT_READS) return undefined;
    directReads += 1;
    return target.loadUser(loginId, { signal });
  };

  for await (const page of run.kind === "migrate" ? itemsOfRun(context) : itemsOfBaseline(context)) {
    const present = page.filter(isInTarget);
    notCompared += page.length - present.length;
    const matches = await store.matchTargetUsers(
      runId,
      "reconcile",
      present.map(({ item }) => ({
        sub: keySubOf(item),
        loginIds: item.planned === undefined ? [] : plannedLoginIds(item.planned),
      })),
    );
    const found: Discrepancy[] = [];
    for (const [index, applied] of present.entries()) {
      const comparison = await compareApplied(applied, matches[index] ?? [], readDirectly);
      checked += 1;
      fields += comparison.fields;
      const { seq, sub } = applied.item;
      // Numbers of users are those of their own run.
      const user = run.kind === "migrate" ? { seq, sub } : { sub };
      found.push(...comparison.differences.map((difference) => discrepancy(difference, user)));
    }
    await store.appendDiscrepancies(runId, found);
    count(found);
    context.onProgress?.({
      step: "reconciling",
      users: checked + notCompared,
      total,
      discrepancies: sum(byField),
    });
  }

  const summary: ReconcileSummary = {
    at: clock.now(),
    checked,
    fields,
    discrepancies: sum(byField),
    byField: Object.fromEntries([...byField].sort(([a], [b]) => (a < b ? -1 : 1))),
    notCompared,
  };
  const event = await reconciled(context, summary);
  await store.updateRun(runId, { reconcile: summary, updatedAt: summary.at }, event);
  return summary;
}

/** What a migration planned, with what became of it. */
async function* itemsOfRun({ runId, store, signal }: RunContext): AsyncGenerator<readonly AppliedItem[]> {
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readAppliedItems(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.item.seq;
    yield page;
  }
}

/** What all runs brought the users of the pools to: a run that follows has only those that changed. */
async function* itemsOfBaseline({ runId, store, sources, signal }: RunContext): AsyncGenerator<readonly AppliedItem[]> {
  await store.foldBaseline(runId);
  for (const source of sources.keys()) {
    for (let after: string | undefined; ;) {
      signal?.throwIfAborted();
      const page = await store.readBaseline(runId, source, after, PAGE);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.item.sub;
      yield page.filter(({ outcome }) => outcome?.outcome !== "deleted");
    }
  }
}

async function countBaseline({ runId, store, sources }: RunContext): Promise<number> {
  await store.foldBaseline(runId);
  let users = 0;
  for (const source of sources.keys()) users += await store.countBaseline(runId, source);
  return users;
}

function isInTarget({ outcome }: AppliedItem): boolean {
  return outcome?.outcome === "created" || outcome?.outcome === "updated" || outcome?.outcome === "unchanged";
}

async function compareApplied(
  { item, outcome }: AppliedItem,
  matches: readonly ProjectUser[],
  readDirectly: (loginId: string) => Promise<ProjectUser | undefined>,
): Promise<UserComparison> {
  const { planned } = item;
  if (planned === undefined) return { fields: 0, differences: [] };
  const isOurs = (user: ProjectUser): boolean =>
    user.customAttributes[OWN_ATTRIBUTES.sub] === keySubOf(item) || user.userId === outcome?.userId;
  const exact = outcome?.outcome === "created" || item.ours === true;
  const doubles = matches.filter((user) => user.customAttributes[OWN_ATTRIBUTES.sub] === keySubOf(item));
  if (doubles.length > 1) {
    return { fields: 1, differences: [{ field: "user", expected: "once", actual: `${doubles.length} times` }] };
  }
  if (item.gone === true && doubles.length === 0) {
    // Nobody is owed anything: the account was deleted, or another user of the pool is proven to be the same person.
    return { fields: 0, differences: [] };
  }
  const scanned = matches.find(isOurs);
  if (scanned !== undefined) {
    const comparison = compareUser(planned, scanned, exact);
    if (comparison.differences.length === 0) return comparison;
  }
  const direct = await readDirectly(planned.loginId);
  const actual = direct !== undefined && isOurs(direct) ? direct : scanned;
  if (actual !== undefined) return compareUser(planned, actual, exact);
  return { fields: 1, differences: [{ field: "user", expected: "present", actual: "absent" }] };
}

function compareDefinitions(
  definitions: PlanDefinitions,
  project: ProjectSnapshot,
): { readonly fields: number; readonly discrepancies: readonly Discrepancy[] } {
  const discrepancies: Discrepancy[] = [];
  let fields = 0;
  const expect = (field: string, expected: unknown, actual: unknown): void => {
    fields += 1;
    if (expected !== actual) discrepancies.push(discrepancy({ field, expected, actual }));
  };
  const attributes = new Map(project.attributes.map(({ name, type }) => [name, type]));
  for (const { name, type } of [...definitions.attributes.create, ...definitions.attributes.unchanged]) {
    expect(`attribute ${name}`, type, attributes.get(name) ?? "absent");
  }
  const roles = new Map(project.roles.map((role) => [roleKey(role), role]));
  for (const role of definitions.roles.create) {
    expect(`role ${roleLabel(role)}`, role.description, roles.get(roleKey(role))?.description ?? "absent");
  }
  for (const role of definitions.roles.unchanged) expect(`role ${roleLabel(role)}`, true, roles.has(roleKey(role)));
  const tenants = new Set(project.tenants.map(({ id }) => id));
  for (const { id } of [...definitions.tenants.create, ...definitions.tenants.unchanged]) {
    expect(`tenant ${id}`, true, tenants.has(id));
  }
  return { fields, discrepancies };
}

function discrepancy(
  { field, expected, actual }: { readonly field: string; readonly expected: unknown; readonly actual: unknown },
  user: { readonly seq?: number; readonly sub?: string } = {},
): Discrepancy {
  return {
    ...user,
    field,
    expected: JSON.stringify(expected) ?? "null",
    actual: JSON.stringify(actual) ?? "null",
  };
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
