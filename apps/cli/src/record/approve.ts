import { recordEvent, type RunContext } from "@cognito-to-descope/core";
import { canAsk, confirm } from "../confirm.ts";
import type { Invocation } from "../invocation.ts";

/**
 * Asks as {@link confirm} does, and puts the yes on record: the question, who said it, and how.
 *
 * @throws MigrationError `ERR_ABORTED` when the answer is no.
 */
export async function approve(invocation: Invocation, context: RunContext, question: string): Promise<void> {
  await confirm(invocation, question);
  const { options } = invocation;
  const how =
    options.yes === true ? "by --yes" : canAsk(invocation) ? "when asked" : "by the command: nobody could be asked";
  await recordEvent(context, "approved", { question, how });
}
