import type { JSX } from "react";
import { CommandLine } from "./command-line.tsx";

/** What the operator does next, by one page. */
export function NextStep({
  next: { text, command },
}: {
  readonly next: { readonly text: string; readonly command: string | null };
}): JSX.Element {
  return (
    <section className="next" aria-labelledby="next">
      <h2 id="next">Next</h2>
      <div aria-live="polite">
        <p>{text}</p>
        {command !== null && <CommandLine command={command} />}
      </div>
    </section>
  );
}
