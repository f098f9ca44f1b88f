import { formatCount } from "./amounts.ts";
import { type Html, html, type HtmlValue } from "./html.ts";

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => HtmlValue;
  /** Numbers stand at the end of their cell; `wide` columns keep room for prose; `short` ones are never broken. */
  readonly kind?: "number" | "wide" | "short";
}

/** Tables up to this length are not torn apart by a page's end in print. */
const MOST_ROWS_ON_ONE_PAGE = 12;

/**
 * A table with a caption; `empty` stands in its place when there are no rows.
 *
 * The first column heads the row.
 */
export function table<Row>(
  caption: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: { readonly empty: string; readonly foot?: readonly HtmlValue[] },
): Html {
  if (rows.length === 0) return html`<p>${options.empty}</p>`;
  const attributes = ({ kind }: Column<Row>): Html => (kind === undefined ? html`` : html` class="${kind}"`);
  const cell = (row: Row, column: Column<Row>, index: number): Html =>
    index === 0
      ? html`<th scope="row" ${attributes(column)}>${column.cell(row)}</th>`
      : html`<td${attributes(column)}>${column.cell(row)}</td>`;
  const size = rows.length <= MOST_ROWS_ON_ONE_PAGE ? "scroll whole" : "scroll";
  // Not a region: a page of three pools would have forty landmarks, several of one name.
  return html`<div class="${size}" role="group" tabindex="0" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" ${attributes(column)}>${column.title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column, index) => cell(row, column, index))}
            </tr> `,
        )}
      </tbody>
      ${
        options.foot !== undefined &&
        html`<tfoot>
          <tr>
            ${columns.map((column, index) =>
              index === 0
                ? html`<th scope="row" ${attributes(column)}>${options.foot?.[index]}</th>`
                : html`<td${attributes(column)}>${options.foot?.[index]}</td>`,
            )}
          </tr>
        </tfoot>`
      }
    </table>
  </div>`;
}

/** Facts as terms with their values. */
export function facts(entries: readonly (readonly [term: string, value: HtmlValue])[]): Html {
  return html`<dl class="facts">
    ${entries.map(
      ([term, value]) =>
        html`<dt>${term}</dt>
          <dd>${value}</dd> `,
    )}
  </dl>`;
}

/** Large numbers side by side. */
export function tiles(entries: readonly (readonly [label: string, count: number | string])[]): Html {
  return html`<ul class="tiles">
    ${entries.map(([label, count]) => html`<li><b>${typeof count === "number" ? formatCount(count) : count}</b> ${label}</li> `)}
  </ul>`;
}

/** What the page says first. */
export function banner(tone: "good" | "warn" | "bad", title: string, text: HtmlValue): Html {
  return html`<div class="banner ${tone}"><strong>${title}</strong>${text}</div>`;
}

/** A list of sentences; `empty` stands in its place when there are none. */
export function list(items: readonly HtmlValue[], empty: string): Html {
  return items.length === 0
    ? html`<p>${empty}</p>`
    : html`<ul>
        ${items.map((item) => html`<li>${item}</li> `)}
      </ul>`;
}
