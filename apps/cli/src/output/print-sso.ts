import {
  type ConnectionFinding,
  type ReadConnections,
  type SsoCheck,
  type SsoOutcome,
  type SsoPlan,
  type SsoPlanItem,
  type SsoRollbackStep,
  type VerifiedConnection,
} from "@cognito-to-descope/core";
import { findingAdvice } from "../report/finding-advice.ts";
import type { Output } from "./output.ts";
import { printFindings } from "./print-findings.ts";
import { countOf, printable, printableName } from "./printable.ts";

/** Prints each connection with its class, and who must do what. */
export function printSsoAssessment(plan: SsoPlan, { pools }: ReadConnections, output: Output): void {
  for (const { userPoolId, customDomain, prefixHost } of pools) {
    const domain =
      customDomain === undefined
        ? (prefixHost ?? "no domain")
        : `${customDomain.host} → ${customDomain.cloudFrontDistribution || "a distribution that Cognito did not name"}`;
    output.line(output.style("bold", `connections of pool ${userPoolId}: ${printable(domain)}`));
  }
  if (plan.items.length === 0) output.line("  there is none");
  for (const { connection, label, classification } of plan.items) {
    output.line();
    output.line(
      `  ${output.style("bold", connection.class)}  ${printableName(label)} (${connection.protocol}, risk ${classification.risk})${connection.tenantId === "" ? "" : ` → tenant ${printable(connection.tenantId)}`}`,
    );
    for (const reason of classification.reasons) output.line(`     ${reason}`);
    for (const { who, what } of classification.actions) output.line(`     ${output.style("cyan", who)}: ${what}`);
  }
  printFindings(plan.findings, output);
}

const OPERATIONS: Readonly<Record<SsoPlanItem["operation"], string>> = {
  create: "to create",
  update: "to change",
  none: "unchanged",
  blocked: "left out, see the findings",
};

/** Prints what a plan would write. Values are settings, none of them a secret. */
export function printSsoPlan(plan: SsoPlan, output: Output): void {
  output.line(output.style("bold", `plan of ${countOf(plan.items.length, "connection")}`));
  for (const { connection, label, operation, newTenant, domains, differences, settings, sendsSecret } of plan.items) {
    const place =
      settings?.protocol === "social"
        ? `OAuth provider ${settings.providerId}`
        : connection.tenantId === ""
          ? "no tenant"
          : `tenant ${printable(connection.tenantId)}${newTenant === undefined ? "" : " (new)"}${connection.ssoId === "" ? "" : `, configuration ${connection.ssoId}`}`;
    output.line();
    output.line(
      `  ${output.style("bold", printableName(label))}: ${OPERATIONS[operation]}, class ${connection.class}, ${place}`,
    );
    for (const { field, found, wanted } of differences) {
      if (found !== "") output.line(output.style("red", `    - ${field}: ${shown(found)}`));
      if (wanted !== "") output.line(output.style("green", `    + ${field}: ${shown(wanted)}`));
    }
    if (operation !== "blocked" && domains.length > 0) output.line(`    domains: ${domains.map(printable).join(", ")}`);
    if (sendsSecret && operation !== "none") output.line("    with the client's secret, as Cognito has it");
  }
  if (plan.attributes.length > 0) {
    output.line();
    output.line(`  attributes to create: ${plan.attributes.map(({ name }) => printable(name)).join(", ")}`);
  }
  printFindings(plan.findings, output);
}

const LONGEST_VALUE = 120;

/** Certificates and lists are long, and nobody compares them by eye. */
function shown(value: string): string {
  const text = printable(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

/** Prints what became of one connection. */
export function printSsoOutcome({ label, outcome, findings }: SsoOutcome, output: Output): void {
  const style = outcome === "failed" ? "red" : findings.length > 0 || outcome === "skipped" ? "yellow" : "green";
  output.line(`  ${output.style(style, outcome.padEnd(9))}  ${printableName(label)}`);
  printOwnFindings(findings, output);
}

/** Prints what a rollback did, or would do. */
export function printSsoRollback({ name, action, removesTenant, findings }: SsoRollbackStep, output: Output): void {
  output.line(`  ${action.padEnd(9)}  ${printableName(name)}${removesTenant ? ", with its tenant" : ""}`);
  printOwnFindings(findings, output);
}

function printOwnFindings(findings: readonly ConnectionFinding[], output: Output): void {
  const indent = " ".repeat(13);
  for (const { rule, detail } of findings) {
    output.line(`${indent}${rule}${detail === undefined ? "" : `: ${printable(detail)}`}`);
    output.line(`${indent}${output.style("dim", findingAdvice(rule))}`);
    output.line(`${indent}${output.style("dim", `docs/findings/${rule}.md`)}`);
  }
}

const RESULTS: Readonly<Record<SsoCheck["result"], readonly ["green" | "red" | "yellow", string]>> = {
  pass: ["green", "ok     "],
  fail: ["red", "failed "],
  pending: ["yellow", "pending"],
};

/** Prints the tests of one connection. */
export function printVerified({ label, tenantId, checks, isReady }: VerifiedConnection, output: Output): void {
  output.line(
    `${output.style("bold", printableName(label))}${tenantId === "" ? "" : ` → tenant ${printable(tenantId)}`}${isReady ? output.style("green", "  ready") : ""}`,
  );
  for (const { check, result, detail } of checks) {
    const [style, word] = RESULTS[result];
    output.line(`  ${output.style(style, word)}  ${check.padEnd(12)}  ${printable(detail)}`);
  }
}
