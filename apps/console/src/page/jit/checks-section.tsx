import { type JSX, useMemo } from "react";
import type { CheckKind, JitProgress } from "../../contract/jit.ts";
import { formatCount } from "../shell/format.ts";
import { type ChartSeries, LineChart } from "../shell/line-chart.tsx";
import { Printable } from "../shell/printable.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { CHECK_NAMES } from "./check-names.ts";

/** Kinds that are drawn: the others are few, and in the table. */
const DRAWN: readonly (readonly [CheckKind, ChartSeries["colour"]])[] = [
  ["let-in", 2],
  ["wrong", 4],
  ["stopped", 6],
  ["throttled", 1],
  ["locked", 5],
];

const HEAD = [{ title: "Verdict" }, { title: "Reason" }, { title: "Checks", number: true }] as const;

/** How password checks ended. */
export function ChecksSection({ checks, verdicts }: Pick<JitProgress, "checks" | "verdicts">): JSX.Element {
  const times = useMemo(() => checks.map(({ date }) => Date.parse(date) / 1000), [checks]);
  const series = useMemo<readonly ChartSeries[]>(
    () =>
      DRAWN.map(([kind, colour]) => ({
        name: CHECK_NAMES[kind][0],
        values: checks.map(({ byKind }) => byKind[kind]),
        colour,
      })),
    [checks],
  );
  const all = verdicts.reduce((sum, { count }) => sum + count, 0);
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Password checks</h2>
      {checks.length > 0 && (
        <LineChart
          title="Checks by day"
          summary={`${formatCount(all)} in all, days in UTC.`}
          times={times}
          series={series}
        />
      )}
      <TableFrame caption="Verdicts, the most frequent first" head={HEAD}>
        {verdicts.map(({ verdict, reason, count }) => (
          <tr key={`${verdict} ${reason}`}>
            <th scope="row">
              <Printable text={verdict} />
            </th>
            <td>
              <Printable text={reason} />
            </td>
            <td className="number">{formatCount(count)}</td>
          </tr>
        ))}
      </TableFrame>
    </section>
  );
}
