import type { JSX } from "react";
import { Link } from "wouter";
import type { RunDocument } from "../../contract/run.ts";
import { formatCount } from "../shell/format.ts";

const WORDS = [
  ["created", "Created"],
  ["updated", "Updated"],
  ["deleted", "Deleted"],
  ["unchanged", "Unchanged"],
  ["skipped", "Left out"],
  ["failed", "Failed"],
  ["pending", "To come"],
] as const;

/** What became of the users so far. */
export function Outcomes({ run }: { readonly run: RunDocument }): JSX.Element {
  const { users, failureCauses, reconcile, newest } = run;
  const suffix = newest ? "" : `/${run.run}`;
  return (
    <section aria-labelledby="outcomes">
      <h2 id="outcomes">Outcomes</h2>
      <ul className="tiles">
        <li>
          <b>{formatCount(users.read)}</b> Read
        </li>
        {WORDS.map(([kind, word]) => (
          <li key={kind} data-outcome={kind}>
            <b className={kind === "failed" && users.failed > 0 ? "failed" : undefined}>{formatCount(users[kind])}</b>{" "}
            {users[kind] > 0 && run.planHash !== null ? (
              <Link href={`/plan${suffix}?outcome=${kind}#users`}>{word}</Link>
            ) : (
              word
            )}
          </li>
        ))}
      </ul>
      {failureCauses.length > 0 && (
        <ul className="causes">
          {failureCauses.map(({ class: name, count, meaning }) => (
            <li key={name}>
              {formatCount(count)} × <code>{name}</code>: {meaning}
            </li>
          ))}
        </ul>
      )}
      <p>
        {users.failed > 0 && <Link href={`/dead-letters${suffix}`}>See who failed, and why</Link>}
        {reconcile !== null && (
          <>
            {users.failed > 0 && " · "}
            Reconciled: {formatCount(reconcile.checked)} users,{" "}
            <Link href={`/discrepancies${suffix}`}>
              {formatCount(reconcile.discrepancies)} {reconcile.discrepancies === 1 ? "discrepancy" : "discrepancies"}
            </Link>
          </>
        )}
      </p>
    </section>
  );
}
