import type { JSX } from "react";
import { Link } from "wouter";
import type { DeadLetter, listDeadLetters, revealDeadLetters } from "../../contract/dead-letters.ts";
import type { FailureCauseDocument } from "../../contract/run.ts";
import { useRunName } from "../run/run-address.ts";
import { useRun } from "../run/use-run.ts";
import { useStartCommand } from "../run/use-start-command.ts";
import { Advice } from "../shell/advice.tsx";
import { callApi } from "../shell/api.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { countOf, formatCount } from "../shell/format.ts";
import { useLive } from "../shell/live.tsx";
import type { LongTableColumn } from "../shell/long-table.tsx";
import { Masked } from "../shell/masked.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { PagedListSection } from "../shell/paged-list-section.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { useMayChange } from "../shell/session.ts";
import { usePagedList } from "../shell/use-paged-list.ts";

/** Users that failed: why, who, and what can be done. */
export default function DeadLettersPage(): JSX.Element {
  const name = useRunName();
  const { run, none } = useRun(name);
  return (
    <>
      <PageTitle>Dead letters</PageTitle>
      {none && (
        <EmptyState title="No run yet" command="c2d plan">
          Users that fail while a run is applied are listed here.
        </EmptyState>
      )}
      {/* What has an outcome since is another list. */}
      {run !== undefined && <Letters key={run.run} run={run.run} newest={run.newest} failed={run.users.failed} />}
    </>
  );
}

function filterOf(chosen: string | undefined): { readonly class?: string } {
  return chosen === undefined ? {} : { class: chosen };
}

function Letters({
  run,
  newest,
  failed,
}: {
  readonly run: string;
  readonly newest: boolean;
  readonly failed: number;
}): JSX.Element {
  const mayChange = useMayChange();
  const list = usePagedList(["dead-letters", run, failed], ({ chosen, revealed, after }, signal) =>
    revealed
      ? callApi<typeof revealDeadLetters>(
          "post",
          "/api/v1/runs/{run}/dead-letters/reveal",
          { params: { run }, body: { ...filterOf(chosen), after } },
          signal,
        )
      : callApi<typeof listDeadLetters>(
          "get",
          "/api/v1/runs/{run}/dead-letters",
          { params: { run }, query: { ...filterOf(chosen), after: String(after) } },
          signal,
        ),
  );
  const { chosen, pages, error } = list;
  const causes = pages?.[0]?.causes ?? [];
  const users = pages?.flatMap((page) => page.users) ?? [];
  const total = chosen === undefined ? sum(causes) : (causes.find((one) => one.class === chosen)?.count ?? 0);
  return (
    <>
      <p>
        Run <Link href={newest ? "/run" : `/run/${run}`}>{run}</Link>: <strong>{countOf(failed, "user")}</strong>{" "}
        failed. Nothing of them is lost, and nothing is done about them by itself.
      </p>
      {error !== null && <ErrorNotice error={error} />}
      {causes.length > 0 && <Causes causes={causes} run={run} mayRetry={mayChange && newest} />}
      {pages !== undefined && causes.length === 0 && (
        <EmptyState title="Nobody failed">
          Every user of this run has another outcome, or its turn is still to come.
        </EmptyState>
      )}
      {causes.length > 0 && (
        <PagedListSection
          list={list}
          id="users"
          title="Users"
          choice={{
            label: "Cause",
            all: "All causes",
            options: causes.map((cause) => ({ name: cause.class, count: cause.count })),
          }}
          revealedNote="That these users were shown is noted with the run."
          caption="Users that failed, by their numbers in the run"
          columns={columnsOf(run, mayChange && newest)}
          rows={users}
          total={total}
          rowKey={({ seq }) => seq}
          run={run}
          exportPath="/api/v1/runs/{run}/dead-letters/export"
          filter={filterOf(chosen)}
        />
      )}
    </>
  );
}

function columnsOf(run: string, mayRetry: boolean): readonly LongTableColumn<DeadLetter>[] {
  const columns: readonly LongTableColumn<DeadLetter>[] = [
    { title: "User", cell: ({ seq }) => <Link href={`/users/${run}/${seq}`}>{formatCount(seq)}</Link> },
    { title: "Login ID", cell: ({ loginId }) => <Masked value={loginId.text} masked={loginId.masked} /> },
    { title: "Cause", cell: (user) => <code>{user.class}</code> },
    { title: "Kind", cell: ({ kind }) => kind },
    {
      title: "The project's words",
      cell: ({ detail }) => (detail === null ? "–" : <Masked value={detail.text} masked={detail.masked} />),
    },
  ];
  if (!mayRetry) return columns;
  return [...columns, { title: "Try again", cell: ({ seq }) => <RetryUser run={run} seq={seq} /> }];
}

function sum(causes: readonly FailureCauseDocument[]): number {
  return causes.reduce((total, { count }) => total + count, 0);
}

function Causes({
  causes,
  run,
  mayRetry,
}: {
  readonly causes: readonly FailureCauseDocument[];
  readonly run: string;
  readonly mayRetry: boolean;
}): JSX.Element {
  const start = useStartCommand();
  const busy = useBusy() || start.isPending;
  return (
    <section aria-labelledby="causes">
      <h2 id="causes">Causes</h2>
      {causes.map(({ class: name, count, meaning, retryable, advice }) => (
        <article key={name} className={`banner ${retryable ? "warn" : "bad"}`}>
          <h3>
            <code>{name}</code>: {countOf(count, "user")}
          </h3>
          <p>
            {meaning.slice(0, 1).toUpperCase() + meaning.slice(1)}.{" "}
            {retryable ? "Can be retried." : "To be mended first."}
          </p>
          <p>
            <Advice text={advice} />
          </p>
          {mayRetry && (
            <button
              type="button"
              disabled={busy}
              onClick={() => start.mutate({ command: "retry", run, classes: [name as "refused"] })}
            >
              Retry all with {name}
            </button>
          )}
        </article>
      ))}
      {start.error !== null && <ErrorNotice error={start.error} />}
      <p aria-live="polite">{start.isSuccess && "The retry has begun: the page of the run shows how it goes."}</p>
    </section>
  );
}

function RetryUser({ run, seq }: { readonly run: string; readonly seq: number }): JSX.Element {
  const start = useStartCommand();
  const busy = useBusy();
  return (
    <>
      <button
        type="button"
        className="small"
        disabled={busy || start.isPending}
        aria-label={`Retry user ${seq}`}
        onClick={() => start.mutate({ command: "retry", run, users: [seq] })}
      >
        Retry
      </button>
      {start.error !== null && <ErrorNotice error={start.error} />}
    </>
  );
}

/** Whether somebody is at work already. */
function useBusy(): boolean {
  const commands = useLive("commands")?.commands ?? [];
  return useLive("run")?.atWork === "working" || commands.some(({ state }) => state === "running");
}
