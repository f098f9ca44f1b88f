import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import type { Overview, readOverview } from "../../contract/overview.ts";
import { callApi } from "../shell/api.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { useLive } from "../shell/live.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { ErrorNotice, ProblemNotice } from "../shell/problem-notice.tsx";
import { Gates } from "./gates.tsx";
import { NextAction } from "./next-action.tsx";
import { PoolProgressList } from "./pool-progress.tsx";
import { RunList } from "./run-list.tsx";

/** Where the migration stands, from assess to cut-over. */
export default function OverviewPage(): JSX.Element {
  const live = useLive("overview");
  const trouble = useLive("trouble") ?? [];
  const { data, error } = useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => callApi<typeof readOverview>("get", "/api/v1/overview", undefined, signal),
  });
  const overview = live ?? data;
  return (
    <>
      <PageTitle>Overview</PageTitle>
      {trouble.map((problem) => (
        <ProblemNotice key={problem.code} problem={problem} />
      ))}
      {overview !== undefined && <Shown overview={overview} />}
      {overview === undefined && error !== null && trouble.length === 0 && <ErrorNotice error={error} />}
      {overview === undefined && error === null && <p className="loading">Loading…</p>}
    </>
  );
}

function Shown({ overview }: { readonly overview: Overview }): JSX.Element {
  const { pools, gates, next, runs, runCount, state, work } = overview;
  return (
    <>
      {work === "gone" && (
        <div className="banner warn" role="alert">
          <strong>The process that worked on the newest run is gone</strong>
          <p>
            It ended without saying so. Nothing is lost and nobody is doubled: the same command goes on where it was.
          </p>
        </div>
      )}
      {runs.length > 0 ? (
        <NextAction next={next} />
      ) : (
        <EmptyState title={state.exists ? "No run yet" : "No state yet"} command="c2d plan">
          {state.exists
            ? "The state holds no run. Reading the pools and making a plan writes nothing to Descope."
            : "There is no state at this place yet: the first plan makes it. If you expected one, start the console in the directory of the migration, or name its state with --state."}
        </EmptyState>
      )}
      <PoolProgressList pools={pools} />
      <Gates gates={gates} />
      <RunList runs={runs} runCount={runCount} />
      <p className="muted wide">
        State: {state.kind === "file" ? "file" : "database"} {state.name}
      </p>
    </>
  );
}
