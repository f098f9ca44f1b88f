import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printSsoPlan } from "../output/print-sso.ts";
import { prepareConfig } from "../prepare.ts";
import { buildSsoReport } from "../report/index.ts";
import { openSsoSession, readingOf } from "../sso/open-sso.ts";
import { planConnections } from "../sso/plan-connections.ts";
import { packageVersion } from "../version.ts";

/** Says what would be written for every connection, and keeps that for the next apply. */
export const ssoPlan: Command = async (invocation) => {
  const { output } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  await using session = await openSsoSession(config);
  const { store, target } = session;
  using planned = await planConnections(readingOf(invocation), config, session);
  const { plan, pools } = planned;
  await store.putSsoPlan(target.projectId, plan);
  printSsoPlan(plan, output);
  if (!config.sso.isWritten) {
    output.note("note: the import does not give users these tenants: add `sso: {}` to the config");
  }
  output.document(
    buildSsoReport("sso-plan", plan, pools.read, { toolVersion: packageVersion(), createdAt: plan.createdAt }),
  );
  return EXIT_CODES.done;
};
