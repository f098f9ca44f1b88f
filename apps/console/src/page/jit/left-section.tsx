import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { JSX } from "react";
import type { countUsersLeft, UsersLeft } from "../../contract/jit.ts";
import { callApi } from "../shell/api.ts";
import { countOf, formatCount } from "../shell/format.ts";
import { Printable } from "../shell/printable.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { useSession } from "../shell/session.ts";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";

const CHANGES = [
  ["30-days", "In the last 30 days"],
  ["90-days", "31 to 90 days ago"],
  ["365-days", "91 to 365 days ago"],
  ["longer-ago", "Longer ago"],
  ["unknown", "Not known"],
] as const;

const STATUS_HEAD = [{ title: "Status in Cognito" }, { title: "Users", number: true }] as const;
const CHANGE_HEAD = [{ title: "Entry last changed" }, { title: "Users", number: true }] as const;

/** Who is left. It is counted when somebody asks. */
export function LeftSection({ left }: { readonly left: UsersLeft }): JSX.Element {
  const client = useQueryClient();
  const { data: session } = useSession();
  const count = useMutation({
    mutationFn: () => callApi<typeof countUsersLeft>("post", "/api/v1/jit/left", { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: ["jit"] }),
  });
  return (
    <section aria-labelledby="left">
      <h2 id="left">Who is left</h2>
      <p aria-live="polite">{stateOf(left)}</p>
      {count.error !== null && <ErrorNotice error={count.error} />}
      {left.state === "counted" && <Counted left={left} />}
      {session?.readOnly !== true && (
        <div className="actions">
          <button type="button" disabled={left.state === "counting" || count.isPending} onClick={() => count.mutate()}>
            {left.state === "not-counted" ? "Count who is left" : "Count again"}
          </button>
        </div>
      )}
    </section>
  );
}

function stateOf({ state, looked, users }: UsersLeft): string {
  if (state === "counting") return `Counting: ${countOf(looked, "user")} looked at so far.`;
  if (state === "counted") return `${countOf(users, "user")} not captured, as they were last read.`;
  if (state === "unknown")
    return "No run has read the pools, or what it read is not in the state any more: c2d plan reads them.";
  if (state === "failed") return "The state could not be read to the end. Try again.";
  return "Going through all users takes a while, so it is done when you ask.";
}

function Counted({ left }: { readonly left: UsersLeft }): JSX.Element {
  const statuses = Object.entries(left.byStatus).sort(([, a], [, b]) => b - a);
  return (
    <>
      {left.at !== null && (
        <p className="muted">
          Counted <Time at={left.at} />. {countOf(left.disabled, "user")} of them disabled.
        </p>
      )}
      <TableFrame caption="Users that are left, by status" head={STATUS_HEAD}>
        {statuses.map(([status, users]) => (
          <tr key={status}>
            <th scope="row">
              <Printable text={status} />
            </th>
            <td className="number">{formatCount(users)}</td>
          </tr>
        ))}
      </TableFrame>
      <TableFrame caption="Of those with a password who may sign in" head={CHANGE_HEAD}>
        {CHANGES.map(([key, name]) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td className="number">{formatCount(left.byLastChange[key])}</td>
          </tr>
        ))}
      </TableFrame>
      <p className="muted">Cognito tells nobody when a user last signed in. A changed entry is a weak hint.</p>
    </>
  );
}
