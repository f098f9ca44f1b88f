import type { SourceOutcomes } from "@cognito-to-descope/core";
import type { PlannedSource } from "../report/plan-report.ts";
import type { Output } from "./output.ts";
import { formatCount, printable, printableName } from "./printable.ts";

/** How many pools are shown where not all are asked for. */
const SHOWN = 20;

/** One pool with its numbers. */
interface SourceRow {
  readonly userPoolId: string;
  readonly tenant?: string;
  readonly counts: readonly number[];
  /** What has to be looked at first. */
  readonly troubles: number;
}

/** Prints what a plan does to the users of each pool; nothing where there is one pool. */
export function printPlannedSources(sources: readonly PlannedSource[], output: Output): void {
  printSources(
    ["read", "create", "patch", "unchanged", "left out", "merged"],
    sources.map((source) => {
      const { read, create, patch, none, skip, merged } = source;
      return { ...source, counts: [read, create, patch, none, skip, merged], troubles: skip - merged };
    }),
    output,
  );
}

/** Prints what became of the users of each pool; nothing where there is one pool. */
export function printSourceOutcomes(sources: readonly SourceOutcomes[], output: Output): void {
  printSources(
    ["read", "created", "updated", "unchanged", "left out", "merged", "failed"],
    sources.map((source) => {
      const { read, created, updated, unchanged, skipped, merged, failed, pending } = source;
      return {
        ...source,
        counts: [read, created, updated, unchanged, skipped, merged, failed],
        troubles: failed + pending,
      };
    }),
    output,
  );
}

/** Of very many pools those with troubles, then the largest; all with `--verbose`, and all in the reports. */
function printSources(titles: readonly string[], rows: readonly SourceRow[], output: Output): void {
  if (rows.length < 2) return;
  const cut = !output.verbose && rows.length > SHOWN;
  const size = ({ counts }: SourceRow): number => counts[0] ?? 0;
  const shown = cut ? [...rows].sort((a, b) => b.troubles - a.troubles || size(b) - size(a)).slice(0, SHOWN) : rows;
  const totals = titles.map((_title, column) => rows.reduce((sum, { counts }) => sum + (counts[column] ?? 0), 0));
  const names = shown.map(({ userPoolId }) => printable(userPoolId));
  const tenants = shown.map(({ tenant }) => printableName(tenant ?? ""));
  const width = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const nameWidth = width([...names, "pool"]);
  const tenantWidth = tenants.some((tenant) => tenant !== "") ? width([...tenants, "tenant"]) : 0;
  const columns = titles.map((title, column) => Math.max(title.length, formatCount(totals[column] ?? 0).length));
  const line = (name: string, tenant: string, cells: readonly string[]): string =>
    [
      `  ${name.padEnd(nameWidth)}`,
      ...(tenantWidth === 0 ? [] : [tenant.padEnd(tenantWidth)]),
      ...cells.map((cell, column) => cell.padStart(columns[column] ?? 0)),
    ].join("  ");
  output.line();
  output.line(output.style("dim", line("pool", "tenant", titles)));
  for (const [index, { counts }] of shown.entries()) {
    output.line(line(names[index] ?? "", tenants[index] ?? "", counts.map(formatCount)));
  }
  output.line(line("in all", "", totals.map(formatCount)));
  if (cut) output.line(`  and ${rows.length - SHOWN} more pools: -v shows all`);
}
