import type { JSX } from "react";
import { Link } from "wouter";
import type { RunDocument } from "../../contract/run.ts";
import { formatCount } from "../shell/format.ts";
import { Time } from "../shell/time.tsx";

/** What the run is. */
export function RunFacts({ run }: { readonly run: RunDocument }): JSX.Element {
  const { planned } = run;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">About this run</h2>
      <dl className="facts">
        <dt>Kind</dt>
        <dd>{run.kind}</dd>
        {run.rollsBack !== null && (
          <>
            <dt>Takes back</dt>
            <dd>
              <Link href={`/run/${run.rollsBack}`}>{run.rollsBack}</Link>
            </dd>
          </>
        )}
        {run.rolledBackBy !== null && (
          <>
            <dt>Taken back by</dt>
            <dd>
              <Link href={`/run/${run.rolledBackBy}`}>{run.rolledBackBy}</Link>
            </dd>
          </>
        )}
        <dt>From</dt>
        <dd>{run.userPoolIds.join(", ")}</dd>
        <dt>To</dt>
        <dd>{run.projectId}</dd>
        <dt>Started</dt>
        <dd>
          <Time at={run.startedAt} />
        </dd>
        <dt>Last change</dt>
        <dd>
          <Time at={run.updatedAt} />
        </dd>
        {planned !== null && (
          <>
            <dt>Planned</dt>
            <dd>
              {formatCount(planned.create)} to create, {formatCount(planned.patch)} to patch,{" "}
              {formatCount(planned.delete)} to delete, {formatCount(planned.none)} unchanged,{" "}
              {formatCount(planned.skip)} left out
            </dd>
          </>
        )}
        {run.planHash !== null && (
          <>
            <dt>Plan hash</dt>
            <dd>
              <code>{run.planHash}</code>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
