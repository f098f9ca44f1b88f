import type { JSX, ReactNode } from "react";

/** A chart with its title, what it says in one sentence, and its numbers as a table for whoever cannot see it. */
export function ChartFrame({
  title,
  summary,
  table,
  children,
}: {
  readonly title: string;
  /** What the chart says, in one sentence. */
  readonly summary: string;
  /** The numbers: a table. */
  readonly table: ReactNode;
  /** The picture, hidden from screen readers. */
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <figure className="chart-frame">
      <figcaption>
        <strong>{title}</strong> <span className="muted">{summary}</span>
      </figcaption>
      <div aria-hidden="true">{children}</div>
      <details>
        <summary>{title} as a table</summary>
        {table}
      </details>
    </figure>
  );
}
