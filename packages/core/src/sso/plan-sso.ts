import { createFindings } from "../findings/findings.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { Digest } from "../ports/digest.ts";
import type { SsoRecord } from "../ports/sso-ledger.ts";
import type { SsoTarget, SsoTenant } from "../ports/sso-target.ts";
import type { AttributeDefinition, ProjectSnapshot } from "../project/project-snapshot.ts";
import { runConcurrently } from "../run/run-concurrently.ts";
import { compareSettings } from "./compare-settings.ts";
import { connectionFindings } from "./connection-findings.ts";
import type { ConnectionSettings, SsoConfiguration } from "./connection-settings.ts";
import { claimedTwice } from "./domains.ts";
import { makeSettings } from "./make-settings.ts";
import type { ReadConnection } from "./read-connection.ts";
import type { ReadConnections } from "./read-connections.ts";
import { connectionKey, type SsoOptions } from "./sso-options.ts";
import type { ConnectionFinding, SsoPlan, SsoPlanItem } from "./sso-plan.ts";

/** Configurations that are read at the same time. */
const AT_ONCE = 8;

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
    ({ connection }) => [`${connection.tenantId}\n${connection.ssoId}`],
  );
  const attributes = new Map<string, AttributeDefinition>();
  const items = read.connections.map((one): SsoPlanItem => {
    const { connection } = one;
    const label = labelOf(one, read);
    const made = makeSettings(one, sso, options.rules, now);
    const findings: ConnectionFinding[] = [
      ...connectionFindings(one, now),
      ...made.findings,
      ...(read.tenants.get(connectionKey(connection))?.renamed === true
        ? [{ rule: "sso-tenant-renamed", detail: connection.tenantId } as const]
        : []),
      ...[...entityIds]
        .filter(([, of]) => of.includes(one))
        .map(([detail]) => ({ rule: "sso-entity-id-shared", detail }) as const),
      ...(domains.shared.get(one) ?? []).map((detail) => ({ rule: "sso-domain-shared", detail }) as const),
    ];
    const present_ = present.get(one);
    const wantedDomains = union(tenants.get(connection.tenantId)?.domains ?? [], domains.of(connection.tenantId));
    const problem = blockedBy(one, made.settings, present_, places, options);
    if (problem !== undefined) findings.push(problem);
    const settings = problem === undefined ? made.settings : undefined;
    const differences = settings === undefined ? [] : compareSettings(settings, settingsOf(present_));
    const tenant = tenants.get(connection.tenantId);
    const domainsDiffer = tenant === undefined || !sameTexts(tenant.domains, wantedDomains);
    const record = options.records.find((known) => connectionKey(known) === connectionKey(connection));
    const mark = secretMarkOf(one, digest);
    const secretDiffers = made.sendsSecret && made.upstreamClient === undefined && record?.secretMark !== mark;
    const isSocial = connection.protocol === "social";
    const operation =
      settings === undefined
        ? "blocked"
        : settingsOf(present_) === undefined
          ? "create"
          : differences.length > 0 || (!isSocial && domainsDiffer) || secretDiffers
            ? "update"
            : "none";
    for (const [name, source] of settings === undefined ? [] : made.attributes) {
      if (options.project?.attributes.some((known) => known.name === name) === true) continue;
      attributes.set(name, { name, type: "string", displayName: source.replace(/^(?:dev:)?custom:/, "") });
    }
    return {
      connection,
      label,
      vendor: one.vendor,
      classification: one.classification,
      operation,
      ...(settings === undefined ? {} : { settings }),
      ...(isSocial || tenant !== undefined
        ? {}
        : { newTenant: read.tenants.get(connectionKey(connection))?.name ?? connection.name }),
      domains: isSocial ? [] : wantedDomains,
      differences,
      sendsSecret: settings !== undefined && made.sendsSecret,
      findings,
      hash: digest.sha256(JSON.stringify([connection, made.settings ?? null, mark])),
    };
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

/** What the project has at the place of a connection. */
interface Present {
  readonly configuration?: SsoConfiguration | undefined;
  readonly provider?: ConnectionSettings | undefined;
}

function settingsOf(present: Present | undefined): ConnectionSettings | undefined {
  return present?.provider ?? present?.configuration?.settings;
}

async function readPresent(
  { read, target, sso, rules, now, signal }: PlanSsoOptions,
  tenants: ReadonlyMap<string, SsoTenant>,
): Promise<ReadonlyMap<ReadConnection, Present>> {
  const present = new Map<ReadConnection, Present>();
  if (target === undefined) return present;
  const configurations = new Map<string, Promise<readonly SsoConfiguration[]>>();
  await runConcurrently(
    read.connections.map((one) => async () => {
      const { tenantId, ssoId, protocol } = one.connection;
      if (protocol === "social") {
        const { settings } = makeSettings(one, sso, rules, now);
        if (settings?.protocol !== "social") return;
        const provider = await target.readProvider(settings.providerId, { signal });
        if (provider !== undefined) present.set(one, { provider });
        return;
      }
      if (!tenants.has(tenantId)) return;
      let held = configurations.get(tenantId);
      if (held === undefined) configurations.set(tenantId, (held = target.readConfigurations(tenantId, { signal })));
      const all = await held;
      present.set(one, { configuration: ssoId === "" ? all[0] : all.find((known) => known.ssoId === ssoId) });
    }),
    AT_ONCE,
  );
  return present;
}

/** Why nothing is written for a connection; undefined when nothing is in the way. */
function blockedBy(
  one: ReadConnection,
  settings: ConnectionSettings | undefined,
  present: Present | undefined,
  places: ReadonlyMap<string, readonly ReadConnection[]>,
  { project, records, sso }: PlanSsoOptions,
): ConnectionFinding | undefined {
  const { connection } = one;
  if (settings === undefined) return { rule: "sso-settings-incomplete" };
  if (places.has(`${connection.tenantId}\n${connection.ssoId}`)) {
    return { rule: "sso-tenant-shared", detail: connection.tenantId };
  }
  if (settings.protocol !== "social" && project !== undefined) {
    const known = new Set(
      project.roles
        .filter(({ tenantId }) => (tenantId ?? connection.tenantId) === connection.tenantId)
        .map(({ name }) => name),
    );
    const missing = [...settings.roles.defaults, ...settings.roles.mappings.map(({ role }) => role)].find(
      (role) => !known.has(role),
    );
    if (missing !== undefined) return { rule: "sso-role-missing", detail: missing };
  }
  const there = settingsOf(present);
  if (there === undefined || sso.existing === "replace") return undefined;
  const isOurs = records.some(
    (record) => connectionKey(record) === connectionKey(connection) && record.state !== "rolled-back",
  );
  const differs = compareSettings(settings, there).length > 0;
  return isOurs || !differs ? undefined : { rule: "sso-settings-foreign" };
}

/** Domains of each tenant, and those that connections of several tenants claim. */
function assignDomains(
  connections: readonly ReadConnection[],
  { domains, sharedDomains }: SsoOptions,
): {
  readonly of: (tenantId: string) => readonly string[];
  readonly shared: ReadonlyMap<ReadConnection, readonly string[]>;
} {
  const byTenant = new Map<string, Set<string>>();
  const shared = new Map<ReadConnection, string[]>();
  if (domains === "none") return { of: () => [], shared };
  const claims = claimedTwice(connections, ({ connection }) => connection.domains);
  for (const one of connections) {
    const { tenantId, domains: own } = one.connection;
    if (tenantId === "") continue;
    for (const domain of own) {
      const others = claims.get(domain) ?? [one];
      const ofSeveral = new Set(others.map(({ connection }) => connection.tenantId)).size > 1;
      if (ofSeveral) shared.set(one, [...(shared.get(one) ?? []), domain]);
      const goes =
        !ofSeveral ||
        sharedDomains === "all" ||
        (sharedDomains === "first" && others[0]?.connection.tenantId === tenantId);
      if (!goes) continue;
      const held = byTenant.get(tenantId);
      if (held === undefined) byTenant.set(tenantId, new Set([domain]));
      else held.add(domain);
    }
  }
  return { of: (tenantId) => [...(byTenant.get(tenantId) ?? [])], shared };
}

/** What tells that a secret is another one than before. Nothing can be read out of it. */
export function secretMarkOf({ connection, provider }: ReadConnection, digest: Digest): string | undefined {
  if (provider.secret === undefined) return undefined;
  return digest.sha256(`secret of ${connectionKey(connection)}: ${provider.secret.reveal()}`).slice(0, 32);
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
