import { type JSX, lazy, Suspense } from "react";
import type { RunDocument } from "../../contract/run.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { formatCount } from "../shell/format.ts";
import { useLive } from "../shell/live.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { ErrorNotice, ProblemNotice } from "../shell/problem-notice.tsx";
import { useMayChange } from "../shell/session.ts";
import { Buckets } from "./buckets.tsx";
import { GoneNotice } from "./gone-notice.tsx";
import { Outcomes } from "./outcomes.tsx";
import { useRunName } from "./run-address.ts";
import { RunControls } from "./run-controls.tsx";
import { RunFacts } from "./run-facts.tsx";
import { RunLog } from "./run-log.tsx";
import { RunPicker } from "./run-picker.tsx";
import { RunProgress } from "./run-progress.tsx";
import { StartCommand } from "./start-command.tsx";
import { StartedCommands } from "./started-commands.tsx";
import { useRun } from "./use-run.ts";
import { Workers } from "./workers.tsx";
import "./run.css";

const RunCharts = lazy(() => import("./run-charts.tsx"));

/** What goes on in a run, and what can be done about it. */
export default function RunPage(): JSX.Element {
  const name = useRunName();
  const { run, error, none } = useRun(name);
  const trouble = useLive("trouble") ?? [];
  const mayChange = useMayChange();
  return (
    <>
      <PageTitle>Run</PageTitle>
      {trouble.map((problem) => (
        <ProblemNotice key={problem.code} problem={problem} />
      ))}
      {error !== null && error !== undefined && <ErrorNotice error={error} />}
      {none && (
        <EmptyState title="No run yet" command="c2d plan">
          Reading the pools and making a plan writes nothing to Descope.
        </EmptyState>
      )}
      {run === undefined && !none && error === null && <p className="loading">Loading…</p>}
      {run !== undefined && <Shown run={run} mayChange={mayChange} />}
      {mayChange && none && <StartCommand run={undefined} />}
      <StartedCommands mayChange={mayChange} />
    </>
  );
}

function Shown({ run, mayChange }: { readonly run: RunDocument; readonly mayChange: boolean }): JSX.Element {
  return (
    <>
      <RunPicker run={run.run} state={run.state} />
      <RunHeadline run={run} />
      <GoneNotice run={run} mayChange={mayChange} />
      <RunProgress run={run} />
      {mayChange && <RunControls run={run} />}
      {mayChange && run.newest && <StartCommand run={run} />}
      <Outcomes run={run} />
      <Buckets run={run} />
      <Suspense fallback={<p className="loading">Loading the charts…</p>}>
        <RunCharts key={run.run} run={run.run} newest={run.newest} />
      </Suspense>
      <Workers run={run} />
      <RunLog key={run.run} run={run.run} newest={run.newest} />
      <RunFacts run={run} />
    </>
  );
}

const NOBODY = { gone: "the process at work is gone", nobody: "nobody at work" } as const;

function workersAtWork(count: number): string {
  return count === 1 ? "1 process at work" : `${formatCount(count)} processes at work`;
}

/** One line that screen readers hear when it changes, and never as often as numbers do. */
function RunHeadline({ run }: { readonly run: RunDocument }): JSX.Element {
  const { state, paused, atWork, workers } = run;
  return (
    <output className="headline">
      <strong>
        {state}
        {paused !== null && ", paused"}
      </strong>{" "}
      · {atWork === "working" ? workersAtWork(workers.length) : NOBODY[atWork]}
    </output>
  );
}
