import { describeObedience } from "../control/controlled-run.ts";
import { type ControlCommandOptions, openControlledRun } from "../control/open-controlled-run.ts";
import { resumeRun } from "../control/operate-run.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";

/** Lets a run that is paused go on. */
export const resume: Command<ControlCommandOptions> = async (invocation) => {
  const { output } = invocation;
  await using controlled = await openControlledRun(invocation);
  const { run, atWork } = controlled;
  const result = await resumeRun(controlled);
  const { wasPaused } = result;
  output.line(output.style("bold", wasPaused ? `run ${run.id} goes on` : `run ${run.id} is not paused`));
  if (wasPaused) output.line(`  ${describeObedience(result, "sends again")}`);
  output.line(atWork.length > 0 ? "  next: c2d status --watch" : "  next: the command that began the run, once more");
  output.document({
    run: run.id,
    paused: null,
    rates: result.control.rates,
    workers: result.workers,
    obeyed: result.obeyed,
  });
  return EXIT_CODES.done;
};
