import type { JSX } from "react";

const FORMAT: Intl.DateTimeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A time in the reader's zone, with UTC for whoever points at it. */
export function Time({ at }: { readonly at: string }): JSX.Element {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>unknown</span>;
  return (
    <time dateTime={at} title={`${date.toISOString()} (UTC)`}>
      {FORMAT.format(date)}
    </time>
  );
}
