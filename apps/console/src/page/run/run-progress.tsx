import type { JSX } from "react";
import type { RunDocument } from "../../contract/run.ts";
import { formatCount, formatDuration } from "../shell/format.ts";
import { stepTitle } from "./run-address.ts";

/** How far the step is that is under way. */
export function RunProgress({ run: { progress, paused } }: { readonly run: RunDocument }): JSX.Element | null {
  if (progress === null) return null;
  const { step, done, total, perSecond, secondsLeft } = progress;
  return (
    <section className="progress" aria-label="Progress">
      <p>
        <strong>{stepTitle(step)}</strong>: {formatCount(done)} of {formatCount(total)}
        {paused === null && perSecond > 0 && (
          <> · {perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))} a second</>
        )}
        {paused === null && secondsLeft !== null && <> · {formatDuration(secondsLeft)} left</>}
      </p>
      <progress max={Math.max(1, total)} value={done} aria-label={stepTitle(step)} />
    </section>
  );
}
