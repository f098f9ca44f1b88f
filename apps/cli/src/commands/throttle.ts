import { describeObedience } from "../control/controlled-run.ts";
import { type ControlCommandOptions, openControlledRun } from "../control/open-controlled-run.ts";
import { throttleRun } from "../control/operate-run.ts";
import { formatRate } from "../control/parse-rate.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";

/** Chooses a rate for one bucket of a run, or takes the choice back. */
export const throttle: Command<ControlCommandOptions> = async (invocation) => {
  const { output, operands } = invocation;
  const [bucket = "", text = ""] = operands;
  await using controlled = await openControlledRun(invocation);
  const { run, config } = controlled;
  const result = await throttleRun(controlled, config, bucket, text);
  const { rate, quota, isReset } = result;
  const words = isReset ? "the quota again" : `the quota is ${quota.requests}`;
  output.line(output.style("bold", `run ${run.id}: ${bucket} at ${formatRate(rate)}; ${words}`));
  output.line(`  ${describeObedience(result, "keeps to it")}`);
  output.document({
    run: run.id,
    bucket,
    rate,
    quota,
    rates: result.control.rates,
    workers: result.workers,
    obeyed: result.obeyed,
  });
  return EXIT_CODES.done;
};
