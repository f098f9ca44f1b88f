import { verifyApplications } from "@cognito-to-descope/core";
import { openApplications, readAllApplications } from "../apps/open-applications.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { createHttpProbe } from "../oidc/http-probe.ts";
import { printVerifiedApplication } from "../output/print-applications.ts";
import { prepareConfig } from "../prepare.ts";

/** Tries every application that was applied, as its client would. Nobody is signed in. */
export const appsVerify: Command = async (invocation) => {
  const { host, output } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  const { apps, files } = openApplications(config);
  const pools = await readAllApplications(invocation, config);
  const applications = await verifyApplications({
    apps,
    ledger: files.ledger,
    probe: createHttpProbe(),
    clients: pools.flatMap(({ clients }) => clients),
    signal: host.signal,
    onVerified: (application) => printVerifiedApplication(application, output),
  });
  if (applications.length === 0) output.line("nothing was applied yet: run c2d apps apply");
  const failed = applications.filter(({ checks }) => checks.some(({ ok }) => !ok)).length;
  output.document({ verified: applications.length, failed, applications });
  return failed === 0 ? EXIT_CODES.done : EXIT_CODES.incomplete;
};
