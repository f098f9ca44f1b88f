import type { StateStore } from "@cognito-to-descope/core";
import type { Output } from "../output/output.ts";
import { countOf } from "../output/printable.ts";
import type { RunLog } from "../run-log.ts";

/**
 * Says where the record of a run ends, on the terminal and in the log. Kept by somebody who cannot write the state store, it
 * proves later that nothing of the record was changed since.
 */
export async function printRecordHead(
  store: StateStore,
  runId: string,
  output: Output,
  log?: Pick<RunLog, "line">,
): Promise<void> {
  const { head } = await store.readRecord(runId);
  if (head === undefined) return;
  log?.line(`run ${runId} record of ${head.events} events ends with ${head.hash}`);
  output.line(`  record of ${countOf(head.events, "event")} ends with ${head.hash}`);
}
