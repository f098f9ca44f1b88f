import { hasCode } from "../errors.ts";
import { createFindings, type Findings } from "../findings/findings.ts";
import type { Finding } from "../findings/finding.ts";
import type { SettingDifference } from "../jit-setup/setting-difference.ts";
import type { ApplicationLedger, ApplicationRecord } from "../ports/application-ledger.ts";
import type { InboundApp, InboundApps, InboundSettings } from "../ports/inbound-apps.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import type { Secret } from "../secret.ts";
import type { PoolAppClient } from "./app-client.ts";
import type { ApplicationPlan, ApplicationPlanItem } from "./application-plan.ts";
import { applicationDifferences, changeOf } from "./compare-application.ts";
import { findApplication, isSame } from "./plan-applications.ts";

/** What happened to one app client. */
export interface ApplicationOutcome {
  readonly client: PoolAppClient;
  readonly outcome: "created" | "updated" | "unchanged" | "skipped" | "failed";
  /** Why it was skipped or failed, in one lower-case line. */
  readonly reason?: string;
  /** Absent where nothing is there. */
  readonly app?: InboundApp;
  /** Whether it has the client ID and the secret of the app client, so that its owner keeps both. */
  readonly credentialsKept: boolean;
  /** What reads back otherwise than it was written. */
  readonly differences: readonly SettingDifference[];
}

/** How applications are written. */
export interface ApplyApplicationsOptions extends AbortableOptions {
  readonly plan: ApplicationPlan;
  readonly apps: InboundApps;
  readonly ledger: ApplicationLedger;
  /** Gets credentials that the project made and the owner of the client must be given. Kept when this returns. */
  readonly keepCredentials: (client: PoolAppClient, app: InboundApp, secret: Secret | undefined) => Promise<void>;
  readonly onOutcome?: (outcome: ApplicationOutcome) => void;
}

/** What was written. */
export interface ApplyApplicationsResult {
  readonly outcomes: readonly ApplicationOutcome[];
  readonly findings: readonly Finding[];
}

/**
 * Makes and changes applications, one after the other, and reads each back. One that the project refuses does not stop the
 * others. Recorded before it is sent: after a crash the next apply finds what became of it, and makes nothing twice.
 *
 * @throws MigrationError `ERR_TARGET_FEATURE_MISSING` when the project lets no application be made, and the faults of both.
 */
export async function applyApplications(options: ApplyApplicationsOptions): Promise<ApplyApplicationsResult> {
  const { plan, ledger, signal } = options;
  const findings = createFindings();
  const outcomes: ApplicationOutcome[] = [];
  for (const item of plan.items) {
    signal?.throwIfAborted();
    const record = ledger.read().find((one) => isSame(one, item.client));
    const outcome = await applyItem(item, record, options, findings);
    outcomes.push(outcome);
    options.onOutcome?.(outcome);
  }
  return { outcomes, findings: findings.list() };
}

async function applyItem(
  item: ApplicationPlanItem,
  record: ApplicationRecord | undefined,
  options: ApplyApplicationsOptions,
  findings: Findings,
): Promise<ApplicationOutcome> {
  const { client, wanted, reason } = item;
  const nothing = { client, credentialsKept: false, differences: [] } as const;
  if (item.operation === "skip" || wanted === undefined) return { ...nothing, outcome: "skipped", reason };
  // An apply that was cut off after it was made has not looked at its credentials.
  if (item.operation === "unchanged" && item.present !== undefined && record?.state !== "applying")
    return { ...nothing, outcome: "unchanged", app: item.present, credentialsKept: hasSameId(client, item.present) };
  try {
    const { app, made } = await write(item, wanted, record, options);
    const credentialsKept = made ? await settleCredentials(client, app, options) : hasSameId(client, app);
    if (!credentialsKept && made) findings.add("app-credentials-new", client.name);
    const differences = applicationDifferences(app.settings, wanted);
    if (differences.length > 0) findings.add("app-setting-differs", client.name);
    await options.ledger.put({
      ...recordOf(item, wanted, record),
      state: "applied",
      appId: app.id,
      after: app.settings,
    });
    const outcome = item.operation === "create" ? "created" : item.operation === "update" ? "updated" : "unchanged";
    return { client, outcome, app, credentialsKept, differences };
  } catch (error) {
    if (!hasCode(error, "ERR_TARGET_REFUSED")) throw error;
    findings.add("app-refused", client.name);
    if (record === undefined) await options.ledger.remove(client);
    return { ...nothing, outcome: "failed", reason: error.message };
  }
}

async function write(
  item: ApplicationPlanItem,
  wanted: InboundSettings,
  record: ApplicationRecord | undefined,
  { apps, ledger, signal }: ApplyApplicationsOptions,
): Promise<{ readonly app: InboundApp; readonly made: boolean }> {
  const { client, present, differences } = item;
  const call = signal === undefined ? {} : { signal };
  const before = recordOf(item, wanted, record);
  if (item.operation !== "unchanged")
    await ledger.put({ ...before, state: "applying", appId: present?.id ?? before.appId, after: wanted });
  const made = before.operation === "create";
  if (item.operation === "unchanged" && present !== undefined) return { app: present, made };
  if (present !== undefined) return { app: await apps.change(present.id, changeOf(wanted, differences), call), made };
  try {
    const credentials = { clientId: client.clientId, clientSecret: client.secret };
    return { app: await apps.create(wanted, credentials, call), made: true };
  } catch (error) {
    // Whether it was made shows when it is read: it is never sent twice.
    if (!hasCode(error, "ERR_TARGET_ANSWER_LOST") || signal?.aborted === true) throw error;
    const found = findApplication(client, await apps.list(call), undefined);
    if (found === undefined) throw error;
    return { app: found, made: true };
  }
}

/** What is recorded of a client: the first image of what was there stays the one. */
function recordOf(
  { client, present, operation }: ApplicationPlanItem,
  wanted: InboundSettings,
  record: ApplicationRecord | undefined,
): ApplicationRecord {
  const isNew = operation === "create" || present === undefined;
  if (record !== undefined && !isNew) return record;
  const { userPoolId, clientId } = client;
  return {
    userPoolId,
    clientId,
    operation: isNew ? "create" : "update",
    state: "applying",
    appId: present?.id ?? "",
    ...(isNew ? {} : { before: present.settings }),
    after: wanted,
  };
}

/** Whether the project took the client's own credentials; what it made instead is handed on. */
async function settleCredentials(
  client: PoolAppClient,
  app: InboundApp,
  { apps, keepCredentials, signal }: ApplyApplicationsOptions,
): Promise<boolean> {
  const call = signal === undefined ? {} : { signal };
  const secret = app.settings.nonConfidentialClient ? undefined : await apps.readSecret(app.id, call);
  if (hasSameId(client, app) && secret?.reveal() === client.secret?.reveal()) return true;
  await keepCredentials(client, app, secret);
  return false;
}

function hasSameId(client: PoolAppClient, app: InboundApp): boolean {
  return app.clientId === client.clientId;
}
