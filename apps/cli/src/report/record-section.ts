import { countOf, formatTime } from "./amounts.ts";
import { facts, list, table } from "./elements.ts";
import { eventOperator, eventWords } from "./event-words.ts";
import { foreign, type Html, html, prose } from "./html.ts";
import type { ReportedRecord, Seal } from "./seal.ts";

/** How many events of a run stand on the page; the data inside it holds all that the report has. */
const MAX_ROWS = 200;

/** What is on record, and what that proves. Nothing for a report without a seal. */
export function recordSection({ records, integrity }: Partial<Seal>): Html {
  if (integrity === undefined) return html``;
  return html`<h2>Record</h2>
    ${list(integrity.means.map(prose), "")}
    ${facts([
      ["Hash of this document", html`<code class="hash">${integrity.hash}</code>`],
      ["Runs on record", String(records?.length ?? 0)],
    ])}
    ${(records ?? []).map(recordOf)}`;
}

function recordOf({ run, earlier, events, head }: ReportedRecord): Html {
  return html`<h3>Run <code>${foreign(run)}</code></h3>
    ${
      earlier.length > 0 &&
      html`<p>
        ${countOf(earlier.length, "event")} of a version that kept no chain came before: the chain vouches for what they
        were when it began, and for nothing before that.
      </p>`
    }
    ${
      head === null
        ? html`<p>Nothing is on record of this run: it is of a version that kept no chain.</p>`
        : html`<p>${countOf(head.events, "event")}; the last hash is <code class="hash">${head.hash}</code>.</p>`
    }
    ${table(
      `Events of run ${run}, in order`,
      events.slice(0, MAX_ROWS),
      [
        { title: "No.", kind: "number", cell: ({ seq }) => seq },
        { title: "When", kind: "short", cell: ({ at }) => formatTime(at) },
        {
          title: "What",
          kind: "wide",
          cell: (event) => foreign(eventWords(event)),
        },
        { title: "Who", kind: "short", cell: ({ data }) => foreign(eventOperator(data) ?? "") },
        { title: "Hash", kind: "short", cell: ({ hash }) => html`<code>${hash.slice(0, 12)}…</code>` },
      ],
      { empty: "" },
    )}
    ${
      events.length > MAX_ROWS &&
      html`<p>${countOf(events.length - MAX_ROWS, "more event")} in the data inside this page.</p>`
    }`;
}
