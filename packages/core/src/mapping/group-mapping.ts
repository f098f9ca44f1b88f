import { assignLegalNames, ROLE_NAME, shorten } from "./legal-names.ts";
import type { Findings } from "../findings/findings.ts";
import type { PoolGroup, PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { Role } from "../project/project-snapshot.ts";
import { roleKey } from "../project/role-key.ts";
import type { GroupRule, MappingRules } from "./rules.ts";

/** What membership of a group gives a user. */
export interface GroupEffect {
  readonly role?: string;
  readonly tenant?: string;
}

/** What the groups of a pool become. */
export interface GroupMapping {
  readonly effects: ReadonlyMap<string, GroupEffect>;
  readonly roles: readonly Role[];
  readonly tenants: readonly string[];
}

const MAX_DESCRIPTION = 254;

/** What the groups of a pool are mapped with beside the rules. */
export interface GroupMappingOptions {
  /** The tenant of the pool. Its groups' roles are held in this tenant, unless a group's rule names another. */
  readonly tenant?: string | undefined;
  /** Names of roles by group, of all pools of the run. @defaultValue {@link nameRoles} of this pool alone */
  readonly names?: ReadonlyMap<string, string> | undefined;
}

/**
 * Names the roles of the groups of all pools. One table for all, so that a name means the same group's role in each, and
 * groups of different pools whose long names become the same do not end up as one role.
 */
export function nameRoles(pools: readonly PoolSnapshot[], rules: MappingRules): ReadonlyMap<string, string> {
  const ownName = new Set<string>();
  for (const pool of pools) {
    for (const group of pool.groups) {
      if (!isReadGroup(group, pool, rules)) continue;
      const rule = ruleFor(group, rules);
      if (rule === undefined || rule.role === true) ownName.add(group.name);
    }
  }
  const configured = rules.groups.flatMap((rule) => (typeof rule.role === "string" ? [rule.role] : []));
  // A configured name may be a group's own name on purpose: it is the same role then.
  return assignLegalNames(
    ownName,
    configured.filter((name) => !ownName.has(name)),
    ROLE_NAME,
  );
}

/** Maps the groups of a pool to roles and tenants. */
export function mapGroups(
  pool: PoolSnapshot,
  rules: MappingRules,
  findings: Findings,
  options: GroupMappingOptions = {},
): GroupMapping {
  const effects = new Map<string, GroupEffect>();
  const roles = new Map<string, Role>();
  const tenants = new Set<string>();
  const names = options.names ?? nameRoles([pool], rules);
  const ruleOf = new Map<string, GroupRule>();
  // A role's description comes from the first of its groups: the first by name, whatever order the pool lists them in.
  const sorted = [...pool.groups].sort((a, b) => (a.name < b.name ? -1 : 1));

  for (const group of sorted) {
    if (!isReadGroup(group, pool, rules)) {
      // Everybody in it has an identity of the provider, and gets the tenant by that: its members need not be read.
      const provider = group.name.slice(pool.userPoolId.length + 1);
      const hasTenant = Object.hasOwn(rules.connectionTenants, provider);
      findings.add(hasTenant ? "group-provider-tenant" : "group-provider-skipped", group.name);
      continue;
    }
    const rule = ruleFor(group, rules);
    if (group.roleArn !== undefined) findings.add("group-iam-role-dropped", group.name);
    if (group.precedence !== undefined) findings.add("group-precedence-dropped", group.name);
    ruleOf.set(group.name, rule ?? { group: group.name, role: true });
    if ((rule === undefined || rule.role === true) && names.get(group.name) !== group.name) {
      findings.add("role-renamed", group.name);
    }
  }

  for (const group of sorted) {
    const rule = ruleOf.get(group.name);
    if (rule === undefined) continue;
    const name = rule.role === true ? names.get(group.name) : rule.role;
    effects.set(group.name, {
      ...(name === undefined ? {} : { role: name }),
      ...(rule.tenant === undefined ? {} : { tenant: rule.tenant }),
    });
    if (rule.tenant !== undefined) tenants.add(rule.tenant);
    if (name === undefined) continue;
    const tenantId = rules.roleScope === "tenant" ? (rule.tenant ?? options.tenant) : undefined;
    const role: Role = {
      name,
      description: shorten(group.description, MAX_DESCRIPTION),
      permissionNames: [],
      ...(tenantId === undefined ? {} : { tenantId }),
    };
    const key = roleKey(role);
    if (roles.has(key)) continue;
    if (group.description.length > MAX_DESCRIPTION) findings.add("role-description-shortened", name);
    roles.set(key, role);
  }
  return { effects, roles: [...roles.values()], tenants: [...tenants] };
}

/**
 * Whether members of a group are worth reading: not those of the groups that Cognito makes for identity providers.
 *
 * A group of such a name that offers an IAM role was made by hand and counts like any other.
 */
export function isReadGroup(group: PoolGroup, pool: PoolSnapshot, rules: MappingRules): boolean {
  return (
    rules.providerGroups === "role" ||
    group.roleArn !== undefined ||
    !isProviderGroupName(group.name, pool) ||
    ruleFor(group, rules) !== undefined
  );
}

function ruleFor(group: PoolGroup, rules: MappingRules): GroupRule | undefined {
  return rules.groups.find((rule) => matches(rule.group, group.name));
}

/** Cognito names the group that it makes at the first sign-in through a provider `<userPoolId>_<ProviderName>`. */
function isProviderGroupName(name: string, pool: PoolSnapshot): boolean {
  if (!name.startsWith(`${pool.userPoolId}_`)) return false;
  const provider = name.slice(pool.userPoolId.length + 1);
  return pool.identityProviders.length === 0 || pool.identityProviders.some((known) => known.name === provider);
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.includes("*")) return pattern === name;
  const expression = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${expression.join(".*")}$`, "su").test(name);
}
