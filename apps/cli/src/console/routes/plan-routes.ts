import { OpenAPIHono } from "@hono/zod-openapi";
import { type DefinitionPlan, type FindingRule, roleLabel, type StateStore } from "@cognito-to-descope/core";
import { type Plan, type PlanFinding, type PlannedDefinitions, readPlan } from "@cognito-to-descope/console/contract";
import { FINDING_ADVICE } from "../../report/finding-advice.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { findPlannedRun, itemsOf, noStore, type PlannedRun } from "../find-planned-run.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";

/** Names that are listed of each kind of definition. */
const MOST_NAMES = 200;

/** What runs plan. */
export function planSubject({ store }: Pick<ConsoleServices, "store">): ConsoleSubject {
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(readPlan, async (c) => {
    const { run } = c.req.valid("param");
    const plan = await store.read(async (opened) => describePlan(opened, await findPlannedRun(opened, run)));
    if (plan === undefined) throw noStore();
    return c.json(plan, 200);
  });
  return { routes };
}

async function describePlan(store: StateStore, run: PlannedRun): Promise<Plan> {
  const { plan } = run;
  const pools = await store.readPools(run.id);
  const state = await store.readSearchIndex(run.id);
  return {
    run: run.id,
    runKind: run.kind,
    runState: run.state,
    startedAt: new Date(run.startedAt).toISOString(),
    projectId: run.projectId,
    hash: plan.hash,
    counts: plan.counts,
    pools: run.userPoolIds.map((userPoolId, index) => {
      const { tenant, merged = 0, ...counts } = plan.bySource?.[index] ?? {};
      const isCounted = plan.bySource?.[index] !== undefined;
      return {
        userPoolId,
        name: pools[index]?.name ?? null,
        tenant: tenant ?? null,
        counts: isCounted ? (counts as Plan["counts"]) : null,
        merged,
      };
    }),
    findings: plan.findings.map(({ rule, severity, count, message, subjects }): PlanFinding => ({
      rule,
      severity,
      count,
      message,
      advice: FINDING_ADVICE[rule] ?? "",
      subjects,
      ofUsers: isOfUsers(rule),
    })),
    definitions: {
      roles: describeDefinitions(plan.definitions.roles, roleLabel),
      tenants: describeDefinitions(plan.definitions.tenants, ({ id, name }) => (id === name ? id : `${id} (${name})`)),
      attributes: describeDefinitions(plan.definitions.attributes, ({ name, type }) => `${name} (${type})`),
    },
    outcomes: await store.countOutcomes(run.id),
    failures: await store.countFailures(run.id),
    index: { items: state.items, of: itemsOf(run), complete: state.complete },
  };
}

const ABOUT_USERS = new Set<string>([
  "login-id-shared",
  "login-id-taken",
  "merged-values-differ",
  "email-invalid",
  "email-unverified",
  "phone-invalid",
  "attribute-value-invalid",
  "identities-invalid",
  "rollback-user-changed",
  "rollback-user-recreated",
  "rollback-image-missing",
]);

/** Whether a rule is about single users, who can be searched by it. Others are about attributes, groups, pools or connections. */
function isOfUsers(rule: FindingRule): boolean {
  return rule.startsWith("user-") || ABOUT_USERS.has(rule);
}

function describeDefinitions<T>(
  { create, unchanged, remove = [] }: DefinitionPlan<T>,
  name: (one: T) => string,
): PlannedDefinitions {
  return {
    create: create.slice(0, MOST_NAMES).map(name),
    createCount: create.length,
    unchangedCount: unchanged.length,
    removeCount: remove.length,
  };
}
