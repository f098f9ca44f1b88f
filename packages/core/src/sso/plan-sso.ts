import { createFindings } from "../findings/findings.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { Digest } from "../ports/digest.ts";
import type { SsoRecord } from "../ports/sso-ledger.ts";
import type { SsoTarget, SsoTenant } from "../ports/sso-target.ts";
import type { AttributeDefinition, ProjectSnapshot } from "../project/project-snapshot.ts";
import { blockedBy, placeOf } from "./blocked-connection.ts";
import { compareSettings, type ConnectionDifference } from "./compare-settings.ts";
import { connectionFindings } from "./connection-findings.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import { claimedTwice } from "./domains.ts";
import { hasStaleCertificates } from "./followed-certificates.ts";
import { type MadeSettings, makeSettings } from "./make-settings.ts";
import type { ReadConnection } from "./read-connection.ts";
import type { ReadConnections } from "./read-connections.ts";
import { type Present, readPresent, settingsOf } from "./read-present.ts";
import { secretMarkOf } from "./secret-mark.ts";
import { connectionKey, type SsoOptions } from "./sso-options.ts";
import type { ConnectionFinding, SsoPlan, SsoPlanItem } from "./sso-plan.ts";
import { assignDomains } from "./tenant-domains.ts";

/** What a plan is made from. */
export interface PlanSsoOptions {
  readonly read: ReadConnections;
  /** Left out: the plan is that of a project that has nothing yet. */
  readonly target?: SsoTarget | undefined;
  /** Roles and attributes that the project has. Left out: nothing is said about roles that it lacks. */
  readonly project?: Pick<ProjectSnapshot, "roles" | "attributes"> | undefined;
  readonly records: readonly SsoRecord[];
  readonly sso: SsoOptions;
  readonly rules: MappingRules;
  readonly digest: Digest;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares what every connection should become with what the project has. Writes nothing.
 *
 * Deterministic: the same pools, providers and project give the same hash, whatever their order.
 *
 * @throws MigrationError those of the project.
 */
export async function planSso(options: PlanSsoOptions): Promise<SsoPlan> {
  const { read, target, sso, now, digest, signal } = options;
  const tenants = new Map(((await target?.readTenants({ signal })) ?? []).map((tenant) => [tenant.id, tenant]));
  const present = await readPresent(options, tenants);
  const domains = assignDomains(read.connections, sso);
  const entityIds = claimedTwice(read.connections, ({ connection }) => connection.idpEntityIds);
  const places = claimedTwice(
    read.connections.filter(({ connection }) => connection.tenantId !== ""),
    (one) => [placeOf(one)],
  );
  const attributes = new Map<string, AttributeDefinition>();
  const items = read.connections.map((one) => {
    const made = makeSettings(one, sso, options.rules, now);
    const there = present.get(one);
    const findings = [...findingsOf(one, read, entityIds, domains.shared, now), ...made.findings];
    const problem = blockedBy(one, made.settings, there, { ...options, places });
    if (problem !== undefined)
      return planItem(options, one, { ...made, settings: undefined, findings: [...findings, problem] });
    for (const [name, source] of made.attributes) {
      if (options.project?.attributes.some((known) => known.name === name) === true) continue;
      attributes.set(name, { name, type: "string", displayName: source.replace(/^(?:dev:)?custom:/, "") });
    }
    const tenant = tenants.get(one.connection.tenantId);
    return planItem(
      options,
      one,
      { ...made, findings },
      { there, tenant, domains: domains.of(one.connection.tenantId) },
    );
  });
  const sorted = items.sort((a, b) => (a.label < b.label ? -1 : 1));
  const definitions = [...attributes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    hash: digest.sha256(
      JSON.stringify([sorted.map(({ label, operation, hash }) => [label, operation, hash]), definitions]),
    ),
    createdAt: now,
    items: sorted,
    attributes: definitions,
    findings: countFindings(sorted, read),
  };
}

/** What the project has for a connection. */
interface Place {
  readonly there?: Present | undefined;
  readonly tenant?: SsoTenant | undefined;
  /** Domains that connections of the tenant bring. */
  readonly domains: readonly string[];
}

/** Compares what is wanted with what is there. */
function planItem(
  { read, records, digest }: PlanSsoOptions,
  one: ReadConnection,
  made: Pick<MadeSettings, "sendsSecret" | "upstreamClient" | "findings"> & {
    readonly settings?: ConnectionSettings | undefined;
  },
  { there, tenant, domains }: Place = { domains: [] },
): SsoPlanItem {
  const { connection } = one;
  const { settings, sendsSecret } = made;
  const isSocial = connection.protocol === "social";
  const allDomains = isSocial ? [] : union(tenant?.domains ?? [], domains);
  const differences =
    settings === undefined
      ? []
      : [...compareSettings(settings, settingsOf(there)), ...staleCertificates(there, settings, one)];
  const record = records.find((known) => connectionKey(known) === connectionKey(connection));
  const mark = secretMarkOf(one, digest);
  const isOther =
    differences.length > 0 ||
    (!isSocial && !sameTexts(tenant?.domains ?? [], allDomains)) ||
    // No answer shows a secret: what was sent last is what there is.
    (sendsSecret && made.upstreamClient === undefined && record?.secretMark !== mark);
  const operation =
    settings === undefined ? "blocked" : settingsOf(there) === undefined ? "create" : isOther ? "update" : "none";
  return {
    connection,
    label: labelOf(one, read),
    vendor: one.vendor,
    classification: one.classification,
    operation,
    ...(settings === undefined ? {} : { settings }),
    ...(isSocial || tenant !== undefined
      ? {}
      : { newTenant: read.tenants.get(connectionKey(connection))?.name ?? connection.name }),
    domains: allDomains,
    differences,
    sendsSecret: settings !== undefined && sendsSecret,
    findings: made.findings,
    hash: digest.sha256(JSON.stringify([connection, settings ?? null, mark])),
  };
}

/** Metadata that has to be read again is a difference, though its address is the same. */
function staleCertificates(
  there: Present | undefined,
  settings: ConnectionSettings,
  { entity }: ReadConnection,
): readonly ConnectionDifference[] {
  if (settings.protocol !== "saml" || !("metadataUrl" in settings.source)) return [];
  if (!hasStaleCertificates(there?.configuration, entity)) return [];
  return [{ field: "certificates", found: "those of before", wanted: "those in the provider's metadata" }];
}

function findingsOf(
  one: ReadConnection,
  { tenants }: ReadConnections,
  entityIds: ReadonlyMap<string, readonly ReadConnection[]>,
  sharedDomains: ReadonlyMap<ReadConnection, readonly string[]>,
  now: number,
): readonly ConnectionFinding[] {
  const { tenantId } = one.connection;
  const isRenamed = tenants.get(connectionKey(one.connection))?.renamed === true;
  return [
    ...connectionFindings(one, now),
    ...(isRenamed ? [{ rule: "sso-tenant-renamed", detail: tenantId } as const] : []),
    ...[...entityIds]
      .filter(([, of]) => of.includes(one))
      .map(([detail]) => ({ rule: "sso-entity-id-shared", detail }) as const),
    ...(sharedDomains.get(one) ?? []).map((detail) => ({ rule: "sso-domain-shared", detail }) as const),
  ];
}

function labelOf({ connection }: ReadConnection, { pools }: ReadConnections): string {
  return pools.length > 1 ? connectionKey(connection) : connection.name;
}

function countFindings(
  items: readonly SsoPlanItem[],
  { skipped, unknown, pools }: ReadConnections,
): SsoPlan["findings"] {
  const findings = createFindings();
  const shown = (key: string): string => (pools.length > 1 ? key : key.slice(key.indexOf("/") + 1));
  for (const key of skipped) findings.add("sso-connection-skipped", shown(key));
  for (const key of unknown) findings.add("sso-type-unknown", shown(key));
  for (const { label, findings: own } of items) {
    for (const { rule, detail } of own) findings.add(rule, detail === undefined ? label : `${label}: ${detail}`);
  }
  return findings.list();
}

function union(first: readonly string[], second: readonly string[]): readonly string[] {
  return [...new Set([...first, ...second])].sort();
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.toSorted().join("\n") === b.toSorted().join("\n");
}
