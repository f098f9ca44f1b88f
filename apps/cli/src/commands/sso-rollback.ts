import { connectionKey, rollbackSso } from "@cognito-to-descope/core";
import { canAsk, confirm } from "../confirm.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printSsoRollback } from "../output/print-sso.ts";
import { countOf } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";
import { openSsoSession, selectByName } from "../sso/open-sso.ts";
import { systemClock } from "../system.ts";

/** Takes back what `c2d sso apply` wrote: all of it, or the connections that are named. */
export const ssoRollback: Command<{ readonly dryRun?: boolean }> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const dryRun = options.dryRun === true;
  if (!dryRun && options.yes !== true && !canAsk(invocation)) {
    throw usageError("rollback takes SSO settings away, and nobody is there to be asked", "add --yes, or --dry-run");
  }
  const config = await prepareConfig(invocation, { source: false, target: true });
  await using session = await openSsoSession(config);
  const { store, target, project } = session;
  const records = (await store.readSsoRecords(target.projectId)).filter(({ state }) => state !== "rolled-back");
  const selected = selectByName(records, operands);
  const wanted = new Set(selected.map(connectionKey));
  if (!dryRun && wanted.size > 0) {
    await confirm(invocation, `Take ${countOf(wanted.size, "connection")} back in ${target.projectId}?`);
  }
  const steps = await rollbackSso({
    target,
    definitions: project,
    ledger: store,
    clock: systemClock,
    selects: (record) => wanted.has(connectionKey(record)),
    dryRun,
    signal: host.signal,
    onStep: (step) => printSsoRollback(step, output),
  });
  if (steps.length === 0) output.line("there is nothing to take back");
  if (dryRun) output.line("dry run: nothing was written to the project");
  output.document({ dryRun, steps });
  return steps.some(({ action }) => action === "keep") ? EXIT_CODES.incomplete : EXIT_CODES.done;
};
