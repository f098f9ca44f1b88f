import { useMutation } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import type { ControlDocument, pauseRun, resumeRun } from "../../contract/control.ts";
import type { RunDocument } from "../../contract/run.ts";
import { callApi } from "../shell/api.ts";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { Time } from "../shell/time.tsx";
import { Printable } from "../shell/printable.tsx";
import { obedience } from "./obedience.ts";
import { ThrottleDialog } from "./throttle-dialog.tsx";

/** Holds the run back, lets it go on, and slows it down. */
export function RunControls({ run }: { readonly run: RunDocument }): JSX.Element | null {
  const [throttling, setThrottling] = useState(false);
  const params = { run: run.run };
  const pause = useMutation({
    mutationFn: () => callApi<typeof pauseRun>("post", "/api/v1/runs/{run}/pause", { params }),
  });
  const resume = useMutation({
    mutationFn: () => callApi<typeof resumeRun>("post", "/api/v1/runs/{run}/resume", { params }),
  });
  // Of a run that is through there is nothing left to hold back.
  if (run.state === "applied" && run.atWork !== "working") return null;
  const [latest, words] = latestOf(pause.data, resume.data, run.paused !== null);
  const error = pause.error ?? resume.error;
  return (
    <section aria-label="Control">
      <div className="actions">
        {run.paused === null ? (
          <button type="button" disabled={pause.isPending} onClick={() => pause.mutate()}>
            {pause.isPending ? "Pausing…" : "Pause"}
          </button>
        ) : (
          <button type="button" className="primary" disabled={resume.isPending} onClick={() => resume.mutate()}>
            {resume.isPending ? "Resuming…" : "Resume"}
          </button>
        )}
        <button type="button" onClick={() => setThrottling(true)}>
          Throttle…
        </button>
      </div>
      {run.paused !== null && (
        <p>
          Paused since <Time at={run.paused.since} /> by <Printable text={run.paused.by} />
        </p>
      )}
      <p className="muted" aria-live="polite">
        {latest !== undefined && obedience(latest, words)}
      </p>
      {error !== null && <ErrorNotice error={error} />}
      {throttling && <ThrottleDialog run={run} onClose={() => setThrottling(false)} />}
    </section>
  );
}

function latestOf(
  paused: ControlDocument | undefined,
  resumed: ControlDocument | undefined,
  isPaused: boolean,
): readonly [ControlDocument | undefined, string] {
  return isPaused ? [paused, "sends nothing more"] : [resumed, "sends again"];
}
