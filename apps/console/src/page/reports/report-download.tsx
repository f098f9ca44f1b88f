import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { JSX } from "react";
import type { AvailableReport, createReport, MadeReport, ReportKind } from "../../contract/reports.ts";
import { callApi } from "../shell/api.ts";
import { ErrorNotice } from "../shell/problem-notice.tsx";

const NAMES: Readonly<Record<ReportKind, readonly [title: string, what: string]>> = {
  final: ["Final report", "the whole migration, for a manager and an auditor"],
  assess: ["Assessment", "what is in the pools, what moves and what cannot"],
  plan: ["Plan", "what would be written, without the users"],
  reconcile: ["Reconcile", "what the project has, compared with the plan"],
};

/** One report, with what it can be taken away as. */
export function ReportDownload({ report: { kind, run } }: { readonly report: AvailableReport }): JSX.Element {
  const client = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: async (form: Form) => {
      const made = await callApi<typeof createReport>("post", "/api/v1/reports", { body: { kind } });
      save(made, form);
      return made;
    },
    // That it was made is on record.
    onSuccess: () => client.invalidateQueries({ queryKey: ["reports"] }),
  });
  const [title, what] = NAMES[kind];
  return (
    <li className="report">
      <h3>{title}</h3>
      <p className="muted">{what[0]?.toUpperCase() + what.slice(1)}.</p>
      {run === null ? (
        <p className="muted">No run has what this report needs yet.</p>
      ) : (
        <p className="actions">
          <button type="button" disabled={isPending} onClick={() => mutate("html")}>
            {title} as a page
          </button>{" "}
          <button type="button" disabled={isPending} onClick={() => mutate("json")}>
            {title} as JSON
          </button>
        </p>
      )}
      <p aria-live="polite" className="muted">
        {data !== undefined && (
          <>
            Made; its hash is <code>{data.hash}</code>.
          </>
        )}
      </p>
      {error !== null && <ErrorNotice error={error} />}
    </li>
  );
}

type Form = "html" | "json";

/** Gives a file to the browser, which saves it. */
function save({ name, document: text, page }: MadeReport, form: Form): void {
  const blob = new Blob([form === "html" ? page : text], { type: form === "html" ? "text/html" : "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.${form}`;
  link.click();
  URL.revokeObjectURL(link.href);
}
