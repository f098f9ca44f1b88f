import { handOverEntries, planDocument } from "../apps/application-documents.ts";
import { openApplications, planAllApplications } from "../apps/open-applications.ts";
import { type SheetOptions, writeSheet } from "../apps/sheet.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printApplicationPlan } from "../output/print-applications.ts";
import { prepareConfig } from "../prepare.ts";

/** Says what would be made of every app client. Writes nothing to the project. */
export const appsPlan: Command<SheetOptions> = async (invocation) => {
  const config = await prepareConfig(invocation, { source: true, target: true });
  const opened = openApplications(config);
  const { plan } = await planAllApplications(invocation, config, opened);
  printApplicationPlan(plan, invocation.output);
  await writeSheet(invocation, opened, handOverEntries(plan, []));
  invocation.output.document(planDocument(plan));
  return EXIT_CODES.done;
};
