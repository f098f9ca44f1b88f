import { createFindings } from "../findings/findings.ts";
import type { AttributeTarget } from "../mapping/attribute-mapping.ts";
import type { GroupEffect } from "../mapping/group-mapping.ts";
import type { SourceMapping } from "../mapping/map-user.ts";
import { type MappingRules, OWN_ATTRIBUTES } from "../mapping/rules.ts";
import { observeUsers, type PoolObservation } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { AttributeDefinition, AttributeType, ProjectSnapshot, Role, Tenant } from "../project/project-snapshot.ts";
import { roleKey } from "../project/role-key.ts";
import { mapSources } from "../run/map-sources.ts";

/** A pool whose users are brought over as they sign in. */
export interface JitPool {
  readonly pool: PoolSnapshot;
  /** The tenant that every user of the pool belongs to. */
  readonly tenant?: string | undefined;
  readonly tenantName?: string | undefined;
  /** What an earlier run saw in the pool. With it users are mapped exactly as that run maps them. */
  readonly observation?: PoolObservation | undefined;
}

/** How users are mapped as they sign in. */
export interface JitMapping {
  /** By user pool ID. */
  readonly mappings: ReadonlyMap<string, SourceMapping>;
  /** What the project must have and has not. Values that would need it are left out. */
  readonly missing: {
    readonly attributes: readonly AttributeDefinition[];
    readonly roles: readonly Role[];
    readonly tenants: readonly Tenant[];
  };
  /** Standard attributes of the pools that the project has no attribute for, where nobody has seen whether users have them. */
  readonly unmapped: readonly string[];
}

const TYPES: ReadonlySet<string> = new Set<AttributeType>(["string", "number", "boolean"]);

/**
 * Decides how users are mapped as they sign in, by the rules of the import and as the project stands.
 *
 * An import goes through all users first, to see which standard attributes they have and whether numbers survive. Where no
 * run has done so, a standard attribute is mapped if the project has an attribute for it. Types are those of the project: what
 * an import defined as text stays text.
 *
 * @param tenantsOfConnections - Tenants that connections have from before, by key.
 */
export function prepareJitMapping(
  pools: readonly JitPool[],
  project: ProjectSnapshot,
  rules: MappingRules,
  tenantsOfConnections?: ReadonlyMap<string, string>,
): JitMapping {
  const { mappings, definitions } = mapSources(
    pools.map(({ observation, ...source }) => ({ ...source, observation: observation ?? assumeAll(source.pool) })),
    project,
    rules,
    createFindings(),
    tenantsOfConnections,
  );
  const types = new Map(project.attributes.map(({ name, type }) => [name, type]));
  const targets = new Map(mappings[0]?.attributes);
  const optional = optionalAttributes(pools);
  const unmapped: string[] = [];
  const needed = new Set<string>(ALWAYS_WRITTEN);
  for (const [source, target] of targets) {
    if (target.kind === "field") continue;
    const type = types.get(target.name);
    if (type === undefined) {
      targets.delete(source);
      if (optional.has(source)) unmapped.push(source);
      else needed.add(target.name);
    } else if (type !== target.type && TYPES.has(type)) targets.set(source, { ...target, type: type as AttributeType });
  }
  const { attributes, roles, tenants } = definitions;
  const missing = {
    attributes: attributes.create.filter(({ name }) => needed.has(name) || OPTIONAL_OWN.has(name)),
    roles: roles.create,
    tenants: tenants.create,
  };
  const absent = {
    roles: new Set(missing.roles.map(roleKey)),
    tenants: new Set(missing.tenants.map(({ id }) => id)),
  };
  return {
    mappings: new Map(
      mappings.map((mapping) => [mapping.pool.userPoolId, withoutAbsent({ ...mapping, attributes: targets }, absent)]),
    ),
    missing,
    unmapped: unmapped.sort(),
  };
}

/** Attributes of the import's own that every user gets. */
const ALWAYS_WRITTEN = [OWN_ATTRIBUTES.sub, OWN_ATTRIBUTES.username, OWN_ATTRIBUTES.freshlyMigrated];

/** Those that users get where there is something to write. */
const OPTIONAL_OWN: ReadonlySet<string> = new Set([OWN_ATTRIBUTES.subs, OWN_ATTRIBUTES.identities]);

/** An observation that holds every attribute of the pool's schema: any user may have any of them. */
function assumeAll(pool: PoolSnapshot): PoolObservation {
  const isPossible = (name: string): boolean => name !== "identities" || pool.identityProviders.length > 0;
  const names = pool.schema.map(({ name }) => name).filter(isPossible);
  return {
    ...observeUsers().observation(),
    attributes: Object.fromEntries(names.map((name) => [name, { users: 0, exactNumbers: true }])),
  };
}

/** Attributes that are mapped only if the project has a place for them. */
function optionalAttributes(pools: readonly JitPool[]): ReadonlySet<string> {
  const observed = new Set(pools.flatMap(({ observation }) => Object.keys(observation?.attributes ?? {})));
  const names = pools.flatMap(({ pool }) => pool.schema.map(({ name }) => name));
  return new Set(names.filter((name) => !/^(?:dev:)?custom:|^dev:/.test(name) && !observed.has(name)));
}

/** A mapping that names no role and no tenant that the project has not: it would refuse the user for it. */
function withoutAbsent(
  mapping: SourceMapping,
  absent: { readonly roles: ReadonlySet<string>; readonly tenants: ReadonlySet<string> },
): SourceMapping {
  const groups = new Map<string, GroupEffect>();
  for (const [name, { role, tenant }] of mapping.groups) {
    const held = tenant ?? mapping.tenant;
    const tenantId = mapping.rules.roleScope === "tenant" ? held : undefined;
    const isThere =
      role !== undefined && !absent.roles.has(roleKey({ name: role, ...(tenantId === undefined ? {} : { tenantId }) }));
    const isIn = tenant === undefined || !absent.tenants.has(tenant);
    groups.set(name, {
      ...(isThere && isIn ? { role } : {}),
      ...(tenant !== undefined && isIn ? { tenant } : {}),
    });
  }
  const connectionTenants = Object.fromEntries(
    Object.entries(mapping.rules.connectionTenants).filter(([, tenant]) => !absent.tenants.has(tenant)),
  );
  const attributes: ReadonlyMap<string, AttributeTarget> = mapping.attributes;
  return { ...mapping, attributes, groups, rules: { ...mapping.rules, connectionTenants } };
}
