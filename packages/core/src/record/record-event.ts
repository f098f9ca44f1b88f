import type { RunContext } from "../run/run-context.ts";
import type { ChainHead, RunEvent } from "./event-chain.ts";

/**
 * What is put on record of every run, beside what operators say to it meanwhile (`paused`, `resumed`, `throttled`).
 *
 * - `run-began`: which config, project and pools; the run before with the end of its chain, so that no run can be taken out.
 *   `run-continued`: a later process goes on with it.
 * - `source-read`: how many users were read, and a digest over all of them with their groups.
 * - `plan-made`: the hash of the plan and what it does.
 * - `approved`: who said yes, and how.
 * - `apply-began`, `retry-began`; `apply-ended` with the outcomes and a digest over what became of each user.
 * - `reconciled`: what was compared, and a digest over the discrepancies. `sign-ins-tested`.
 * - `rollback-began`: on the record of the run that is taken back.
 * - `sso-changed`: a connection was written, cut over or put back.
 * - `report-written`: which report, and its hash.
 */
export type RecordedEvent =
  | "run-began"
  | "run-continued"
  | "source-read"
  | "plan-made"
  | "approved"
  | "apply-began"
  | "retry-began"
  | "apply-ended"
  | "reconciled"
  | "sign-ins-tested"
  | "rollback-began"
  | "sso-changed"
  | "report-written";

/** What a process does to its run, with who runs the process. */
export function makeEvent(
  { clock, author }: Pick<RunContext, "clock" | "author">,
  type: RecordedEvent,
  data: RunEvent["data"],
): RunEvent {
  return { at: clock.now(), type, data: { ...data, ...author } };
}

/** Puts on record what a process does to its run. */
export function recordEvent(
  context: Pick<RunContext, "store" | "runId" | "clock" | "author">,
  type: RecordedEvent,
  data: RunEvent["data"],
): Promise<ChainHead> {
  return context.store.appendEvent(context.runId, makeEvent(context, type, data));
}
