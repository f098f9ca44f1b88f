import type { JSX } from "react";

/** A sentence of advice in which commands stand between backticks. */
export function Advice({ text }: { readonly text: string }): JSX.Element {
  const parts = text.split("`");
  return (
    <p>
      {parts.map((part, index) =>
        // oxlint-disable-next-line react/no-array-index-key -- parts have no other name, and never move
        index % 2 === 1 ? <code key={index}>{part}</code> : part,
      )}
    </p>
  );
}
