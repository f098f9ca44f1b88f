import { type JSX, useState } from "react";
import { shorten, spellOut } from "./spell-out.ts";

/** Beyond that a text is cut until somebody wants the rest. */
const LONGEST = 200;

/** A text of somebody else's making: kept apart from the direction of what is around it, with nothing invisible in it. */
export function Printable({
  text,
  longest = LONGEST,
}: {
  readonly text: string;
  readonly longest?: number;
}): JSX.Element {
  const [whole, setWhole] = useState(false);
  const shown = whole ? text : shorten(text, longest);
  return (
    <>
      <bdi className="printable">
        {spellOut(shown).map(({ text: piece, spelled }, index) =>
          spelled ? (
            // oxlint-disable-next-line react/no-array-index-key -- pieces have no other name, and never move
            <span className="invisible" key={index}>
              {piece}
            </span>
          ) : (
            piece
          ),
        )}
      </bdi>
      {shown !== text && (
        <button type="button" className="link" onClick={() => setWhole(true)}>
          Show all {text.length.toLocaleString("en-US")} characters
        </button>
      )}
    </>
  );
}
