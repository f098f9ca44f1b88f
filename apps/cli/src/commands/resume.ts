import { type ControlOptions, describeObedience, openControlledRun } from "../control/controlled-run.ts";
import { thisOperator } from "../control/this-process.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";

/** Lets a run that is paused go on. */
export const resume: Command<ControlOptions> = async (invocation) => {
  const { output } = invocation;
  await using controlled = await openControlledRun(invocation);
  const { run, control, atWork } = controlled;
  const wasPaused = control.pause !== undefined;
  const result = wasPaused
    ? await controlled.change(
        { pause: null },
        { type: "resumed", data: { by: thisOperator() } },
        (heartbeat) => !heartbeat.paused,
      )
    : { control, workers: atWork.length, obeyed: atWork.length };
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
