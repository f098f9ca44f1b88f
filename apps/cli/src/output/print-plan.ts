import { type DefinitionPlan, type PlanItem, roleLabel, type StateStore } from "@cognito-to-descope/core";
import type { PlanDuration } from "../plan-duration.ts";
import type { PlannedRun } from "../plan-now.ts";
import type { Output } from "./output.ts";
import { plannedSources } from "../report/plan-report.ts";
import { printFindings } from "./print-findings.ts";
import { printPlannedSources } from "./print-sources.ts";
import { atLeast, countOf, formatCount, namePools, printable, printableName } from "./printable.ts";

const PAGE = 500;

/** Prints what a plan would do, for a person. */
export function printPlan(run: PlannedRun, duration: PlanDuration, output: Output): void {
  const { plan } = run;
  const { counts, definitions } = plan;
  output.line(output.style("bold", `plan of run ${run.id}`));
  output.line(`  from ${namePools(run.userPoolIds)} to project ${run.projectId}`);
  output.line();
  const { sync } = plan;
  output.line(`  ${countOf(sync?.read ?? counts.read, "user")} read`);
  if (sync !== undefined) {
    output.line(
      `  since the last run ${formatCount(sync.changed)} new or changed, ${formatCount(sync.gone)} gone; looked at, with whoever shares a login ID:`,
    );
  }
  const operations: readonly (readonly [number, string])[] = [
    [counts.create, "to create"],
    [counts.patch, "to patch: the project has them, and something is missing"],
    ...(counts.delete > 0 ? [[counts.delete, "to delete"] as const] : []),
    [counts.none, "unchanged: the project has them as they should be"],
    [counts.skip, "left out"],
    ...(counts.delete > 0 ? [[counts.delete, "to delete"] as const] : []),
  ];
  for (const [count, meaning] of operations) output.line(`  ${formatCount(count).padStart(9)}  ${meaning}`);
  printPlannedSources(plannedSources(run), output);
  output.line();
  output.line(`  roles       ${describe(definitions.roles, roleLabel)}`);
  output.line(`  tenants     ${describe(definitions.tenants, ({ id }) => id)}`);
  output.line(`  attributes  ${describe(definitions.attributes, ({ name, type }) => `${name} (${type})`)}`);
  printFindings(plan.findings, output);
  output.line();
  if (counts.create + counts.patch + counts.delete > 0) {
    output.line(`  at the quotas ${atLeast(duration.seconds)} (${duration.quota})`);
  }
  output.line(`  hash ${plan.hash}`);
}

function describe<T>({ create, unchanged }: DefinitionPlan<T>, name: (one: T) => string): string {
  const shown = create.slice(0, 8).map((one) => printableName(name(one)));
  const more = create.length > shown.length ? `, and ${create.length - shown.length} more` : "";
  const list = shown.length === 0 ? "" : `: ${shown.join(", ")}${more}`;
  return `${formatCount(create.length)} to create, ${formatCount(unchanged.length)} there already${list}`;
}

/** Lists every user of a plan with its operation and reason. Reads page by page. */
export async function listPlanItems(store: StateStore, runId: string, output: Output): Promise<void> {
  for await (const item of planItems(store, runId)) {
    const loginId = printable(item.planned?.loginId ?? item.existing?.loginIds[0] ?? "-");
    const merged = item.mergedInto === undefined ? "" : ` (${printable(item.mergedInto)})`;
    output.line(
      `${item.operation.padEnd(6)}  ${printable(item.sub)}  ${item.kind}  ${loginId}  ${item.reason}${merged}`,
    );
  }
}

async function* planItems(store: StateStore, runId: string): AsyncGenerator<PlanItem> {
  for (let after = 0; ;) {
    const page = await store.readPlanItems(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield* page;
    after = last.seq;
  }
}
