import type {
  AppClientClass,
  ApplicationOutcome,
  ApplicationPlan,
  ApplicationPlanItem,
  ApplicationRollbackStep,
  VerifiedApplication,
} from "@cognito-to-descope/core";
import { printDifferences } from "../oidc/print-setup.ts";
import type { Output } from "./output.ts";
import { printFindings } from "./print-findings.ts";
import { countOf, printable, printableName } from "./printable.ts";

const CLASSES: Readonly<Record<AppClientClass, string>> = {
  web: "sends users to a sign-in page",
  machine: "asks for tokens of its own",
  api: "signs users in with code of its own",
  unused: "allows no way to sign in",
  c2d: "made by this product",
};

const OPERATIONS: Readonly<Record<ApplicationPlanItem["operation"], string>> = {
  create: "to create",
  update: "to change",
  unchanged: "unchanged",
  skip: "nothing is made",
};

/** Prints each app client with what it is and what it becomes. */
export function printAppClients({ items, findings }: ApplicationPlan, output: Output): void {
  output.line(output.style("bold", countOf(items.length, "app client")));
  for (const { client, class: kind, aim, reason, operation } of items) {
    output.line();
    output.line(`  ${output.style("bold", printableName(client.name))} (${client.clientId}): ${CLASSES[kind]}`);
    output.line(
      operation === "skip"
        ? `    ${aim === "flows" ? "a flow" : "nothing"}: ${reason}`
        : `    an inbound application${client.secret === undefined ? "" : ", with its secret"}`,
    );
  }
  printFindings(findings, output);
}

/** Prints what would be written. Values are settings, none of them a secret. */
export function printApplicationPlan({ items, findings }: ApplicationPlan, output: Output): void {
  output.line(output.style("bold", `plan of ${countOf(items.length, "app client")}`));
  for (const { client, operation, reason, wanted, differences } of items) {
    output.line();
    const what = operation === "skip" ? `${OPERATIONS.skip}: ${reason}` : OPERATIONS[operation];
    output.line(`  ${output.style("bold", printableName(client.name))} (${client.clientId}): ${what}`);
    if (operation === "update") printDifferences(differences, output);
    if (operation !== "create" || wanted === undefined) continue;
    const scopes = [...wanted.attributesScopes, ...wanted.permissionsScopes].map(({ name }) => name);
    output.line(
      `    ${wanted.nonConfidentialClient ? "without a secret" : "with the client's own ID and secret, as Cognito has them"}`,
    );
    if (wanted.approvedCallbackUrls.length > 0)
      output.line(`    call-back addresses: ${wanted.approvedCallbackUrls.map(printable).join(", ")}`);
    if (scopes.length > 0) output.line(`    scopes: ${scopes.map(printable).join(", ")}`);
  }
  printFindings(findings, output);
}

const OUTCOME_STYLES: Readonly<Record<ApplicationOutcome["outcome"], "green" | "red" | "dim">> = {
  created: "green",
  updated: "green",
  unchanged: "dim",
  skipped: "dim",
  failed: "red",
};

/** Prints what happened to one app client. */
export function printApplicationOutcome(
  { client, outcome, reason, app, differences }: ApplicationOutcome,
  output: Output,
): void {
  const place = app === undefined ? "" : `, application ${app.id}`;
  const why = reason === undefined ? "" : `: ${printable(reason)}`;
  output.line(`${output.style(OUTCOME_STYLES[outcome], outcome)}  ${printableName(client.name)}${place}${why}`);
  if (differences.length > 0) {
    output.line("  reads back otherwise:");
    printDifferences(differences, output);
  }
}

/** Prints what was found of one application. */
export function printVerifiedApplication({ name, clientId, checks }: VerifiedApplication, output: Output): void {
  output.line(`${output.style("bold", printableName(name))} (${clientId})`);
  for (const { check, ok, detail, suggestion } of checks) {
    output.line(
      `  ${ok ? output.style("green", "ok  ") : output.style("red", "fail")}  ${check}: ${printable(detail)}`,
    );
    if (suggestion !== undefined) output.line(`        ${printable(suggestion)}`);
  }
}

const ACTIONS: Readonly<Record<ApplicationRollbackStep["action"], string>> = {
  delete: "delete",
  restore: "restore",
  keep: "kept: it was changed since it was applied",
  gone: "nothing to take back",
};

/** Prints what a rollback did, or would do. */
export function printApplicationRollback({ name, clientId, action }: ApplicationRollbackStep, output: Output): void {
  output.line(`${printableName(name)} (${clientId}): ${ACTIONS[action]}`);
}
