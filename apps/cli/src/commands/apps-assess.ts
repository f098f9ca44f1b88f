import { planApplications } from "@cognito-to-descope/core";
import { planDocument } from "../apps/application-documents.ts";
import { readAllApplications } from "../apps/open-applications.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printAppClients } from "../output/print-applications.ts";
import { prepareConfig } from "../prepare.ts";

/** Reads every app client and says what it is and what it becomes. Needs no project. */
export const appsAssess: Command = async (invocation) => {
  const config = await prepareConfig(invocation, { source: true, target: false });
  const pools = await readAllApplications(invocation, config);
  const plan = planApplications({ pools, present: [], records: [], choices: config.apps });
  printAppClients(plan, invocation.output);
  invocation.output.document(planDocument(plan));
  return EXIT_CODES.done;
};
