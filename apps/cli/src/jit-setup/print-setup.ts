import type { JitSetupPlan, SettingDifference, UndoStep } from "@cognito-to-descope/core";
import { printFindings } from "../output/print-findings.ts";
import type { Output } from "../output/output.ts";
import { countOf, printable, printableName } from "../output/printable.ts";

const SHOWN_NAMES = 8;

const VERBS = {
  create: "create",
  update: "change",
  replace: "replace",
  none: "as it should be",
  keep: "left as it is",
} as const;

/** Prints what would be done: each part with its differences, then the findings. */
export function printSetup(plan: JitSetupPlan, output: Output): void {
  for (const { userPoolId, name, operation, clientId, differences } of plan.clients) {
    part(output, "app client", name, operation, `${userPoolId}${clientId === undefined ? "" : ` ${clientId}`}`);
    printDifferences(differences, output);
  }
  const { attributes, roles, tenants } = plan.missing;
  printDefinitions("custom attribute", attributes, output);
  printDefinitions("role", roles, output);
  printDefinitions("tenant", tenants, output);
  const { connector, flow } = plan;
  part(output, "connector", connector.connector.name, connector.operation, connector.connector.id ?? "");
  printDifferences(connector.differences, output);
  part(output, "flow", flow.flowId, flow.operation, flow.name);
  printFindings(plan.findings, output);
  output.line();
}

function part(output: Output, what: string, name: string, operation: keyof typeof VERBS, details: string): void {
  const verb = VERBS[operation];
  const isChange = operation === "create" || operation === "update" || operation === "replace";
  const shown = `${what} "${printable(name)}"${details === "" ? "" : output.style("dim", ` (${printable(details)})`)}`;
  output.line(isChange ? `${verb} the ${shown}` : `${shown}: ${verb}`);
}

/** Definitions in one line, because there can be thousands of them; `--json` has all. */
function printDefinitions(what: string, definitions: readonly { readonly name: string }[], output: Output): void {
  if (definitions.length === 0) return;
  const shown = definitions.slice(0, SHOWN_NAMES).map(({ name }) => printableName(name));
  const more = definitions.length > SHOWN_NAMES ? ", …" : "";
  output.line(`create ${countOf(definitions.length, what)}: ${output.style("dim", `${shown.join(", ")}${more}`)}`);
}

function printDifferences(differences: readonly SettingDifference[], output: Output): void {
  for (const { setting, from, to } of differences) {
    if (from !== undefined) output.line(output.style("red", `  - ${setting}: ${printable(JSON.stringify(from))}`));
    output.line(output.style("green", `  + ${setting}: ${printable(JSON.stringify(to))}`));
  }
}

const REASONS = {
  gone: "it is gone already",
  "changed-since": "somebody changed it since",
  "not-made": "it was there before, and its secrets of then are not known",
  "in-use": "a flow that stays calls it",
  "by-hand": "the project does not let it be deleted over its API: delete it in the console",
} as const;

/** Prints what is taken back, and what is not with the reason. */
export function printUndo(steps: readonly UndoStep[], output: Output): void {
  for (const { subject, operation, name, id, reason } of steps) {
    const what = `${subject.replace("-", " ")} "${printable(name)}" ${output.style("dim", `(${printable(id)})`)}`;
    if (operation === "keep") output.line(`keep the ${what}${reason === undefined ? "" : `: ${REASONS[reason]}`}`);
    else output.line(`${operation} the ${what}`);
  }
}

/** A plan as JSON: without what is sent, which holds secrets. */
export function setupDocument(plan: JitSetupPlan): object {
  const { clients, connector, flow, missing, findings } = plan;
  return {
    clients: clients.map(({ userPoolId, clientId, name, operation, differences, hasSecret }) => ({
      userPoolId,
      clientId: clientId ?? null,
      name,
      operation,
      hasSecret,
      differences,
    })),
    definitions: {
      attributes: missing.attributes.map(({ name }) => name),
      roles: missing.roles.map(({ name }) => name),
      tenants: missing.tenants.map(({ id }) => id),
    },
    connector: {
      id: connector.connector.id ?? null,
      name: connector.connector.name,
      operation: connector.operation,
      differences: connector.differences,
    },
    flow: { id: flow.flowId, name: flow.name, operation: flow.operation },
    findings: findings.map(({ rule, severity, count, message, subjects }) => ({
      rule,
      severity,
      count,
      message,
      subjects,
    })),
  };
}
