import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useEffect, useState } from "react";
import type { LogEntry, readLog } from "../../contract/log.ts";
import { callApi } from "../shell/api.ts";
import { useConnection, useLiveAdditions } from "../shell/live.tsx";
import { Printable } from "../shell/printable.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { Time } from "../shell/time.tsx";

/** What happened in the run, the newest first, and what happens now. */
export function RunLog({ run, newest }: { readonly run: string; readonly newest: boolean }): JSX.Element {
  const [added, setAdded] = useState<readonly LogEntry[]>([]);
  const client = useQueryClient();
  const { state } = useConnection();
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["log", run],
    queryFn: ({ pageParam, signal }) =>
      callApi<typeof readLog>(
        "get",
        "/api/v1/runs/{run}/log",
        { params: { run }, ...(pageParam === undefined ? {} : { query: { before: String(pageParam) } }) },
        signal,
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.more ? page.entries[0]?.no : undefined),
  });
  useLiveAdditions("log", (page) => {
    if (page.run === run) setAdded((before) => [...before, ...page.entries]);
  });
  // What happened while the stream was away was told to nobody.
  useEffect(() => {
    if (state === "live" && newest) void client.invalidateQueries({ queryKey: ["log", run] });
  }, [state, newest, client, run]);
  const entries = new Map<number, LogEntry>();
  for (const entry of [...(data?.pages.flatMap((page) => page.entries) ?? []), ...added]) entries.set(entry.no, entry);
  // Processes write down what they did a moment later than others do.
  const shown = [...entries.values()].sort((one, other) => other.at.localeCompare(one.at) || other.no - one.no);
  return (
    <section aria-labelledby="log">
      <h2 id="log">Log</h2>
      {error !== null && <ErrorNotice error={error} />}
      {shown.length === 0 && error === null && <p>Nothing has happened yet.</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard */}
      <section className="log" aria-label="Entries of the log" tabIndex={0}>
        <ol aria-live="off">
          {shown.map(({ no, at, type, text }) => (
            <li key={no} className={type === "fault" ? "failed" : undefined}>
              <Time at={at} seconds /> <Printable text={text} />
            </li>
          ))}
        </ol>
      </section>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? "Loading…" : "Show earlier entries"}
        </button>
      )}
    </section>
  );
}
