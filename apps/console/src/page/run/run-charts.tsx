import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useEffect, useState } from "react";
import type { readSeries, SeriesPoint } from "../../contract/series.ts";
import { callApi } from "../shell/api.ts";
import { formatCount, formatDuration, formatShare } from "../shell/format.ts";
import { LineChart } from "../shell/line-chart.tsx";
import { useConnection, useLiveAdditions } from "../shell/live.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { stepTitle } from "./run-address.ts";

/** So many buckets are lines: those that were used most. */
const MOST_BUCKETS = 6;
const COLOURS = [1, 2, 3, 4, 5, 6] as const;

/** How the run went: its speed, its quotas, the services' answers. */
export default function RunCharts({ run, newest }: { readonly run: string; readonly newest: boolean }): JSX.Element {
  const points = usePoints(run, newest);
  const last = points.shown.at(-1);
  const times = points.shown.map(({ at }) => Date.parse(at) / 1000);
  const values = (of: (point: SeriesPoint) => number | null) => points.shown.map(of);
  const buckets = busiestBuckets(points.shown);
  const perMinute = (point: SeriesPoint, count: number): number => (count * 60_000) / point.ms;
  return (
    <section aria-labelledby="charts">
      <h2 id="charts">Charts</h2>
      {points.error !== null && <ErrorNotice error={points.error} />}
      {last === undefined ? (
        <p>The first numbers come a few seconds after a process has begun to work.</p>
      ) : (
        <div className="charts">
          <LineChart
            title="Speed"
            summary={`${last.step === null ? "" : `${stepTitle(last.step)}: `}${last.perSecond === null ? "nothing to compare with yet" : `${formatSpeed(last.perSecond)} over the last minute`}`}
            times={times}
            series={[{ name: "Users a second", values: values(({ perSecond }) => perSecond), colour: 1 }]}
            format={(value) => (value < 10 ? value.toFixed(1) : formatCount(Math.round(value)))}
          />
          <LineChart
            title="Quotas"
            summary="Share of what is allowed that was in use at once"
            times={times}
            series={buckets.map((bucket, index) => ({
              name: bucket,
              values: values(({ use }) => use[bucket] ?? 0),
              colour: COLOURS[index % COLOURS.length] ?? 1,
            }))}
            format={formatShare}
          />
          <LineChart
            title="Answers"
            summary="Milliseconds until 95 of 100 answers were there"
            times={times}
            series={[
              { name: "Cognito", values: values(({ cognito }) => cognito?.p95 ?? null), colour: 4 },
              { name: "Descope", values: values(({ descope }) => descope?.p95 ?? null), colour: 2 },
            ]}
          />
          <LineChart
            title="Retries and throttles"
            summary="In a minute, of both services together"
            times={times}
            series={[
              {
                name: "Sent again",
                values: values((point) =>
                  perMinute(point, (point.cognito?.retries ?? 0) + (point.descope?.retries ?? 0)),
                ),
                colour: 6,
              },
              {
                name: "Throttled",
                values: values((point) =>
                  perMinute(point, (point.cognito?.throttles ?? 0) + (point.descope?.throttles ?? 0)),
                ),
                colour: 5,
              },
            ]}
          />
          <LineChart
            title="Time left"
            summary={
              last.secondsLeft === null ? "unknown while nothing moves" : `${formatDuration(last.secondsLeft)} left`
            }
            times={times}
            series={[
              { name: "Until the step is through", values: values(({ secondsLeft }) => secondsLeft), colour: 3 },
            ]}
            format={formatDuration}
          />
        </div>
      )}
    </section>
  );
}

function busiestBuckets(points: readonly SeriesPoint[]): readonly string[] {
  const most = new Map<string, number>();
  for (const { use } of points) {
    for (const [bucket, share] of Object.entries(use)) most.set(bucket, Math.max(share, most.get(bucket) ?? 0));
  }
  const busiest = [...most].sort(([, one], [, other]) => other - one).slice(0, MOST_BUCKETS);
  // In an order of their own, so that lines keep their colours as the shares change.
  return busiest.map(([bucket]) => bucket).sort();
}

function formatSpeed(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))} a second`;
}

/** All points of a run; those of the newest come in by the stream. */
function usePoints(run: string, newest: boolean): { readonly shown: readonly SeriesPoint[]; readonly error: unknown } {
  const [added, setAdded] = useState<ReadonlyMap<string, SeriesPoint>>(new Map());
  const client = useQueryClient();
  const { state } = useConnection();
  const { data, error } = useQuery({
    queryKey: ["series", run],
    queryFn: ({ signal }) =>
      callApi<typeof readSeries>("get", "/api/v1/runs/{run}/series", { params: { run } }, signal),
    staleTime: Infinity,
  });
  useLiveAdditions("series", (series) => {
    if (series.run !== run) return;
    setAdded((before) => new Map([...before, ...series.points.map((point) => [point.at, point] as const)]));
  });
  // What came while the stream was away was told to nobody.
  useEffect(() => {
    if (state === "live" && newest) void client.invalidateQueries({ queryKey: ["series", run] });
  }, [state, newest, client, run]);
  const points = new Map((data?.points ?? []).map((point) => [point.at, point] as const));
  for (const [at, point] of added) points.set(at, point);
  return { shown: [...points.values()].sort((one, other) => (one.at < other.at ? -1 : 1)), error };
}
