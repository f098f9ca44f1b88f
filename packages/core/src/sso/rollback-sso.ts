import { hasCode } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { ProjectTarget } from "../ports/project-target.ts";
import type { SsoLedger, SsoRecord } from "../ports/sso-ledger.ts";
import type { SsoTarget } from "../ports/sso-target.ts";
import { readImage, sameImage, settingsIn } from "./read-image.ts";
import type { ConnectionFinding } from "./sso-plan.ts";

/** What a rollback does, or would do, about one connection. */
export interface SsoRollbackStep {
  readonly name: string;
  readonly userPoolId: string;
  readonly tenantId: string;
  /** `keep`: somebody changed it since, and it is left. */
  readonly action: "remove" | "restore" | "keep" | "none";
  readonly removesTenant: boolean;
  readonly findings: readonly ConnectionFinding[];
}

/** What a rollback works with. */
export interface RollbackSsoOptions {
  readonly target: SsoTarget;
  readonly definitions: Pick<ProjectTarget, "deleteTenant">;
  readonly ledger: SsoLedger;
  readonly clock: Clock;
  /** Which of the recorded connections. */
  readonly selects: (record: SsoRecord) => boolean;
  /** Writes nothing. */
  readonly dryRun: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((step: SsoRollbackStep) => void) | undefined;
}

/**
 * Takes back what was applied, the newest first: what was made is removed, what was changed is restored from its before-image,
 * what somebody changed since is left. Tenants go that were made for a connection and that nobody is in.
 *
 * @throws MigrationError those of the project that are not one connection's fault.
 */
export async function rollbackSso(options: RollbackSsoOptions): Promise<readonly SsoRollbackStep[]> {
  const { target, ledger, dryRun, selects, signal } = options;
  const records = (await ledger.readSsoRecords(target.projectId))
    .filter((record) => record.state !== "rolled-back" && selects(record))
    .sort((a, b) => b.at - a.at);
  const steps: SsoRollbackStep[] = [];
  for (const record of records) {
    signal?.throwIfAborted();
    const step = await rollbackOne(options, record);
    if (!dryRun && (step.action === "remove" || step.action === "restore" || step.action === "none")) {
      const { after: _after, ...rest } = record;
      await ledger.putSsoRecord(target.projectId, { ...rest, state: "rolled-back", at: options.clock.now() });
    }
    steps.push(step);
    options.onStep?.(step);
  }
  return steps;
}

async function rollbackOne(options: RollbackSsoOptions, record: SsoRecord): Promise<SsoRollbackStep> {
  const { target, dryRun, signal } = options;
  const { tenantId, before, after } = record;
  const step = (
    action: SsoRollbackStep["action"],
    findings: readonly ConnectionFinding[] = [],
    removesTenant = false,
  ): SsoRollbackStep => ({
    name: record.name,
    userPoolId: record.userPoolId,
    tenantId,
    action,
    removesTenant,
    findings,
  });
  const tenant = tenantId === "" ? undefined : await target.readTenant(tenantId, { signal });
  const now = await readImage(target, record, tenant, { signal });
  if (sameImage(now, before) && (tenant === undefined || before.tenantExists)) return step("none");
  // An apply that was cut off left no image to compare with: what it may have written is taken back.
  if (after !== undefined && !sameImage(now, after) && !sameImage(now, before)) {
    return step("keep", [{ rule: "sso-rollback-changed" }]);
  }
  const was = settingsIn(before);
  const findings: ConnectionFinding[] =
    was !== undefined && was.protocol !== "saml" ? [{ rule: "sso-rollback-secret" }] : [];
  const removesTenant = tenant !== undefined && !before.tenantExists && (await mayRemoveTenant(options, record));
  if (dryRun) return step(was === undefined ? "remove" : "restore", findings, removesTenant);
  try {
    await restore(options, record);
    if (removesTenant) await options.definitions.deleteTenant(tenantId, { signal });
  } catch (error) {
    if (!hasCode(error, "ERR_TARGET_REFUSED", "ERR_TARGET_FEATURE_MISSING")) throw error;
    return step("keep", [{ rule: "sso-setting-refused", detail: error.vendorCode ?? `status ${error.status ?? 0}` }]);
  }
  return step(was === undefined ? "remove" : "restore", findings, removesTenant);
}

async function restore({ target, signal }: RollbackSsoOptions, record: SsoRecord): Promise<void> {
  const { before, providerId } = record;
  if (providerId !== "") {
    if (before.provider === undefined) await target.deleteProvider(providerId, { signal });
    else await target.writeProvider(before.provider, { signal });
    return;
  }
  const place = { tenantId: record.tenantId, ssoId: record.ssoId };
  const settings = before.configuration?.settings;
  const { domains } = before;
  if (settings === undefined) {
    await target.deleteConfiguration(place, { signal });
    if (before.tenantExists) await target.setDomains(record.tenantId, domains, { signal });
  } else if (settings.protocol === "saml") await target.configureSaml(place, settings, { domains, signal });
  else await target.configureOidc(place, settings, { domains, signal });
}

/** A tenant that was made for this connection, that no other one uses, and that nobody is in. */
async function mayRemoveTenant({ target, ledger, signal }: RollbackSsoOptions, record: SsoRecord): Promise<boolean> {
  const { tenantId } = record;
  const others = (await ledger.readSsoRecords(target.projectId)).some(
    (other) => other.tenantId === tenantId && other.name !== record.name && other.state !== "rolled-back",
  );
  if (others) return false;
  const configurations = await target.readConfigurations(tenantId, { signal });
  const ours = record.ssoId === "" ? configurations[0] : configurations.find(({ ssoId }) => ssoId === record.ssoId);
  const isAlone = configurations.every((one) => one === ours || one.settings === undefined);
  return isAlone && !(await target.hasUsers(tenantId, { signal }));
}
