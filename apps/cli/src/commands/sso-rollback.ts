import { type ConnectionKey, connectionKey, cutoverRecord, modeOfStage, rollbackSso } from "@cognito-to-descope/core";
import { canAsk, confirm } from "../confirm.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printSsoRollback } from "../output/print-sso.ts";
import { countOf, printableName } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";
import { recordSsoChange } from "../record/record-sso.ts";
import { type BridgeFileOptions, bridgeFiles } from "../sso/bridge-files.ts";
import { readModesFile } from "../sso/modes-file.ts";
import { openSsoSession, selectByName } from "../sso/open-sso.ts";
import { systemClock } from "../system.ts";

interface SsoRollbackOptions extends Pick<BridgeFileOptions, "modes"> {
  readonly dryRun?: boolean;
}

/**
 * Takes back what `c2d sso apply` wrote: all of it, or the connections that are named. Refuses while the bridge sends sign-ins
 * of one of them to Descope.
 */
export const ssoRollback: Command<SsoRollbackOptions> = async (invocation) => {
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
  const live = await connectionsAtDescope(bridgeFiles(host.cwd, options), selected);
  if (live.length > 0) {
    const names = live.map(({ name }) => printableName(name)).join(", ");
    const problem = `the bridge sends sign-ins of ${names} to Descope: without settings there they fail`;
    if (!dryRun) throw usageError(problem, "first take them back to Cognito with c2d sso cutover <connection> --back");
    output.note(`note: ${problem}; rollback refuses until they are taken back`);
  }
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
  for (const step of dryRun ? [] : steps) {
    if (step.action === "keep" || step.action === "none") continue;
    await recordSsoChange(store, target.projectId, { action: "rollback", connection: connectionKey(step) });
  }
  if (steps.length === 0) output.line("there is nothing to take back");
  if (dryRun) output.line("dry run: nothing was written to the project");
  output.document({ dryRun, steps });
  return steps.some(({ action }) => action === "keep") ? EXIT_CODES.incomplete : EXIT_CODES.done;
};

/** The connections whose sign-ins end at Descope by what the bridge follows. */
async function connectionsAtDescope<Named extends ConnectionKey>(
  files: Parameters<typeof readModesFile>[0],
  connections: readonly Named[],
): Promise<readonly Named[]> {
  const modes = await readModesFile(files);
  return connections.filter((one) => modeOfStage(cutoverRecord(modes, connectionKey(one)).stage) === "descope");
}
