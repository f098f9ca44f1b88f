import { formatCount } from "./amounts.ts";
import { table } from "./elements.ts";
import { foreign, type Html, html, prose } from "./html.ts";
import type { ReportedFinding } from "./plan-report.ts";

/** Findings with what to do about each; blockers come first, as they do in a plan. */
export function findingsTable(findings: readonly ReportedFinding[]): Html {
  return table(
    "Findings, the most severe first",
    findings,
    [
      { title: "Rule", cell: ({ rule }) => html`<code>${rule}</code>` },
      { title: "Severity", cell: ({ severity }) => html`<span class="tag ${severity}">${severity}</span>` },
      { title: "Count", kind: "number", cell: ({ count }) => formatCount(count) },
      {
        title: "What it means, and what to do",
        kind: "wide",
        cell: ({ message, advice, subjects, count }) =>
          html`${prose(message)}<br /><span class="muted">${prose(advice)}</span>${
              subjects.length > 0 &&
              html`<br /><span class="muted"
                  >About:
                  ${subjects.map(
                    (subject, index) => html`${index > 0 && ", "}${foreign(subject)}`,
                  )}${subjects.length === 20 && count > 20 && ", …"}</span
                >`
            }`,
      },
    ],
    { empty: "No findings." },
  );
}
