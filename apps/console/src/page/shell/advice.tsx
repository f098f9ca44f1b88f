import type { JSX } from "react";

/** A sentence of ours, with what stands between backticks as code. */
export function Advice({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {text.split("`").map((piece, index) =>
        // oxlint-disable-next-line react/no-array-index-key -- pieces have no other name, and never move
        index % 2 === 1 ? <code key={index}>{piece}</code> : piece,
      )}
    </>
  );
}
