import { hasCode } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Digest } from "../ports/digest.ts";
import type { ProjectTarget } from "../ports/project-target.ts";
import type { SsoImage, SsoLedger, SsoRecord } from "../ports/sso-ledger.ts";
import type { SsoTarget, SsoTenant } from "../ports/sso-target.ts";
import type { Secret } from "../secret.ts";
import { compareSettings } from "./compare-settings.ts";
import { secretMarkOf } from "./secret-mark.ts";
import type { ReadConnection } from "./read-connection.ts";
import { readImage, settingsIn } from "./read-image.ts";
import { connectionKey } from "./sso-options.ts";
import type { ConnectionFinding, SsoPlan, SsoPlanItem } from "./sso-plan.ts";

/** What became of one connection. */
export interface SsoOutcome {
  readonly label: string;
  readonly tenantId: string;
  readonly outcome: "created" | "updated" | "unchanged" | "skipped" | "failed";
  readonly findings: readonly ConnectionFinding[];
}

/** What a plan is applied with. */
export interface ApplySsoOptions {
  readonly plan: SsoPlan;
  /** The same connections as they were read just now: secrets come from them, and they tell what changed since the plan. */
  readonly connections: readonly ReadConnection[];
  /** Items of a plan that is made now. What differs from {@link plan} is left for the next plan. */
  readonly fresh: SsoPlan;
  readonly target: SsoTarget;
  readonly definitions: Pick<ProjectTarget, "createAttributes" | "createTenant">;
  readonly ledger: SsoLedger;
  readonly clock: Clock;
  readonly digest: Digest;
  /** The secret of an app client through which Cognito stays upstream, by pool. */
  readonly upstreamSecret: (userPoolId: string) => Promise<Secret | undefined>;
  readonly signal?: AbortSignal | undefined;
  /** Hears each outcome. Must not throw. */
  readonly onOutcome?: ((outcome: SsoOutcome) => void) | undefined;
}

/**
 * Writes a plan: tenants, then each connection by itself, and reads every one back. One connection's fault is its own
 * finding; the others go on. Can be killed at any time and run again: what is done is found unchanged.
 *
 * What stood at a connection's place is recorded before anything is written there.
 *
 * @throws MigrationError those of the project that are not one connection's fault: its key, its network, its rate.
 */
export async function applySso(options: ApplySsoOptions): Promise<readonly SsoOutcome[]> {
  const { plan, fresh, connections, target, definitions, ledger, signal, onOutcome } = options;
  const now = new Map(fresh.items.map((item) => [connectionKey(item.connection), item]));
  const read = new Map(connections.map((one) => [connectionKey(one.connection), one]));
  const records = new Map((await ledger.readSsoRecords(target.projectId)).map((one) => [connectionKey(one), one]));
  const tenants = new Map((await target.readTenants({ signal })).map((tenant) => [tenant.id, tenant]));
  if (plan.attributes.length > 0) await definitions.createAttributes(plan.attributes, { signal });
  const outcomes: SsoOutcome[] = [];
  for (const item of plan.items) {
    signal?.throwIfAborted();
    const key = connectionKey(item.connection);
    const outcome = await applyItem({ ...options, records, tenants }, item, now.get(key), read.get(key));
    outcomes.push(outcome);
    onOutcome?.(outcome);
  }
  return outcomes;
}

interface ItemOptions extends ApplySsoOptions {
  readonly records: ReadonlyMap<string, SsoRecord>;
  readonly tenants: Map<string, SsoTenant>;
}

async function applyItem(
  options: ItemOptions,
  item: SsoPlanItem,
  now: SsoPlanItem | undefined,
  read: ReadConnection | undefined,
): Promise<SsoOutcome> {
  const { connection, label, settings } = item;
  const ended = (outcome: SsoOutcome["outcome"], findings: readonly ConnectionFinding[]): SsoOutcome => ({
    label,
    tenantId: connection.tenantId,
    outcome,
    findings,
  });
  if (now === undefined || read === undefined) return ended("skipped", [{ rule: "sso-connection-gone" }]);
  if (now.hash !== item.hash) return ended("skipped", [{ rule: "sso-connection-changed" }]);
  // The findings of the plan say why.
  if (settings === undefined || now.operation === "blocked") return ended("skipped", []);
  const { target, ledger, clock, digest, signal } = options;
  const place = {
    tenantId: connection.tenantId,
    ssoId: connection.ssoId,
    providerId: settings.protocol === "social" ? settings.providerId : "",
  };
  const known = options.records.get(connectionKey(connection));
  const mark = secretMarkOf(read, digest);
  const base = {
    userPoolId: connection.userPoolId,
    name: connection.name,
    ...place,
    ...(mark === undefined ? {} : { secretMark: mark }),
  };
  const before = await readImage(target, place, options.tenants.get(connection.tenantId), { signal });
  // What was there before the first write is what a rollback goes back to.
  const first = known === undefined || known.state === "rolled-back" ? before : known.before;
  if (now.operation === "none") {
    if (known?.state !== "applied") {
      await ledger.putSsoRecord(target.projectId, {
        ...base,
        state: "applied",
        at: clock.now(),
        before: first,
        after: before,
      });
    }
    return ended("unchanged", []);
  }
  await ledger.putSsoRecord(target.projectId, { ...base, state: "applying", at: clock.now(), before: first });
  let after: SsoImage;
  try {
    await write(options, now, read);
    const tenant = settings.protocol === "social" ? undefined : await readTenant(options, connection.tenantId);
    after = await readImage(target, place, tenant, { signal });
  } catch (error) {
    if (!hasCode(error, "ERR_TARGET_REFUSED", "ERR_TARGET_FEATURE_MISSING")) throw error;
    const detail = [error.vendorCode, error.status === undefined ? undefined : `status ${error.status}`]
      .filter((part) => part !== undefined)
      .join(", ");
    return ended("failed", [{ rule: "sso-setting-refused", detail }]);
  }
  await ledger.putSsoRecord(target.projectId, { ...base, state: "applied", at: clock.now(), before: first, after });
  const differences = compareSettings(settings, settingsIn(after));
  const missing = now.domains.filter((domain) => !after.domains.includes(domain));
  const findings = [
    ...differences.map(({ field }): ConnectionFinding => ({ rule: "sso-setting-differs", detail: field })),
    ...(missing.length > 0 ? [{ rule: "sso-setting-differs", detail: "domains" } as const] : []),
  ];
  return ended(now.operation === "create" ? "created" : "updated", findings);
}

async function write(options: ItemOptions, item: SsoPlanItem, read: ReadConnection): Promise<void> {
  const { target, definitions, signal, tenants } = options;
  const { connection, settings, newTenant } = item;
  if (settings === undefined) return;
  const ofCognito =
    settings.protocol === "oidc" && connection.class !== "E" && settings.issuer !== connection.upstream?.issuer;
  const secret = !item.sendsSecret
    ? undefined
    : ofCognito
      ? await options.upstreamSecret(connection.userPoolId)
      : read.provider.secret;
  if (settings.protocol === "social") {
    await target.writeProvider(settings, { secret, signal });
    return;
  }
  const { tenantId, ssoId } = connection;
  if (newTenant !== undefined && !tenants.has(tenantId)) {
    await definitions.createTenant({ id: tenantId, name: newTenant }, { signal });
    tenants.set(tenantId, { id: tenantId, name: newTenant, domains: [] });
  }
  if (ssoId !== "") {
    const there = await target.readConfigurations(tenantId, { signal });
    if (!there.some((one) => one.ssoId === ssoId)) {
      await target.addConfiguration({ tenantId, ssoId }, connection.name, { signal });
    }
  }
  const place = { tenantId, ssoId };
  // Several connections of one tenant: each write names all domains, or the next would take those of the last away.
  const domains = [...new Set([...(tenants.get(tenantId)?.domains ?? []), ...item.domains])].sort();
  if (settings.protocol === "saml") await target.configureSaml(place, settings, { domains, signal });
  else await target.configureOidc(place, settings, { domains, secret, signal });
}

async function readTenant({ target, signal, tenants }: ItemOptions, tenantId: string): Promise<SsoTenant | undefined> {
  const tenant = await target.readTenant(tenantId, { signal });
  if (tenant !== undefined) tenants.set(tenantId, tenant);
  return tenant;
}
