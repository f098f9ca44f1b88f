import { type JSX, useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { ChartFrame } from "./chart-frame.tsx";
import { formatCount } from "./format.ts";
import { TableFrame } from "./table-frame.tsx";
import { Time } from "./time.tsx";

/** One line of a chart. */
export interface ChartSeries {
  readonly name: string;
  /** One for each time; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** Which of the colours `--bar-1` to `--bar-6`. Lines differ in their dashes as well. */
  readonly colour: 1 | 2 | 3 | 4 | 5 | 6;
}

/** What a chart shows over time. */
export interface LineChartProps {
  readonly title: string;
  /** What it says, in one sentence. */
  readonly summary: string;
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  /** Values in words, with their unit. @defaultValue whole numbers */
  readonly format?: (value: number) => string;
}

const HEIGHT = 200;
/** One time is no line. */
const FEWEST_TIMES = 2;
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [12, 3, 2, 3], [4, 4], [1, 5]];
/** Rows of the table that stands in for the picture. */
const MOST_ROWS = 50;

/** Lines over time, with the same numbers as a table. */
export function LineChart({ title, summary, times, series, format = formatWhole }: LineChartProps): JSX.Element {
  return (
    <ChartFrame
      title={title}
      summary={summary}
      table={<Numbers title={title} times={times} series={series} format={format} />}
    >
      {times.length < FEWEST_TIMES || !series.some(({ values }) => values.some((value) => value !== null)) ? (
        // One moment makes no line, and an axis of guessed years.
        <p className="muted">There is nothing to draw yet; what there is stands in the table.</p>
      ) : (
        <>
          <Legend series={series} />
          {/* Other lines make another picture; other numbers do not. */}
          <Picture
            key={series.map(({ name, colour }) => `${colour} ${name}`).join("\n")}
            times={times}
            series={series}
            format={format}
          />
        </>
      )}
    </ChartFrame>
  );
}

function formatWhole(value: number): string {
  return formatCount(Math.round(value));
}

type Shown = Required<Pick<LineChartProps, "times" | "series" | "format">>;

function Picture({ times, series, format }: Shown): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const newest = useRef({ times, series, format });
  useEffect(() => {
    newest.current = { times, series, format };
  });
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new UPlot(optionsOf(newest.current, element.clientWidth), dataOf(newest.current), element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    // Colours are read when it is drawn: another theme draws it again.
    const redraw = (): void => made.redraw();
    const themed = new MutationObserver(redraw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", redraw);
    return () => {
      resized.disconnect();
      themed.disconnect();
      system.removeEventListener("change", redraw);
      made.destroy();
      plot.current = undefined;
    };
  }, []);
  useEffect(() => {
    plot.current?.setData(dataOf({ times, series }));
  }, [times, series]);
  return <div ref={place} className="chart" />;
}

function dataOf({ times, series }: Pick<Shown, "times" | "series">): UPlot.AlignedData {
  return [[...times], ...series.map(({ values }) => [...values])];
}

function optionsOf({ series, format }: Shown, width: number): UPlot.Options {
  const axis: UPlot.Axis = {
    stroke: () => colourOf("--muted"),
    grid: { stroke: () => colourOf("--line"), width: 1 },
    ticks: { stroke: () => colourOf("--line"), width: 1 },
  };
  return {
    width: Math.max(width, 1),
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        space: 96,
        values: (_plot, splits, _axis, _space, step) => splits.map((at, index) => timeLabel(at, step, index)),
      },
      {
        ...axis,
        size: 84,
        values: (_plot, values) => labelsOf(values, format),
      },
    ],
    series: [
      {},
      ...series.map(({ name, colour }, index) => ({
        label: name,
        stroke: () => colourOf(`--bar-${colour}`),
        width: 2,
        dash: [...(DASHES[index % DASHES.length] ?? [])],
        // A number between two that are not known is no line.
        points: { size: 4, fill: () => colourOf(`--bar-${colour}`) },
      })),
    ],
  };
}

const DAY = 86_400;
const LABELS = {
  seconds: new Intl.DateTimeFormat(undefined, { timeStyle: "medium" }),
  minutes: new Intl.DateTimeFormat(undefined, { timeStyle: "short" }),
  day: new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" }),
  month: new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric" }),
};

/** A time on the axis, as the reader writes it; the first one of a day with its date below. */
function timeLabel(at: number, step: number, index: number): string {
  const date = new Date(at * 1000);
  if (step >= 28 * DAY) return LABELS.month.format(date);
  const day = LABELS.day.format(date);
  if (step >= DAY) return day;
  const time = (step < 60 ? LABELS.seconds : LABELS.minutes).format(date);
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
  return index === 0 || isMidnight ? `${time}\n${day}` : time;
}

/** What stands beside an axis. Steps that are too small to tell apart in words are named once. */
function labelsOf(values: readonly number[], format: Shown["format"]): string[] {
  const words = values.map((value) => format(value));
  return words.map((word, index) => (word === words[index - 1] ? "" : word));
}

function colourOf(variable: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable);
}

function Legend({ series }: Pick<Shown, "series">): JSX.Element {
  return (
    <ul className="legend">
      {series.map(({ name, colour }, index) => (
        <li key={name}>
          <svg viewBox="0 0 32 8" width="32" height="8">
            <line
              x1="0"
              y1="4"
              x2="32"
              y2="4"
              className={`line-${colour}`}
              strokeWidth="2"
              strokeDasharray={(DASHES[index % DASHES.length] ?? []).join(" ")}
            />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** Evenly chosen where there are many, the last one always among them. */
function Numbers({ title, times, series, format }: Shown & { readonly title: string }): JSX.Element {
  const step = Math.max(1, Math.ceil(times.length / MOST_ROWS));
  const rows = times.map((_time, index) => index).filter((index) => (times.length - 1 - index) % step === 0);
  const head = [{ title: "Time" }, ...series.map(({ name }) => ({ title: name, number: true }))];
  return (
    <TableFrame caption={title} head={head}>
      {rows.map((index) => (
        <tr key={times[index]}>
          <th scope="row" className="short">
            <Time at={new Date((times[index] ?? 0) * 1000).toISOString()} seconds />
          </th>
          {series.map(({ name, values }) => {
            const value = values[index];
            return (
              <td key={name} className="number">
                {value === null || value === undefined ? "–" : format(value)}
              </td>
            );
          })}
        </tr>
      ))}
    </TableFrame>
  );
}
