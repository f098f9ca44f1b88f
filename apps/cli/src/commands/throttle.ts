import { type Heartbeat, qualifiedBucket, type RateLimit, rateWithin, type RunControl } from "@cognito-to-descope/core";
import {
  type ControlledRun,
  type ControlOptions,
  describeObedience,
  openControlledRun,
} from "../control/controlled-run.ts";
import { knownBuckets } from "../control/known-buckets.ts";
import { formatRate, parseRate } from "../control/parse-rate.ts";
import { thisOperator } from "../control/this-process.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";

/** Chooses a rate for one bucket of a run, or takes the choice back. */
export const throttle: Command<ControlOptions> = async (invocation) => {
  const { output, operands } = invocation;
  const [bucket = "", text = ""] = operands;
  await using controlled = await openControlledRun(invocation);
  const { run, control } = controlled;
  const quota = quotaOf(bucket, controlled);
  const rate = parseRate(text, bucket, quota);
  const event = { type: "throttled", data: { by: thisOperator(), bucket, rate: formatRate(rate ?? quota) } };
  const result = await controlled.change({ rates: { [bucket]: rate } }, event, (heartbeat) =>
    keepsTo(heartbeat, bucket, rate, control),
  );
  const now = rate ?? quota;
  const words = rate === null ? "the quota again" : `the quota is ${quota.requests}`;
  output.line(output.style("bold", `run ${run.id}: ${bucket} at ${formatRate(now)}; ${words}`));
  output.line(`  ${describeObedience(result, "keeps to it")}`);
  output.document({
    run: run.id,
    bucket,
    rate: now,
    quota,
    rates: result.control.rates,
    workers: result.workers,
    obeyed: result.obeyed,
  });
  return EXIT_CODES.done;
};

/** The quota of a bucket: that of the processes at work, whose config may be another, or that of the config. */
function quotaOf(name: string, { config, atWork }: ControlledRun): RateLimit {
  const known = new Map(knownBuckets(config));
  for (const { bucket, scope, limit } of atWork.flatMap(({ buckets }) => buckets)) {
    known.set(bucket, limit);
    known.set(qualifiedBucket(bucket, scope), limit);
  }
  const quota = known.get(name);
  if (quota !== undefined) return quota;
  throw usageError("there is no such bucket", `there are: ${[...known.keys()].join(", ")}`);
}

/** Whether a process keeps to a rate; one that has not used the bucket yet will. */
function keepsTo({ buckets }: Heartbeat, name: string, chosen: RateLimit | null, { rates }: RunControl): boolean {
  return buckets
    .filter(({ bucket, scope }) => {
      const qualified = qualifiedBucket(bucket, scope);
      // What was chosen for one of several budgets holds for it, whatever is said of all.
      return qualified === name || (bucket === name && rates[qualified] === undefined);
    })
    .every(({ limit, rate }) => rate === (chosen === null ? limit.requests : rateWithin(limit, chosen)));
}
