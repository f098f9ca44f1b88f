import { useInfiniteQuery } from "@tanstack/react-query";
import { type JSX, type KeyboardEvent, useEffect, useMemo } from "react";
import { Link } from "wouter";
import type { Plan } from "../../contract/plan.ts";
import type { ListedUser, listUsers } from "../../contract/users.ts";
import { callApi } from "../shell/api.ts";
import { countOf, formatCount } from "../shell/format.ts";
import { LongTable, type LongTableColumn } from "../shell/long-table.tsx";
import { Masked } from "../shell/masked.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { hasFilters, queryOf, type SearchFilters } from "./search-filters.ts";
import { KINDS, OPERATIONS, OUTCOMES, wordOf } from "./words.ts";

const PAGE = 50;
/** How soon a plan that is being indexed is asked again. */
const WAIT_MS = 1000;

/** The users that fit, page after page. */
export function UserTable({ plan, filters }: { readonly plan: Plan; readonly filters: SearchFilters }): JSX.Element {
  const { run } = plan;
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["users", run, filters],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      callApi<typeof listUsers>(
        "get",
        "/api/v1/runs/{run}/users",
        { params: { run }, query: queryOf(filters, pageParam, PAGE) },
        signal,
      ),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const pages = data?.pages;
  const last = pages?.at(-1);
  const waits = last?.waits === true;
  const users = useMemo(() => unique(pages?.flatMap((page) => page.users) ?? []), [pages]);
  // A page may be empty though there are more: a search looks at a bounded number of users each time.
  const goesOn = hasNextPage && !isFetchingNextPage && (users.length < PAGE || waits);
  useEffect(() => {
    if (!goesOn) return undefined;
    const next = setTimeout(() => void fetchNextPage(), waits ? WAIT_MS : 0);
    return () => clearTimeout(next);
  }, [goesOn, waits, fetchNextPage]);
  const columns = useMemo(() => columnsFor(run), [run]);
  if (error !== null && users.length === 0) return <ErrorNotice error={error} />;
  const more = hasNextPage ? " so far" : "";
  return (
    <>
      <p aria-live="polite">
        {isPending
          ? "Searching…"
          : users.length === 0 && hasNextPage
            ? "Searching…"
            : `${countOf(users.length, "user")}${more}`}
        {!hasFilters(filters) && ". Search by a part of any value, or by what became of users."}
      </p>
      {/* Apart, so that screen readers do not hear it count. */}
      {waits && last !== undefined && (
        <p>
          The plan is being made ready for searches, once: {formatCount(last.index.items)} of{" "}
          {formatCount(last.index.of)}
        </p>
      )}
      {users.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- arrow keys go from link to link; the links are what is interactive
        <div onKeyDown={moveBetweenRows}>
          <LongTable
            caption="Users of the plan"
            columns={columns}
            rows={users}
            total={users.length + (hasNextPage ? 1 : 0)}
            rowKey={({ seq }) => seq}
            onEndReached={() => {
              if (!isFetchingNextPage && !waits) void fetchNextPage();
            }}
          />
        </div>
      )}
      {hasNextPage && !waits && users.length > 0 && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? "Loading…" : "Load more"}
        </button>
      )}
    </>
  );
}

/** Whoever has the text for a value comes first, and again in the order of the plan. */
function unique(users: readonly ListedUser[]): readonly ListedUser[] {
  return [...new Map(users.map((user) => [user.seq, user])).values()];
}

/** Up and down go from one user to the next, as in a list. */
function moveBetweenRows(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("tbody th a")];
  const at = links.indexOf(event.target as HTMLAnchorElement);
  const next = at < 0 ? links[0] : links[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

function columnsFor(run: string): readonly LongTableColumn<ListedUser>[] {
  return [
    {
      title: "User",
      cell: ({ seq, loginId, sub }) => (
        <>
          <Link href={`/users/${encodeURIComponent(run)}/${seq}`}>
            {loginId === null ? <code className="short">{sub}</code> : <Masked value={loginId} masked />}
          </Link>
          {loginId !== null && (
            <div>
              <code className="short muted">{sub}</code>
            </div>
          )}
        </>
      ),
    },
    { title: "Plan", cell: ({ operation }) => wordOf(OPERATIONS, operation) },
    {
      title: "Outcome",
      cell: ({ outcome, failure }) => (
        <span className={outcome === "failed" ? "failed" : undefined}>
          {outcome === null ? "–" : wordOf(OUTCOMES, outcome)}
          {failure !== null && `: ${failure}`}
        </span>
      ),
    },
    { title: "Why", cell: ({ reason }) => <div className="why">{reason}</div> },
    { title: "Findings", cell: ({ rules }) => rules.join(", ") },
    { title: "Kind", cell: ({ kind }) => wordOf(KINDS, kind) },
    { title: "Name", cell: ({ name }) => (name === null ? "–" : <Masked value={name} masked />) },
  ];
}
