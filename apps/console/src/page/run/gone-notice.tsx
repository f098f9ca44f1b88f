import type { JSX } from "react";
import type { RunDocument } from "../../contract/run.ts";
import type { StartRequest } from "../../contract/commands.ts";
import { CommandLine } from "../shell/command-line.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { useStartCommand } from "./use-start-command.ts";

/** Says that whoever worked on the run has died, and offers to go on. */
export function GoneNotice({
  run,
  mayChange,
}: {
  readonly run: RunDocument;
  readonly mayChange: boolean;
}): JSX.Element {
  const start = useStartCommand();
  const gone = run.newest && run.atWork === "gone";
  const [last] = run.workers;
  const request = continuing(run);
  return (
    <div role="alert">
      {gone && (
        <div className="banner warn">
          <strong>The process that worked on this run is gone</strong>
          <p>
            Process {last?.pid} on {last?.host} was killed, or its machine was. Everything that it did is kept, and
            nobody is lost or doubled when the run goes on.
          </p>
          {mayChange ? (
            <button type="button" className="primary" disabled={start.isPending} onClick={() => start.mutate(request)}>
              Continue
            </button>
          ) : (
            <CommandLine command={`c2d ${request.command}${request.command === "rollback" ? ` ${request.run}` : ""}`} />
          )}
          {start.error !== null && <ErrorNotice error={start.error} />}
        </div>
      )}
    </div>
  );
}

/** The command that goes on with a run. */
function continuing({ kind, state, run, rollsBack }: RunDocument): StartRequest {
  if (kind === "rollback") return { command: "rollback", run: rollsBack ?? run, confirm: rollsBack ?? run };
  if (state === "applying") return { command: "apply", run };
  return kind === "sync" ? { command: "sync" } : { command: "plan" };
}
