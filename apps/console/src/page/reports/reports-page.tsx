import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import type { readReports, RecordSummary, ReportOverview } from "../../contract/reports.ts";
import { callApi } from "../shell/api.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { formatCount } from "../shell/format.ts";
import { PageTitle } from "../shell/page-title.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { ReportDownload } from "./report-download.tsx";

/** Reports to take away, and whether what is on record is whole. */
export default function ReportsPage(): JSX.Element {
  const { data, error } = useQuery({
    queryKey: ["reports"],
    queryFn: ({ signal }) => callApi<typeof readReports>("get", "/api/v1/reports", undefined, signal),
  });
  return (
    <>
      <PageTitle>Reports</PageTitle>
      {data !== undefined && <Shown overview={data} />}
      {data === undefined && error !== null && <ErrorNotice error={error} />}
      {data === undefined && error === null && <p className="loading">Loading…</p>}
    </>
  );
}

function Shown({ overview: { reports, records } }: { readonly overview: ReportOverview }): JSX.Element {
  if (records.length === 0) {
    return (
      <EmptyState title="Nothing to report yet" command="c2d plan">
        There is no run yet. Reading the pools and making a plan writes nothing to Descope.
      </EmptyState>
    );
  }
  return (
    <>
      <section aria-labelledby="downloads">
        <h2 id="downloads">Make a report</h2>
        <p>Each is made when it is asked for, sealed with the record of its runs, and holds no values of users.</p>
        <ul className="plain">
          {reports.map((report) => (
            <ReportDownload key={report.kind} report={report} />
          ))}
        </ul>
      </section>
      <section aria-labelledby="records">
        <h2 id="records">Records</h2>
        <p>
          Each event of a run holds the hash of the one before. The last hash stands for all of them: kept where nobody
          can write the state, it proves later that nothing was changed since.
        </p>
        <TableFrame caption="Records of the runs, newest first" head={HEAD}>
          {records.map((record) => (
            <RecordRow key={record.run} record={record} />
          ))}
        </TableFrame>
      </section>
    </>
  );
}

const HEAD = [
  { title: "Run" },
  { title: "Kind" },
  { title: "Events", number: true },
  { title: "Chain" },
  { title: "Last hash" },
] as const;

function RecordRow({ record }: { readonly record: RecordSummary }): JSX.Element {
  const { run, kind, events, head, problems } = record;
  return (
    <tr>
      <th scope="row">
        <code>{run}</code>
      </th>
      <td>{kind}</td>
      <td className="number">{formatCount(events)}</td>
      <td className={problems.length > 0 ? "failed" : undefined}>
        {problems.length > 0 ? problems.join("; ") : head === null ? "none: an older version made the run" : "whole"}
      </td>
      <td>{head !== null && <code>{head}</code>}</td>
    </tr>
  );
}
