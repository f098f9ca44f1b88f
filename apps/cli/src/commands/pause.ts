import { describeObedience } from "../control/controlled-run.ts";
import { type ControlCommandOptions, openControlledRun } from "../control/open-controlled-run.ts";
import { pauseRun } from "../control/operate-run.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printable } from "../output/printable.ts";

/** Holds back every further request of a run until `c2d resume`. */
export const pause: Command<ControlCommandOptions> = async (invocation) => {
  const { output } = invocation;
  await using controlled = await openControlledRun(invocation);
  const { run } = controlled;
  const result = await pauseRun(controlled);
  const { by } = result.pause;
  const since = new Date(result.pause.since).toISOString();
  output.line(
    result.wasPaused
      ? output.style("bold", `run ${run.id} was paused before, at ${since} by ${printable(by)}`)
      : output.style("bold", `run ${run.id} is paused`),
  );
  output.line(`  ${describeObedience(result, "sends nothing more")}`);
  output.line("  next: c2d resume");
  output.document({
    run: run.id,
    paused: { since, by },
    rates: result.control.rates,
    workers: result.workers,
    obeyed: result.obeyed,
  });
  return EXIT_CODES.done;
};
