import type { StartRequest } from "../../contract/commands.ts";
import type { RunDocument } from "../../contract/run.ts";
import { countOf, formatCount } from "../shell/format.ts";

/** A command that can be started, with what it will do. */
export interface Offer {
  /** Sentence case. */
  readonly label: string;
  readonly explanation: string;
  readonly request: StartRequest;
  /** What has to be typed before it can be started. */
  readonly confirm?: string;
}

const PLAN: Offer = {
  label: "Plan",
  explanation:
    "Reads the pools and the project, and makes a plan of what would be created, changed and left out. Writes nothing to Descope.",
  request: { command: "plan" },
};
const MIGRATE: Offer = {
  label: "Migrate",
  explanation:
    "Plans, applies the plan and reconciles, in one go. Creates and changes users, roles, tenants and attributes in the project. Stops before it writes anything when findings block the plan.",
  request: { command: "migrate" },
};
const TRY_SYNC: Offer = {
  label: "Sync, dry run",
  explanation: "Reads the pools and says what changed since the last run. Writes nothing to Descope.",
  request: { command: "sync", dryRun: true },
};
const SYNC: Offer = {
  label: "Sync",
  explanation:
    "Follows what changed in the pools since the last run: new users are created, changed ones are patched, and those that are gone are treated as the config says.",
  request: { command: "sync" },
};

/**
 * What can be started when the newest run stands like this, and nobody is at work.
 *
 * @param confirmSync - What a sync has to be confirmed with, because it deletes users; null where it does not.
 */
export function offersFor(run: RunDocument | undefined, confirmSync: string | null): readonly Offer[] {
  if (run === undefined) return [PLAN, MIGRATE];
  const { planned, state, kind, users } = run;
  const offers: Offer[] = [];
  const isRollback = kind === "rollback";
  if (!isRollback && planned !== null && (state === "planned" || state === "applying") && run.blockers === 0) {
    offers.push({
      label: state === "planned" ? "Apply" : "Continue applying",
      explanation: `Creates ${formatCount(planned.create)} and patches ${countOf(planned.patch, "user")} in project ${run.projectId}, as the plan of run ${run.run} says. Whoever has an outcome already keeps it.`,
      request: { command: "apply", run: run.run },
    });
  }
  if (users.failed > 0) {
    offers.push({
      label: "Retry failed users",
      explanation: `Sends the ${countOf(users.failed, "user")} that failed once more, by the plan that the run has, and reconciles. Single causes and users can be chosen on the page of the dead letters.`,
      request: { command: "retry", run: run.run },
    });
  }
  if (state === "applied" && !isRollback) {
    offers.push(
      {
        label: "Reconcile",
        explanation: "Reads the project back and compares every planned field. Writes nothing to Descope.",
        request: { command: "reconcile", run: run.run },
      },
      TRY_SYNC,
      confirmSync === null ? SYNC : deletingSync(confirmSync),
    );
  }
  offers.push(PLAN, MIGRATE);
  if ((state === "applied" || state === "applying") && !isRollback && run.rolledBackBy === null) {
    offers.push(
      {
        label: "Roll back, dry run",
        explanation: `Says what taking run ${run.run} back would remove and restore. Writes nothing to Descope.`,
        request: { command: "rollback", run: run.run, dryRun: true },
      },
      {
        label: "Roll back",
        explanation: `Deletes from project ${run.projectId} the users that run ${run.run} created, and restores those that it changed. Users that somebody changed since are left alone.`,
        request: { command: "rollback", run: run.run },
        confirm: run.run,
      },
    );
  }
  return offers;
}

function deletingSync(projectId: string): Offer {
  return {
    label: SYNC.label,
    explanation: `Follows what changed in the pools since the last run: new users are created, changed ones are patched, and those that are gone are deleted from project ${projectId}, because the config says \`sync.gone: "delete"\`. The dry run says who that would be.`,
    request: SYNC.request,
    confirm: projectId,
  };
}
