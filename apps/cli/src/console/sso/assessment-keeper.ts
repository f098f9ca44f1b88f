import type { SsoOverview } from "@cognito-to-descope/console/contract";
import type { Clock } from "@cognito-to-descope/core";
import { describeProblem } from "../problem.ts";
import type { AssessedConnections } from "./assess-connections.ts";

/** Keeps what the pools were last read as, and reads them anew when somebody asks. */
export interface AssessmentKeeper {
  /** Begins to read in the background, unless that goes on already. */
  begin(): void;
  readonly connections: AssessedConnections | undefined;
  describe(): Omit<SsoOverview["assessment"], "fromPlan">;
}

/** A keeper that knows nothing yet. */
export function createAssessmentKeeper(
  assess: () => Promise<AssessedConnections>,
  clock: Pick<Clock, "now">,
): AssessmentKeeper {
  let state: SsoOverview["assessment"]["state"] = "none";
  let at: number | undefined;
  let problem: SsoOverview["assessment"]["problem"] = null;
  let connections: AssessedConnections | undefined;
  return {
    begin() {
      if (state === "reading") return;
      state = "reading";
      problem = null;
      assess().then(
        (assessed) => {
          connections = assessed;
          at = clock.now();
          state = "read";
        },
        (error: unknown) => {
          // What was read before stays: it is old, and better than nothing.
          const { code, title, suggestion = "" } = describeProblem(error);
          problem = { code, title, suggestion };
          state = "failed";
        },
      );
    },
    get connections() {
      return connections;
    },
    describe: () => ({ state, at: at === undefined ? null : new Date(at).toISOString(), problem }),
  };
}
