import { recordEvent, type RunAuthor, type RunEvent, type StateStore } from "@cognito-to-descope/core";
import { thisOperator } from "../control/this-process.ts";
import type { Config } from "../config/config.ts";
import { prepareConfig } from "../prepare.ts";
import type { Invocation } from "../invocation.ts";
import type { Operator, RecordedChange } from "../sso/change-connection.ts";
import { systemClock } from "../system.ts";
import { thisAuthor } from "./this-author.ts";

/**
 * Puts a change of a connection on the record of the project's newest run. Connections belong to the project and not to a run,
 * so where there is none yet, the ledger of connections is all there is.
 *
 * @param author - Who did it. @defaultValue whoever runs this process
 */
export async function recordSsoChange(
  store: StateStore,
  projectId: string | undefined,
  data: RunEvent["data"],
  author: RunAuthor = thisAuthor(),
): Promise<void> {
  const runs = await store.listRuns();
  const run = runs.find((one) => projectId === undefined || one.projectId === projectId);
  if (run === undefined) return;
  await recordEvent({ store, runId: run.id, clock: systemClock, author }, "sso-changed", data);
}

/** Whoever runs a command that changes a connection, with the record that it goes on. */
export function commandOperator(invocation: Invocation): Operator {
  return { by: thisOperator(), through: "command", record: (change) => recordCutover(invocation, change) };
}

/**
 * The same for a command that needs no state store. Whatever keeps it from the record must not keep the command from its work:
 * it is said, and that is all.
 */
async function recordCutover(invocation: Invocation, change: RecordedChange): Promise<void> {
  try {
    const config: Config = await prepareConfig(invocation, { source: false, target: false });
    if (!(await config.state.exists())) return;
    await using store = await config.state.open();
    await recordSsoChange(store, config.project?.projectId, { ...change });
  } catch {
    invocation.output.note("note: the state store cannot be written, so this step is not on record there");
  }
}
