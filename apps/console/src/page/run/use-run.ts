import { useQuery } from "@tanstack/react-query";
import type { readRun, RunDocument } from "../../contract/run.ts";
import { callApi } from "../shell/api.ts";
import { useLive } from "../shell/live.tsx";

/** A run as it stands now, and what it could not be asked for. */
export interface RunInView {
  readonly run: RunDocument | undefined;
  readonly error: unknown;
  /** Whether there is no run at all. */
  readonly none: boolean;
}

/** The newest run comes by the stream; an older one does not change by itself, and is asked for. */
export function useRun(name: string): RunInView {
  const newest = useLive("run");
  const isNewest = name === "newest" || newest?.run === name;
  const asked = useQuery({
    queryKey: ["run", name],
    queryFn: ({ signal }) => callApi<typeof readRun>("get", "/api/v1/runs/{run}", { params: { run: name } }, signal),
    enabled: newest !== undefined && !isNewest,
  });
  if (isNewest) return { run: newest ?? undefined, error: null, none: newest === null };
  return { run: asked.data, error: asked.error, none: false };
}
