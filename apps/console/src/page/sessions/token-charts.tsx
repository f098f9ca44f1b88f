import { type JSX, useMemo } from "react";
import type { TokenPeriod, TokensInUse } from "../../contract/sessions.ts";
import { countOf, formatCount } from "../shell/format.ts";
import { type ChartSeries, LineChart } from "../shell/line-chart.tsx";

const HOUR = 3600;
const DAY = 86_400;

/** Tokens of both over time. */
export function TokenCharts({ days, hours }: Pick<TokensInUse, "days" | "hours">): JSX.Element {
  const byDay = useMemo(() => fill(days, DAY), [days]);
  const byHour = useMemo(() => fill(hours, HOUR), [hours]);
  return (
    <section aria-labelledby="over-time">
      <h2 id="over-time">Tokens over time</h2>
      {days.length === 0 ? (
        <p>
          There is no curve yet: it needs files to which back ends add their statistics, or a second look at those that
          are there.
        </p>
      ) : (
        <>
          <LineChart title="By day" summary={`${shares(days)} Days in UTC.`} {...byDay} />
          {hours.length > 0 && <LineChart title="The last 48 hours" summary={shares(hours)} {...byHour} />}
        </>
      )}
    </section>
  );
}

/** Periods without tokens are left out of the document, and are nought in a picture. */
function fill(
  periods: readonly TokenPeriod[],
  length: number,
): { readonly times: readonly number[]; readonly series: readonly ChartSeries[] } {
  const known = new Map(periods.map((period) => [Date.parse(period.from) / 1000, period]));
  const first = Math.min(...known.keys());
  const last = Math.max(...known.keys());
  const times: number[] = [];
  if (known.size > 0) for (let time = first; time <= last; time += length) times.push(time);
  const values = (of: (period: TokenPeriod) => number): readonly number[] =>
    times.map((time) => {
      const period = known.get(time);
      return period === undefined ? 0 : of(period);
    });
  return {
    times,
    series: [
      { name: "Cognito", values: values(({ cognito }) => cognito), colour: 4 },
      { name: "Descope", values: values(({ descope }) => descope), colour: 2 },
      { name: "Refused", values: values(({ refused }) => refused), colour: 5 },
    ],
  };
}

function shares(periods: readonly TokenPeriod[]): string {
  const cognito = periods.reduce((sum, period) => sum + period.cognito, 0);
  const descope = periods.reduce((sum, period) => sum + period.descope, 0);
  return `${countOf(cognito, "token")} of Cognito and ${formatCount(descope)} of Descope accepted.`;
}
