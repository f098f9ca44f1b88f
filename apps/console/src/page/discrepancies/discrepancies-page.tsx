import { useInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { Link } from "wouter";
import type {
  Discrepancies,
  DiscrepancyCause,
  DiscrepancyDocument,
  FieldCount,
  listDiscrepancies,
  revealDiscrepancies,
} from "../../contract/discrepancies.ts";
import { useRunName } from "../run/run-address.ts";
import { useRun } from "../run/use-run.ts";
import { callApi } from "../shell/api.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { Exports } from "../shell/exports.tsx";
import { countOf, formatCount } from "../shell/format.ts";
import { LongTable, type LongTableColumn } from "../shell/long-table.tsx";
import { Masked } from "../shell/masked.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { Printable } from "../shell/printable.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { useMayChange } from "../shell/session.ts";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";

const CAUSES: Readonly<Record<DiscrepancyCause, string>> = {
  "user-missing": "not in the project",
  "user-doubled": "there more than once",
  definition: "a definition",
  "value-missing": "the project has nothing",
  "value-differs": "another value",
};

/** What a reconcile found: by field, and one by one. */
export default function DiscrepanciesPage(): JSX.Element {
  const name = useRunName();
  const { run, none } = useRun(name);
  return (
    <>
      <PageTitle>Discrepancies</PageTitle>
      {none && (
        <EmptyState title="No run yet" command="c2d plan">
          What a reconcile finds is listed here.
        </EmptyState>
      )}
      {run !== undefined && (
        <Found key={run.run} run={run.run} newest={run.newest} reconciledAt={run.reconcile?.at ?? ""} />
      )}
    </>
  );
}

const ALL = "";

function Found({
  run,
  newest,
  reconciledAt,
}: {
  readonly run: string;
  readonly newest: boolean;
  readonly reconciledAt: string;
}): JSX.Element {
  const [field, setField] = useState(ALL);
  const [revealed, setRevealed] = useState(false);
  const mayChange = useMayChange();
  const filter = field === ALL ? {} : { field };
  const { data, error, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery({
    queryKey: ["discrepancies", run, field, revealed, reconciledAt],
    queryFn: ({ pageParam, signal }): Promise<Discrepancies> =>
      revealed
        ? callApi<typeof revealDiscrepancies>(
            "post",
            "/api/v1/runs/{run}/discrepancies/reveal",
            { params: { run }, body: { ...filter, after: pageParam } },
            signal,
          )
        : callApi<typeof listDiscrepancies>(
            "get",
            "/api/v1/runs/{run}/discrepancies",
            { params: { run }, query: { ...filter, after: String(pageParam) } },
            signal,
          ),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next ?? undefined,
    // What is shown in clear is noted each time it is asked for.
    staleTime: Infinity,
    gcTime: 0,
  });
  const first = data?.pages[0];
  const fields = first?.fields ?? [];
  const rows = data?.pages.flatMap((page) => page.discrepancies) ?? [];
  const total =
    field === ALL ? (first?.reconcile?.discrepancies ?? 0) : (fields.find((one) => one.field === field)?.count ?? 0);
  if (first === undefined) {
    return error === null ? <p className="loading">Loading…</p> : <ErrorNotice error={error} />;
  }
  if (first.reconcile === null) {
    return (
      <EmptyState title="Not reconciled yet" command="c2d reconcile">
        A reconcile reads the project back and compares every planned field. It writes nothing.
      </EmptyState>
    );
  }
  const { at, checked, discrepancies } = first.reconcile;
  return (
    <>
      <p>
        Run <Link href={newest ? "/run" : `/run/${run}`}>{run}</Link>, reconciled <Time at={at} />:{" "}
        {countOf(checked, "user")} compared,{" "}
        <strong>
          {formatCount(discrepancies)} {discrepancies === 1 ? "discrepancy" : "discrepancies"}
        </strong>
        .
      </p>
      {error !== null && <ErrorNotice error={error} />}
      {discrepancies === 0 ? (
        <EmptyState title="Everything is as planned">
          Every value that the plan names is in the project as planned.
        </EmptyState>
      ) : (
        <>
          <Fields fields={fields} />
          <section aria-labelledby="one-by-one">
            <h2 id="one-by-one">One by one</h2>
            <div className="actions">
              <label>
                Field{" "}
                <select value={field} onChange={({ target }) => setField(target.value)}>
                  <option value={ALL}>All fields</option>
                  {fields.map((one) => (
                    <option key={one.field} value={one.field}>
                      {one.field} ({formatCount(one.count)})
                    </option>
                  ))}
                </select>
              </label>
              {mayChange && (
                <button type="button" aria-pressed={revealed} onClick={() => setRevealed((before) => !before)}>
                  {revealed ? "Mask personal data" : "Show personal data"}
                </button>
              )}
            </div>
            {revealed && <p className="muted">That these values were shown is noted with the run.</p>}
            <LongTable
              caption="Discrepancies in the order in which they were found"
              columns={columnsOf(run)}
              rows={rows}
              total={Math.max(total, rows.length)}
              rowKey={({ no }) => no}
              onEndReached={() => {
                if (hasNextPage && !isFetching) void fetchNextPage();
              }}
            />
            <Exports path="/api/v1/runs/{run}/discrepancies/export" run={run} filter={filter} mayReveal={mayChange} />
          </section>
        </>
      )}
    </>
  );
}

function columnsOf(run: string): readonly LongTableColumn<DiscrepancyDocument>[] {
  return [
    {
      title: "User",
      cell: ({ seq, sub }) => {
        if (seq !== null) return <Link href={`/users/${run}/${seq}`}>{formatCount(seq)}</Link>;
        return sub === null ? "(definition)" : <Printable text={sub} />;
      },
    },
    { title: "Field", cell: ({ field }) => <Printable text={field} /> },
    { title: "What", cell: ({ cause }) => CAUSES[cause] },
    { title: "Planned", cell: ({ expected }) => <Masked value={expected.text} masked={expected.masked} /> },
    { title: "In the project", cell: ({ actual }) => <Masked value={actual.text} masked={actual.masked} /> },
  ];
}

function Fields({ fields }: { readonly fields: readonly FieldCount[] }): JSX.Element {
  return (
    <section aria-labelledby="fields">
      <h2 id="fields">By field</h2>
      <TableFrame
        caption="Discrepancies by field, the most frequent first"
        head={[{ title: "Field" }, { title: "Discrepancies", number: true }, { title: "What to do" }]}
      >
        {fields.map(({ field, count, advice }) => (
          <tr key={field}>
            <th scope="row">
              <Printable text={field} />
            </th>
            <td className="number">{formatCount(count)}</td>
            <td>{advice}</td>
          </tr>
        ))}
      </TableFrame>
    </section>
  );
}
