import type { JSX } from "react";
import type { ListedRun } from "../../contract/overview.ts";
import { formatCount } from "../shell/format.ts";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";

/** Only a sync and a rollback delete users. */
const DELETED = { title: "Deleted", number: true } as const;

const HEAD = [
  { title: "Run" },
  { title: "Kind" },
  { title: "State" },
  { title: "Started" },
  { title: "Created", number: true },
  { title: "Updated", number: true },
  { title: "Unchanged", number: true },
  { title: "Left out", number: true },
  { title: "Failed", number: true },
] as const;

/** All runs, newest first. */
export function RunList({
  runs,
  runCount,
}: {
  readonly runs: readonly ListedRun[];
  readonly runCount: number;
}): JSX.Element {
  const someDeleted = runs.some(({ users }) => users.deleted > 0);
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">Runs</h2>
      {runs.length === 0 ? (
        <p>There is no run yet.</p>
      ) : (
        <TableFrame
          caption={
            runs.length < runCount
              ? `The newest ${runs.length} of ${formatCount(runCount)} runs`
              : "All runs, newest first"
          }
          head={someDeleted ? [...HEAD, DELETED] : HEAD}
        >
          {runs.map((run) => (
            <tr key={run.run}>
              <th scope="row">
                <code>{run.run}</code>
                {run.rollsBack !== null && (
                  <span className="muted">
                    {" "}
                    takes back <code>{run.rollsBack}</code>
                  </span>
                )}
                {run.rolledBackBy !== null && (
                  <span className="muted">
                    {" "}
                    taken back by <code>{run.rolledBackBy}</code>
                  </span>
                )}
              </th>
              <td>{run.kind}</td>
              <td>{run.state}</td>
              <td className="short">
                <Time at={run.startedAt} />
              </td>
              <td className="number">{formatCount(run.users.created)}</td>
              <td className="number">{formatCount(run.users.updated)}</td>
              <td className="number">{formatCount(run.users.unchanged)}</td>
              <td className="number">{formatCount(run.users.skipped)}</td>
              <td className={run.users.failed > 0 ? "number failed" : "number"}>{formatCount(run.users.failed)}</td>
              {someDeleted && <td className="number">{formatCount(run.users.deleted)}</td>}
            </tr>
          ))}
        </TableFrame>
      )}
    </section>
  );
}
