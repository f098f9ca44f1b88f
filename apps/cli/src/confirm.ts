import { MigrationError } from "@cognito-to-descope/core";
import type { Invocation } from "./invocation.ts";

/** Whether somebody sits at a terminal who can be asked. */
export function canAsk({ host, options }: Invocation): boolean {
  return options.json !== true && host.stdin.isTTY === true && host.stderr.isTTY === true;
}

/**
 * Asks whether to go on, where somebody can be asked and `--yes` has not answered already.
 *
 * @throws MigrationError `ERR_ABORTED` when the answer is no.
 */
export async function confirm(invocation: Invocation, question: string): Promise<void> {
  const { host, options } = invocation;
  if (options.yes === true || !canAsk(invocation)) return;
  const prompts = await import("@clack/prompts");
  const answer = await prompts.confirm({
    message: question,
    initialValue: false,
    input: host.stdin,
    output: host.stderr,
    signal: host.signal,
  });
  host.signal.throwIfAborted();
  if (answer !== true) throw new Declined();
}

/** The operator said no. */
export class Declined extends MigrationError {
  constructor() {
    super("ERR_ABORTED", "not confirmed: nothing was done");
  }
}
