import type { ApplicationLedger, ApplicationRecord } from "../ports/application-ledger.ts";
import type { InboundApp, InboundApps } from "../ports/inbound-apps.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import { applicationDifferences, changeOf } from "./compare-application.ts";
import { findApplication } from "./plan-applications.ts";

/** What a rollback did, or would do, about one app client. */
export interface ApplicationRollbackStep {
  readonly userPoolId: string;
  readonly clientId: string;
  /** Empty where none was found. */
  readonly appId: string;
  readonly name: string;
  /** `keep`: somebody changed it since, so it is left. `gone`: there is nothing to take back. */
  readonly action: "delete" | "restore" | "keep" | "gone";
}

/** How it is taken back. */
export interface RollbackApplicationsOptions extends AbortableOptions {
  readonly apps: InboundApps;
  readonly ledger: ApplicationLedger;
  readonly dryRun: boolean;
  /** Client IDs in Cognito; all when empty. */
  readonly clientIds: readonly string[];
  readonly onStep?: (step: ApplicationRollbackStep) => void;
}

/** Deletes the applications that were made and restores those that were changed, unless somebody changed them since. */
export async function rollbackApplications(
  options: RollbackApplicationsOptions,
): Promise<readonly ApplicationRollbackStep[]> {
  const { apps, ledger, dryRun, clientIds, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const records = ledger.read().filter(({ clientId }) => clientIds.length === 0 || clientIds.includes(clientId));
  if (records.length === 0) return [];
  const present = await apps.list(call);
  const steps: ApplicationRollbackStep[] = [];
  for (const record of records) {
    signal?.throwIfAborted();
    const app = findApplication(record, present, record);
    const action = actionOf(record, app);
    const { userPoolId, clientId } = record;
    const step = { userPoolId, clientId, appId: app?.id ?? "", name: (app?.settings ?? record.after).name, action };
    if (!dryRun && action !== "keep") {
      if (action === "delete" && app !== undefined) await apps.delete(app.id, call);
      if (action === "restore" && app !== undefined && record.before !== undefined)
        await apps.change(app.id, changeOf(record.before, applicationDifferences(app.settings, record.before)), call);
      await ledger.remove(record);
    }
    steps.push(step);
    options.onStep?.(step);
  }
  return steps;
}

function actionOf(record: ApplicationRecord, app: InboundApp | undefined): ApplicationRollbackStep["action"] {
  if (app === undefined) return "gone";
  const { before, after } = record;
  // A change that never arrived leaves nothing to take back.
  if (before !== undefined && applicationDifferences(app.settings, before).length === 0) return "gone";
  if (applicationDifferences(app.settings, after).length > 0) return "keep";
  return record.operation === "create" ? "delete" : "restore";
}
