import { applySso, type SsoOutcome, type SsoPlan } from "@cognito-to-descope/core";
import { confirm } from "../confirm.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printSsoOutcome, printSsoPlan } from "../output/print-sso.ts";
import { countOf } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";
import { recordSsoChange } from "../record/record-sso.ts";
import { openSsoSession, readingOf } from "../sso/open-sso.ts";
import { planConnections } from "../sso/plan-connections.ts";
import { systemClock, systemDigest } from "../system.ts";

/**
 * Writes the settings of every connection and reads them back. Acts on the plan of `c2d sso plan` where there is one: what
 * changed since is left, and named.
 */
export const ssoApply: Command<{ readonly dryRun?: boolean }> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  await using session = await openSsoSession(config);
  const { store, target, project } = session;
  const { projectId } = target;
  using planned = await planConnections(readingOf(invocation), config, session);
  const { plan: fresh, pools } = planned;
  const plan = (await store.readSsoPlan(projectId)) ?? fresh;
  printSsoPlan(plan, output);
  if (options.dryRun === true) {
    output.line("dry run: nothing was written to the project");
    output.document(ssoResult(plan, [], true));
    return EXIT_CODES.done;
  }
  const writes = plan.items.filter(({ operation }) => operation === "create" || operation === "update").length;
  if (writes > 0) await confirm(invocation, `Write ${countOf(writes, "connection")} to ${projectId}?`);
  output.line();
  const outcomes = await applySso({
    plan,
    fresh,
    connections: pools.read.connections,
    target,
    definitions: project,
    ledger: store,
    clock: systemClock,
    digest: systemDigest,
    upstreamSecret: async (userPoolId) => {
      const { upstreamClients } = config.sso.options;
      const clientId = upstreamClients[userPoolId] ?? upstreamClients["*"] ?? "";
      const opened = pools.opened.sources.find(({ source }) => source.userPoolId === userPoolId);
      return opened?.source.readClientSecret(clientId, { signal: host.signal });
    },
    signal: host.signal,
    onOutcome: (outcome) => printSsoOutcome(outcome, output),
  });
  for (const { label, tenantId, outcome } of outcomes) {
    if (outcome === "unchanged" || outcome === "skipped") continue;
    await recordSsoChange(store, projectId, { action: "apply", connection: label, tenantId, outcome });
  }
  await store.putSsoPlan(projectId, undefined);
  output.document(ssoResult(plan, outcomes, false));
  const isWhole = outcomes.every(
    ({ outcome, findings }) => outcome !== "failed" && outcome !== "skipped" && findings.length === 0,
  );
  return isWhole ? EXIT_CODES.done : EXIT_CODES.incomplete;
};

function ssoResult(plan: SsoPlan, outcomes: readonly SsoOutcome[], dryRun: boolean): object {
  const count = (wanted: SsoOutcome["outcome"]): number => outcomes.filter(({ outcome }) => outcome === wanted).length;
  return {
    planHash: plan.hash,
    dryRun,
    connections: {
      planned: plan.items.length,
      created: count("created"),
      updated: count("updated"),
      unchanged: count("unchanged"),
      skipped: count("skipped"),
      failed: count("failed"),
    },
    outcomes,
    findings: plan.findings,
  };
}
