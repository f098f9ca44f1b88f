import type { JSX } from "react";
import { Link } from "wouter";
import type { UserDetail } from "../../contract/users.ts";
import { OPERATIONS, OUTCOMES, wordOf } from "../plan/words.ts";
import { countOf } from "../shell/format.ts";
import { Printable } from "../shell/printable.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";

const HEAD = [
  { title: "Run" },
  { title: "Kind" },
  { title: "Began" },
  { title: "Plan" },
  { title: "Outcome" },
] as const;

/** The user in other runs, and who looked at it in this one. */
export function UserHistory({ user }: { readonly user: UserDetail }): JSX.Element {
  const { history, unsearchedRuns, events } = user;
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      {history.length === 0 ? (
        <p>{unsearchedRuns === 0 ? "No other run had this user." : "No run that is searched so far had this user."}</p>
      ) : (
        <TableFrame caption="The user in other runs, newest first" head={HEAD}>
          {history.map(({ run, runKind, startedAt, seq, operation, outcome, failure }) => (
            <tr key={run}>
              {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- the link is its text */}
              <th scope="row">
                <Link href={`/users/${encodeURIComponent(run)}/${seq}`}>
                  <code>{run}</code>
                </Link>
              </th>
              <td>{runKind}</td>
              <td className="short">
                <Time at={startedAt} />
              </td>
              <td>{wordOf(OPERATIONS, operation)}</td>
              <td className={outcome === "failed" ? "failed" : undefined}>
                {outcome === null ? "Not applied" : wordOf(OUTCOMES, outcome)}
                {failure !== null && `: ${failure}`}
              </td>
            </tr>
          ))}
        </TableFrame>
      )}
      {unsearchedRuns > 0 && (
        <p className="muted">
          {countOf(unsearchedRuns, "run")} are still being made ready for searches. Come back in a minute.
        </p>
      )}
      {events.length > 0 && (
        <ul>
          {events.map(({ at, type, operator }) => (
            <li key={`${at} ${type}`}>
              <Time at={at} />: {type === "revealed" ? "personal values revealed" : type}
              {operator !== null && (
                <>
                  {" "}
                  by <Printable text={operator} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
