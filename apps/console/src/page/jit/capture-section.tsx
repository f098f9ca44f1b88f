import { type JSX, useMemo } from "react";
import type { JitForecast, JitProgress } from "../../contract/jit.ts";
import { countOf, formatCount } from "../shell/format.ts";
import { GateList } from "../shell/gate-list.tsx";
import { type ChartSeries, LineChart } from "../shell/line-chart.tsx";

const NO_FORECAST: Readonly<Record<Extract<JitForecast, { readonly model: "none" }>["reason"], string>> = {
  "too-few-days": "There are too few whole days yet: it needs 7 where the active users are known, and 14 otherwise.",
  "too-few-users": "Fewer than 50 users came in the last 7 days: chance would decide.",
  "not-fading": "The last 7 days brought as many as the 7 before. With the number of active users there is a forecast.",
  reached: "As many have signed in already.",
};

const COLOURS = [1, 2, 4, 5, 6, 3] as const;
/** Pools with lines of their own: more lines tell nobody anything. */
const MOST_LINES = 5;

/** The curve, the share and the forecast. */
export function CaptureSection({ progress }: { readonly progress: JitProgress }): JSX.Element {
  const { byDay, captured, active, passwordUsers, byPool } = progress;
  const times = useMemo(() => byDay.map(({ date }) => Date.parse(date) / 1000), [byDay]);
  const perDay = useMemo(() => poolSeries(progress), [progress]);
  const cumulative = useMemo<readonly ChartSeries[]>(
    () => [
      { name: "Captured", values: byDay.map(({ until }) => until), colour: 1 },
      ...(active.users === null
        ? []
        : [
            {
              name: active.basis === "given" ? "Active users" : "Users with a password",
              values: byDay.map(() => active.users),
              colour: 3 as const,
            },
          ]),
    ],
    [byDay, active.users, active.basis],
  );
  return (
    <section aria-labelledby="captured">
      <h2 id="captured">Captured passwords</h2>
      <ul className="tiles">
        <li>
          <b>{formatCount(captured)}</b> captured
        </li>
        {active.share !== null && active.users !== null && (
          <li>
            <b>{percent(active.share)}</b> of {formatCount(active.users)}{" "}
            {active.basis === "given" ? "active users" : "users with a password"}
          </li>
        )}
        {passwordUsers !== null && active.basis === "given" && (
          <li>
            <b>{formatCount(passwordUsers)}</b> have a password in Cognito
          </li>
        )}
        <li>
          <b>{formatCount(byDay.at(-1)?.users ?? 0)}</b> today (UTC)
        </li>
      </ul>
      <Readiness progress={progress} />
      <ForecastText forecast={progress.forecast} />
      {byDay.length > 0 && (
        <>
          <LineChart
            title="Captured in all"
            summary={`${countOf(captured, "password")} since ${byDay[0]?.date ?? ""}.`}
            times={times}
            series={cumulative}
          />
          <LineChart
            title="Captured by day"
            summary={`${countOf(Object.keys(byPool).length, "pool")}, days in UTC.`}
            times={times}
            series={perDay}
          />
        </>
      )}
    </section>
  );
}

function Readiness({ progress: { ready, active } }: { readonly progress: JitProgress }): JSX.Element | null {
  if (ready === null) return null;
  const found =
    active.share === null ? "how many users there are is not known" : `${percent(active.share)} is captured`;
  return (
    <GateList
      gates={[
        {
          name: `${percent(ready.required)} captured`,
          state: ready.reached ? "open" : active.basis === "unknown" ? "unknown" : "closed",
          reason: `${found.slice(0, 1).toUpperCase()}${found.slice(1)}.`,
        },
      ]}
    />
  );
}

function ForecastText({ forecast }: { readonly forecast: JitForecast }): JSX.Element {
  const share = percent(forecast.share);
  if (forecast.model === "none") {
    return (
      <p>
        No forecast for {share}. {NO_FORECAST[forecast.reason]}
      </p>
    );
  }
  const { date, earliest, latest, activeUsers, model } = forecast;
  return (
    <p>
      <strong>
        {share} about {date}
      </strong>{" "}
      ({latest === null ? `from ${earliest} on` : `${earliest} to ${latest}`}),{" "}
      {model === "steady-chance"
        ? "if whoever is left comes with the same chance each day as in the last 7 days."
        : `if each week brings the same share of the week before, which makes ${formatCount(activeUsers)} active users.`}
    </p>
  );
}

function poolSeries({ byDay, byPool }: JitProgress): readonly ChartSeries[] {
  const pools = Object.entries(byPool)
    .sort(([, a], [, b]) => b - a)
    .map(([userPoolId]) => userPoolId);
  if (pools.length < 2) return [{ name: "Users", values: byDay.map(({ users }) => users), colour: 1 }];
  const named = pools.slice(0, MOST_LINES);
  const series: ChartSeries[] = named.map((pool, index) => ({
    name: pool,
    values: byDay.map((day) => day.byPool[pool] ?? 0),
    colour: COLOURS[index % COLOURS.length] ?? 1,
  }));
  if (pools.length > named.length) {
    const rest = byDay.map((day) => day.users - named.reduce((sum, pool) => sum + (day.byPool[pool] ?? 0), 0));
    series.push({ name: "Other pools", values: rest, colour: 3 });
  }
  return series;
}

/** Rounded down, so that nothing looks reached that is not. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
