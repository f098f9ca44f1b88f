import type { JSX } from "react";
import type { ModeChange } from "../../contract/sso.ts";
import { Printable } from "../shell/printable.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";
import { STAGE_NAMES } from "./class-names.ts";

const HEAD = [
  { title: "When" },
  { title: "From" },
  { title: "To" },
  { title: "Who" },
  { title: "By" },
  { title: "Why" },
] as const;

const WHYS: Readonly<Record<ModeChange["why"], string>> = {
  step: "A step with open gates",
  back: "The way back",
  mode: "Set by name, without gates",
};

/** Who changed the stage of a connection. */
export function HistoryTable({ history }: { readonly history: readonly ModeChange[] }): JSX.Element {
  return (
    <section aria-labelledby="history">
      <h3 id="history">History</h3>
      {history.length === 0 ? (
        <p>Nobody has changed it yet.</p>
      ) : (
        <TableFrame caption="Changes of the stage, newest first" head={HEAD}>
          {history.map(({ at, from, to, by, through, why }) => (
            <tr key={at}>
              <th scope="row" className="short">
                <Time at={at} />
              </th>
              <td>{STAGE_NAMES[from][0]}</td>
              <td>{STAGE_NAMES[to][0]}</td>
              <td>
                <Printable text={by} longest={60} />
              </td>
              <td>{through === "console" ? "Console" : "Command line"}</td>
              <td>{WHYS[why]}</td>
            </tr>
          ))}
        </TableFrame>
      )}
    </section>
  );
}
