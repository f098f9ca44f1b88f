import { type ApplicationOutcome, applyApplications } from "@cognito-to-descope/core";
import { handOverEntries, outcomeDocument, planDocument } from "../apps/application-documents.ts";
import { openLockedApplications, planAllApplications } from "../apps/open-applications.ts";
import { type SheetOptions, writeSheet } from "../apps/sheet.ts";
import { confirm } from "../confirm.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printApplicationOutcome, printApplicationPlan } from "../output/print-applications.ts";
import { printFindings } from "../output/print-findings.ts";
import { countOf } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";

interface ApplyOptions extends SheetOptions {
  readonly dryRun?: boolean;
}

/** Makes the inbound applications of app clients and reads each back. A second apply writes nothing. */
export const appsApply: Command<ApplyOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  await using opened = await openLockedApplications(config);
  const { apps, files } = opened;
  const { plan } = await planAllApplications(invocation, config, opened);
  printApplicationPlan(plan, output);
  if (options.dryRun === true) {
    output.line();
    output.line("dry run: nothing was written to the project");
    await writeSheet(invocation, opened, handOverEntries(plan, []));
    output.document({ dryRun: true, ...planDocument(plan) });
    return EXIT_CODES.done;
  }
  const writes = plan.items.filter(({ operation }) => operation === "create" || operation === "update").length;
  if (writes > 0) await confirm(invocation, `Write ${countOf(writes, "inbound application")} to ${apps.projectId}?`);
  output.line();
  let newCredentials = 0;
  const { outcomes, findings } = await applyApplications({
    plan,
    apps,
    ledger: files.ledger,
    async keepCredentials({ userPoolId, clientId: formerClientId }, { clientId }, clientSecret) {
      await files.keepCredentials({ userPoolId, formerClientId, clientId, clientSecret });
      newCredentials += 1;
    },
    signal: host.signal,
    onOutcome: (outcome) => printApplicationOutcome(outcome, output),
  });
  printFindings(findings, output);
  if (newCredentials > 0) {
    output.line();
    output.line(`credentials that the project made are in ${files.credentialsPath}: hand them to their owners`);
  }
  await writeSheet(invocation, opened, handOverEntries(plan, outcomes));
  output.document({
    dryRun: false,
    applications: countOutcomes(outcomes),
    outcomes: outcomeDocument(outcomes),
    findings: [...plan.findings, ...findings],
    credentialsFile: newCredentials > 0 ? files.credentialsPath : null,
  });
  const isWhole = outcomes.every(({ outcome, differences }) => outcome !== "failed" && differences.length === 0);
  return isWhole ? EXIT_CODES.done : EXIT_CODES.incomplete;
};

function countOutcomes(outcomes: readonly ApplicationOutcome[]): Readonly<Record<string, number>> {
  const names = ["created", "updated", "unchanged", "skipped", "failed"] as const;
  return Object.fromEntries(names.map((name) => [name, outcomes.filter(({ outcome }) => outcome === name).length]));
}
