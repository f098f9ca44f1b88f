import type { JSX } from "react";
import { Link } from "wouter";
import type {
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
import { countOf, formatCount } from "../shell/format.ts";
import type { LongTableColumn } from "../shell/long-table.tsx";
import { Masked } from "../shell/masked.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { PagedListSection } from "../shell/paged-list-section.tsx";
import { Printable } from "../shell/printable.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";
import { usePagedList } from "../shell/use-paged-list.ts";

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

function filterOf(chosen: string | undefined): { readonly field?: string } {
  return chosen === undefined ? {} : { field: chosen };
}

function Found({
  run,
  newest,
  reconciledAt,
}: {
  readonly run: string;
  readonly newest: boolean;
  readonly reconciledAt: string;
}): JSX.Element {
  const list = usePagedList(["discrepancies", run, reconciledAt], ({ chosen, revealed, after }, signal) =>
    revealed
      ? callApi<typeof revealDiscrepancies>(
          "post",
          "/api/v1/runs/{run}/discrepancies/reveal",
          { params: { run }, body: { ...filterOf(chosen), after } },
          signal,
        )
      : callApi<typeof listDiscrepancies>(
          "get",
          "/api/v1/runs/{run}/discrepancies",
          { params: { run }, query: { ...filterOf(chosen), after: String(after) } },
          signal,
        ),
  );
  const { chosen, pages, error } = list;
  const first = pages?.[0];
  const fields = first?.fields ?? [];
  const rows = pages?.flatMap((page) => page.discrepancies) ?? [];
  const total =
    chosen === undefined
      ? (first?.reconcile?.discrepancies ?? 0)
      : (fields.find(({ field }) => field === chosen)?.count ?? 0);
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
          <PagedListSection
            list={list}
            id="one-by-one"
            title="One by one"
            choice={{
              label: "Field",
              all: "All fields",
              options: fields.map(({ field, count }) => ({ name: field, count })),
            }}
            revealedNote="That these values were shown is noted with the run."
            caption="Discrepancies in the order in which they were found"
            columns={columnsOf(run)}
            rows={rows}
            total={total}
            rowKey={({ no }) => no}
            run={run}
            exportPath="/api/v1/runs/{run}/discrepancies/export"
            filter={filterOf(chosen)}
          />
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
