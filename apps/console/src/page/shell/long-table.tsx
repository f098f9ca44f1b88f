import { useVirtualizer } from "@tanstack/react-virtual";
import { type JSX, type ReactNode, useEffect, useRef } from "react";

/** A column of a long table. */
export interface LongTableColumn<Row> {
  readonly title: string;
  /** Right-aligned figures. */
  readonly number?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** What a long table shows. */
export interface LongTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly LongTableColumn<Row>[];
  /** The rows that are loaded. */
  readonly rows: readonly Row[];
  /** All rows that there are, loaded or not. */
  readonly total: number;
  readonly rowKey: (row: Row) => string | number;
  /** Called when the last loaded row comes into sight and there are more. */
  readonly onEndReached?: () => void;
}

const ROW_HEIGHT = 40;

/**
 * A table of any length that stays smooth: only the rows in sight are in the document. The first column names the row.
 *
 * Screen readers hear how many rows there are and which one they are on.
 */
export function LongTable<Row>({
  caption,
  columns,
  rows,
  total,
  rowKey,
  onEndReached,
}: LongTableProps<Row>): JSX.Element {
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const shown = virtualizer.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  const hasMore = rows.length < total;
  useEffect(() => {
    if (hasMore && last >= rows.length - 1) onEndReached?.();
  }, [hasMore, last, rows.length, onEndReached]);
  const before = shown[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <section className="scroll long" aria-label={caption} tabIndex={0} ref={scroller}>
      <table aria-rowcount={total + 1}>
        <caption>{caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ title, number }) => (
              <th key={title} scope="col" className={number === true ? "number" : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space height={before} columns={columns.length} />
          {shown.map(({ index }) => {
            const row = rows[index] as Row;
            return (
              <tr
                key={rowKey(row)}
                data-index={index}
                ref={(element) => virtualizer.measureElement(element)}
                aria-rowindex={index + 2}
              >
                {columns.map(({ title, number, cell }, column) => {
                  const className = number === true ? "number" : undefined;
                  return column === 0 ? (
                    <th key={title} scope="row" className={className}>
                      {cell(row)}
                    </th>
                  ) : (
                    <td key={title} className={className}>
                      {cell(row)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
          <Space height={after} columns={columns.length} />
        </tbody>
      </table>
    </section>
  );
}

/** Stands for the rows that are not in the document. */
function Space({ height, columns }: { readonly height: number; readonly columns: number }): JSX.Element | null {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true" className="space">
      {/* oxlint-disable-next-line react/forbid-dom-props, jsx-a11y/control-has-associated-label -- React sets it by script, which the policy lets through; nobody reads it */}
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
