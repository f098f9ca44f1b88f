import type { RunSample } from "@cognito-to-descope/core";
import type { SeriesPoint } from "@cognito-to-descope/console/contract";
import { serviceFigures } from "./service-figures.ts";

/** Speeds are of as long as the longest window of a quota: users come in bursts, as its places free. */
export const SPEED_WINDOW_MS = 60_000;

/** What charts of a run are drawn of. Pure. */
export function seriesPoints(samples: readonly RunSample[]): readonly SeriesPoint[] {
  return samples.map((sample, index) => toPoint(sample, speedAt(samples, index)));
}

/** Done in a second up to a sample; undefined where there is nothing before it to compare with. */
function speedAt(samples: readonly RunSample[], index: number): number | undefined {
  const sample = samples[index];
  if (sample === undefined) return undefined;
  let from = sample;
  for (let before = index - 1; before >= 0; before -= 1) {
    const earlier = samples[before];
    if (earlier === undefined || earlier.step !== sample.step || earlier.done > from.done) break;
    // Nobody was at work in between.
    if (from.at - earlier.at > 3 * sample.ms) break;
    if (from !== sample && sample.at - earlier.at > SPEED_WINDOW_MS) break;
    from = earlier;
  }
  return from === sample ? undefined : ((sample.done - from.done) / (sample.at - from.at)) * 1000;
}

function toPoint(sample: RunSample, perSecond: number | undefined): SeriesPoint {
  const { at, ms, step, done, total, paused, buckets, traffic } = sample;
  const use = Object.entries(buckets).map(
    ([bucket, { allowed, inUse }]) => [bucket, allowed > 0 ? round(Math.min(1, inUse / allowed)) : 0] as const,
  );
  const moves = perSecond !== undefined && perSecond > 0 && !paused && total > done;
  return {
    at: new Date(at).toISOString(),
    ms,
    step: step ?? null,
    done,
    total,
    paused,
    perSecond: perSecond === undefined ? null : round(perSecond),
    secondsLeft: moves ? Math.round((total - done) / perSecond) : null,
    use: Object.fromEntries(use),
    cognito: traffic.cognito === undefined ? null : serviceFigures(traffic.cognito),
    descope: traffic.descope === undefined ? null : serviceFigures(traffic.descope),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
