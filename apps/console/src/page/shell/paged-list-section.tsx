import type { JSX } from "react";
import { Exports } from "./exports.tsx";
import { formatCount } from "./format.ts";
import { LongTable, type LongTableColumn } from "./long-table.tsx";
import { useMayChange } from "./session.ts";
import type { PagedList } from "./use-paged-list.ts";

/** What a section with a paged list shows. */
export interface PagedListSectionProps<Row> {
  readonly list: PagedList<unknown>;
  /** Names the heading in the page. */
  readonly id: string;
  readonly title: string;
  /** What the list can be narrowed to. */
  readonly choice: {
    readonly label: string;
    readonly all: string;
    readonly options: readonly { readonly name: string; readonly count: number }[];
  };
  /** Said while personal data is shown. */
  readonly revealedNote: string;
  readonly caption: string;
  readonly columns: readonly LongTableColumn<Row>[];
  readonly rows: readonly Row[];
  /** All rows that there are of what is chosen. */
  readonly total: number;
  readonly rowKey: (row: Row) => number;
  readonly run: string;
  /** Path of the export with `{run}` in it. */
  readonly exportPath: string;
  readonly filter: Readonly<Record<string, string>>;
}

/** A list of a run with what narrows it, what shows personal data, and its downloads. */
export function PagedListSection<Row>({
  list,
  id,
  title,
  choice,
  revealedNote,
  caption,
  columns,
  rows,
  total,
  rowKey,
  run,
  exportPath,
  filter,
}: PagedListSectionProps<Row>): JSX.Element {
  const mayChange = useMayChange();
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <div className="actions">
        <label>
          {choice.label}{" "}
          <select
            value={list.chosen ?? ""}
            onChange={({ target }) => list.choose(target.value === "" ? undefined : target.value)}
          >
            <option value="">{choice.all}</option>
            {choice.options.map(({ name, count }) => (
              <option key={name} value={name}>
                {name} ({formatCount(count)})
              </option>
            ))}
          </select>
        </label>
        {mayChange && (
          <button type="button" aria-pressed={list.revealed} onClick={list.toggleRevealed}>
            {list.revealed ? "Mask personal data" : "Show personal data"}
          </button>
        )}
      </div>
      {list.revealed && <p className="muted">{revealedNote}</p>}
      <LongTable
        caption={caption}
        columns={columns}
        rows={rows}
        total={Math.max(total, rows.length)}
        rowKey={rowKey}
        onEndReached={list.readMore}
      />
      <Exports path={exportPath} run={run} filter={filter} mayReveal={mayChange} />
    </section>
  );
}
