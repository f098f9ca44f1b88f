import { type JSX, useState } from "react";

/** What the share and the forecast are of. It stands in the address, so that it can be sent to somebody. */
export function AskedForForm({
  activeUsers,
  required,
  onAsk,
}: {
  readonly activeUsers: number | undefined;
  /** From 0 to 1. */
  readonly required: number | undefined;
  readonly onAsk: (asked: Readonly<Record<string, string>>) => void;
}): JSX.Element {
  const [users, setUsers] = useState(activeUsers === undefined ? "" : String(activeUsers));
  const [share, setShare] = useState(required === undefined ? "" : String(Math.round(required * 1000) / 10));
  return (
    <section aria-labelledby="asked-for">
      <h2 id="asked-for">What is enough</h2>
      <p>
        Cognito tells nobody who still signs in. With the monthly active users of the AWS bill, the share and the
        forecast are of those.
      </p>
      <form
        className="actions"
        onSubmit={(event) => {
          event.preventDefault();
          onAsk({
            ...(users === "" ? {} : { activeUsers: users }),
            ...(share === "" ? {} : { require: String(Number(share) / 100) }),
          });
        }}
      >
        <label>
          Users who sign in at all
          <br />
          <input
            type="number"
            min="1"
            max="1000000000"
            value={users}
            onChange={(event) => setUsers(event.target.value)}
          />
        </label>
        <label>
          Share that is required, in %
          <br />
          <input
            type="number"
            min="0.1"
            max="100"
            step="0.1"
            value={share}
            onChange={(event) => setShare(event.target.value)}
          />
        </label>
        <button type="submit">Show</button>
      </form>
    </section>
  );
}
