import { type DefinitionPlan, roleLabel } from "@cognito-to-descope/core";
import type { LeftUsers } from "../left-users.ts";
import type { PlanDuration } from "../plan-duration.ts";
import type { PlannedRun } from "../plan-now.ts";
import type { KeptDefinition } from "../rollback-result.ts";
import type { Output } from "./output.ts";
import { printFindings } from "./print-findings.ts";
import { atLeast, countOf, formatCount, printable, printableName } from "./printable.ts";

/** How many users that are left are named; all with `-v`. */
const SHOWN_USERS = 10;

/** Prints what a rollback would do, for a person. */
export function printRollbackPlan(run: PlannedRun, duration: PlanDuration, output: Output): void {
  const { counts, definitions, findings, hash } = run.plan;
  output.line(output.style("bold", `plan of rollback ${run.id}`));
  output.line(`  takes back run ${run.rollsBack ?? ""} in project ${run.projectId}`);
  output.line();
  output.line(`  ${countOf(counts.read, "user")} that the run wrote`);
  const operations: readonly (readonly [number, string])[] = [
    [counts.delete, "to delete: the run created them"],
    [counts.patch, "to restore: the run changed them"],
    ...(counts.create > 0 ? [[counts.create, "to create again: the run deleted them"] as const] : []),
    [counts.none, "gone or restored already"],
    [counts.skip, "left as they are: somebody changed them since"],
  ];
  for (const [count, meaning] of operations) output.line(`  ${formatCount(count).padStart(9)}  ${meaning}`);
  output.line();
  output.line(`  roles       ${describe(definitions.roles, roleLabel)}`);
  output.line(`  tenants     ${describe(definitions.tenants, ({ id }) => id)}`);
  output.line(`  attributes  ${describe(definitions.attributes, ({ name }) => name)}`);
  printFindings(findings, output);
  output.line();
  if (counts.create + counts.patch + counts.delete > 0) {
    output.line(`  at the quotas ${atLeast(duration.seconds)} (${duration.quota})`);
  }
  output.line(`  hash ${hash}`);
}

function describe<T>({ remove = [], unchanged }: DefinitionPlan<T>, name: (one: T) => string): string {
  const shown = remove.slice(0, 8).map((one) => printableName(name(one)));
  const more = remove.length > shown.length ? `, and ${formatCount(remove.length - shown.length)} more` : "";
  const list = shown.length === 0 ? "" : `: ${shown.join(", ")}${more}`;
  return `${formatCount(remove.length)} to remove, ${formatCount(unchanged.length)} that stay${list}`;
}

const REASONS: Readonly<Record<string, string>> = {
  used: "somebody has come to use it since the plan was made",
  changed: "somebody changed it since the plan was made",
  refused: "the project refuses to remove it",
};

/** Prints the users that stay as they are, by `sub`, and the definitions that were left after all. */
export function printLeft(left: LeftUsers, kept: readonly KeptDefinition[], output: Output): void {
  if (left.total > 0) {
    output.line();
    output.line(output.style("yellow", `  ${countOf(left.total, "user")} left as they are`));
    for (const { sub, reason } of left.listed.slice(0, SHOWN_USERS)) {
      output.line(`             ${printable(sub)}  ${reason}`);
    }
    if (left.total > SHOWN_USERS) {
      output.line(`             and ${formatCount(left.total - SHOWN_USERS)} more: -v lists all`);
    }
  }
  for (const { definition, why } of kept) {
    output.line(output.style("yellow", `  ${printableName(definition)} stays: ${REASONS[why] ?? why}`));
  }
}
