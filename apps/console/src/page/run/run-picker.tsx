import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useLocation } from "wouter";
import type { listRuns } from "../../contract/run.ts";
import { callApi } from "../shell/api.ts";

/** Chooses among the runs of the state. */
export function RunPicker({ run, state }: { readonly run: string; readonly state: string }): JSX.Element {
  const [, navigate] = useLocation();
  const { data } = useQuery({
    // With another run there is another list, and so with another state.
    queryKey: ["runs", run, state],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => callApi<typeof listRuns>("get", "/api/v1/runs", undefined, signal),
  });
  const runs = data?.runs ?? [];
  return (
    <label className="picker">
      Run
      <select
        value={run}
        onChange={({ target }) => navigate(target.value === runs[0]?.run ? "/run" : `/run/${target.value}`)}
      >
        {!runs.some((one) => one.run === run) && <option value={run}>{run}</option>}
        {runs.map((one, index) => (
          <option key={one.run} value={one.run}>
            {one.run} {one.kind}, {one.state}
            {index === 0 ? " (newest)" : ""}
          </option>
        ))}
      </select>
    </label>
  );
}
