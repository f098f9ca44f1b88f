import {
  countOutcomesBySource,
  type OutcomeCounts,
  type Run,
  type SourceOutcomes,
  type StateStore,
} from "@cognito-to-descope/core";
import type { Output } from "./output.ts";
import { printOutcomes } from "./print-outcomes.ts";
import { printSourceOutcomes } from "./print-sources.ts";

/** Prints what became of the users of a run, in all and by pool. Gives the numbers of each pool. */
export async function printApplied(
  headline: string,
  { run, outcomes, store }: { readonly run: Run; readonly outcomes: OutcomeCounts; readonly store: StateStore },
  output: Output,
): Promise<readonly SourceOutcomes[]> {
  output.line(output.style("bold", headline));
  printOutcomes(outcomes, await store.countFailures(run.id), output);
  const sources = await countOutcomesBySource(store, run);
  printSourceOutcomes(sources, output);
  return sources;
}
