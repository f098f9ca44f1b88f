import type { JSX } from "react";
import type { RunDocument } from "../../contract/run.ts";
import { formatCount } from "../shell/format.ts";
import { Printable } from "../shell/printable.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";
import { stepTitle } from "./run-address.ts";

/** The processes that work on the run, or the one that did last. */
export function Workers({ run: { workers } }: { readonly run: RunDocument }): JSX.Element {
  return (
    <section aria-labelledby="workers">
      <h2 id="workers">Processes</h2>
      {workers.length === 0 ? (
        <p>No process has worked on this run yet.</p>
      ) : (
        <TableFrame
          caption="Processes that work on the run, or the one that was last"
          head={[
            { title: "Process" },
            { title: "State" },
            { title: "Step" },
            { title: "Done", number: true },
            { title: "Last heard of" },
            { title: "Last wait" },
          ]}
        >
          {workers.map((worker) => (
            <tr key={`${worker.host} ${worker.pid} ${worker.startedAt}`}>
              <th scope="row">
                {worker.pid} on <Printable text={worker.host} />
              </th>
              <td className={worker.state === "gone" ? "failed" : undefined}>
                {worker.state}
                {worker.paused && ", paused"}
              </td>
              <td>{worker.step === null ? "–" : stepTitle(worker.step)}</td>
              <td className="number">
                {formatCount(worker.done)} of {formatCount(Math.max(worker.done, worker.total))}
              </td>
              <td className="short">
                <Time at={worker.heardAt} seconds />
              </td>
              <td>
                {worker.lastWait === null ? (
                  "–"
                ) : (
                  <>
                    <Printable text={worker.lastWait.what} /> <Time at={worker.lastWait.at} seconds />
                  </>
                )}
              </td>
            </tr>
          ))}
        </TableFrame>
      )}
    </section>
  );
}
