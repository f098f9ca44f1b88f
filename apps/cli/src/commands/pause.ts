import { type ControlOptions, describeObedience, openControlledRun } from "../control/controlled-run.ts";
import { thisOperator } from "../control/this-process.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printable } from "../output/printable.ts";
import { systemClock } from "../system.ts";

/** Holds back every further request of a run until `c2d resume`. */
export const pause: Command<ControlOptions> = async (invocation) => {
  const { output } = invocation;
  await using controlled = await openControlledRun(invocation);
  const { run, control } = controlled;
  // Who paused first stays named.
  const wanted = control.pause ?? { since: systemClock.now(), by: thisOperator() };
  const event = { type: "paused", data: { by: thisOperator() } };
  const result = await controlled.change({ pause: wanted }, event, (heartbeat) => heartbeat.paused);
  const since = new Date(wanted.since).toISOString();
  output.line(
    control.pause === undefined
      ? output.style("bold", `run ${run.id} is paused`)
      : output.style("bold", `run ${run.id} was paused before, at ${since} by ${printable(wanted.by)}`),
  );
  output.line(`  ${describeObedience(result, "sends nothing more")}`);
  output.line("  next: c2d resume");
  output.document({
    run: run.id,
    paused: { since, by: wanted.by },
    rates: result.control.rates,
    workers: result.workers,
    obeyed: result.obeyed,
  });
  return EXIT_CODES.done;
};
