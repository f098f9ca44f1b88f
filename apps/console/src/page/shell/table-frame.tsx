import type { JSX, ReactNode } from "react";

/** A table with its caption, which scrolls sideways by itself where it is too wide: by keyboard as well. */
export function TableFrame({
  caption,
  head,
  children,
}: {
  readonly caption: string;
  /** Titles of the columns. */
  readonly head: readonly { readonly title: string; readonly number?: boolean }[];
  /** The rows. */
  readonly children: ReactNode;
}): JSX.Element {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <section className="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map(({ title, number }) => (
              <th key={title} scope="col" className={number === true ? "number" : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
