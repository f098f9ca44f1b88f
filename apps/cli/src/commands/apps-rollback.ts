import { rollbackApplications } from "@cognito-to-descope/core";
import { openLockedApplications } from "../apps/open-applications.ts";
import { canAsk, confirm } from "../confirm.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printApplicationRollback } from "../output/print-applications.ts";
import { prepareConfig } from "../prepare.ts";

/** Deletes the applications that apply made, and restores those that it changed, unless somebody changed them since. */
export const appsRollback: Command<{ readonly dryRun?: boolean }> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const dryRun = options.dryRun === true;
  if (!dryRun && options.yes !== true && !canAsk(invocation)) {
    throw usageError("rollback takes OAuth clients away, and nobody is there to be asked", "add --yes, or --dry-run");
  }
  const config = await prepareConfig(invocation, { source: false, target: true });
  await using opened = await openLockedApplications(config);
  const { apps, files } = opened;
  const known = files.ledger.read();
  const unknown = operands.find((wanted) => !known.some(({ clientId }) => clientId === wanted));
  if (unknown !== undefined)
    throw usageError(`nothing was applied for an app client ${unknown}`, "c2d apps plan lists them");
  if (!dryRun && known.length > 0) await confirm(invocation, `Take inbound applications back in ${apps.projectId}?`);
  const steps = await rollbackApplications({
    apps,
    ledger: files.ledger,
    dryRun,
    clientIds: operands,
    signal: host.signal,
    onStep: (step) => printApplicationRollback(step, output),
  });
  if (steps.length === 0) output.line("there is nothing to take back");
  if (dryRun) output.line("dry run: nothing was written to the project");
  output.document({ dryRun, steps });
  return steps.some(({ action }) => action === "keep") ? EXIT_CODES.incomplete : EXIT_CODES.done;
};
