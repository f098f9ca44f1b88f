import type { JSX } from "react";

const FORMAT: Intl.DateTimeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

const TO_THE_SECOND: Intl.DateTimeFormat = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "medium",
});

/** A time in the reader's zone, with UTC for whoever points at it. */
export function Time({
  at,
  seconds = false,
}: {
  readonly at: string;
  /** Where several things happen in a minute. @defaultValue false */
  readonly seconds?: boolean;
}): JSX.Element {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>unknown</span>;
  return (
    <time dateTime={at} title={`${date.toISOString()} (UTC)`}>
      {(seconds ? TO_THE_SECOND : FORMAT).format(date)}
    </time>
  );
}
