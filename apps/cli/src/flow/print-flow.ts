import type { FlowDifference, FlowFinding, FlowNeeds, FlowValueDifference } from "@cognito-to-descope/core";
import type { Output } from "../output/output.ts";
import { printable } from "../output/printable.ts";

const STYLES = { blocker: "red", warning: "yellow", note: "dim" } as const;

/** Prints what the linter found. */
export function printFlowFindings(findings: readonly FlowFinding[], output: Output): void {
  for (const { rule, severity, message, task, subject } of findings) {
    const where = task === undefined ? "" : ` task ${printable(task)}`;
    const what = subject === undefined || subject === "" ? "" : `: ${printable(subject)}`;
    output.line(`${output.style(STYLES[severity], severity.padEnd(7))} ${rule}${where}${what}`);
    output.line(`        ${output.style("dim", message)}`);
  }
}

/** Prints how two flows differ. */
export function printFlowDifferences(differences: readonly FlowDifference[], output: Output): void {
  for (const { kind, where, from, to, values } of differences) {
    const ids = [from, to].filter((id) => id !== undefined);
    const task = ids.length === 0 ? "" : ` (task ${[...new Set(ids)].map(printable).join(" → ")})`;
    const sign = kind === "added" ? "+" : kind === "removed" ? "-" : "~";
    const style = kind === "added" ? "green" : kind === "removed" ? "red" : "yellow";
    output.line(output.style(style, `${sign} ${printable(where)}${task}`));
    for (const value of values) printValue(value, output);
  }
}

function printValue({ path, before, after }: FlowValueDifference, output: Output): void {
  if (before !== undefined) output.line(output.style("red", `    - ${printable(path)}: ${shown(before)}`));
  if (after !== undefined) output.line(output.style("green", `    + ${printable(path)}: ${shown(after)}`));
}

function shown(value: unknown): string {
  const text = printable(JSON.stringify(value));
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

/** Says what a flow asks of the project. */
export function printFlowNeeds(needs: FlowNeeds, output: Output): void {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["methods", needs.methods],
    ["connectors", needs.connectors],
    ["OAuth providers", needs.oauthProviders],
    ["custom attributes", needs.customAttributes],
    ["roles", needs.roles],
    ["flows", needs.flows],
  ];
  for (const [what, names] of rows)
    if (names.length > 0) output.note(`it needs ${what}: ${names.map(printable).join(", ")}`);
}
