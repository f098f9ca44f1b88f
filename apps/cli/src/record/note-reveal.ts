import type { Clock, RunEvent, StateStore } from "@cognito-to-descope/core";

/** What of a run was shown as it is. Never a value. */
export interface Reveal {
  readonly operator: string;
  /** `dead letters`, `discrepancies`. */
  readonly what: string;
  /** Numbers of the users; left out where everything of the kind was exported. */
  readonly seqs?: readonly number[];
}

/** Notes with a run that personal data was shown: who saw it, and of whom. */
export async function noteReveal(
  store: StateStore,
  runId: string,
  clock: Pick<Clock, "now">,
  { operator, what, seqs }: Reveal,
): Promise<void> {
  const users = seqs === undefined ? "all" : [...new Set(seqs)].join(" ");
  await store.appendEvent(runId, { at: clock.now(), type: "revealed", data: { operator, what, users } });
}

/** Notes with a run that the personal data of one user was shown, and gives what was noted. */
export async function noteUserReveal(
  store: StateStore,
  runId: string,
  clock: Pick<Clock, "now">,
  { operator, seq }: { readonly operator: string; readonly seq: number },
): Promise<RunEvent> {
  const event = { at: clock.now(), type: "revealed", data: { operator, seq } };
  await store.appendEvent(runId, event);
  return event;
}
