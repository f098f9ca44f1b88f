import type { JSX } from "react";
import type { Overview } from "../../contract/overview.ts";
import { CommandLine } from "../shell/command-line.tsx";

/** What the operator does next. */
export function NextAction({ next }: { readonly next: Overview["next"] }): JSX.Element {
  const { text, command } = next;
  const rest =
    command !== null && text.startsWith(command) ? text.slice(command.length).replace(/^[:;,]?\s*/, "") : text;
  return (
    <section className="next" aria-labelledby="next">
      <h2 id="next">Next</h2>
      <div aria-live="polite">
        {command !== null && <CommandLine command={command} />}
        {rest !== "" && <p>{capitalised(rest)}</p>}
      </div>
    </section>
  );
}

/** Commands keep their small letter. */
function capitalised(text: string): string {
  return text.startsWith("c2d ") ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
