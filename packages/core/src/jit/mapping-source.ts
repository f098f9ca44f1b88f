import { MigrationError } from "../errors.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { PoolObservation } from "../pool/observe-users.ts";
import type { Clock } from "../ports/clock.ts";
import type { ProvisionTarget } from "../ports/provision-target.ts";
import type { ProjectPasswordPolicy } from "../project/project-password-policy.ts";
import { roleLabel } from "../project/role-key.ts";
import type { RunSource } from "../run/run-context.ts";
import { type JitMapping, prepareJitMapping } from "./jit-mapping.ts";

/** A pool whose users are brought over as they sign in. */
export interface JitSource extends Pick<RunSource, "tenant" | "tenantName"> {
  readonly source: Pick<RunSource["source"], "userPoolId" | "readSnapshot">;
  /** What an earlier run saw in the pool; see {@link prepareJitMapping}. */
  readonly observation?: PoolObservation | undefined;
}

/** How users are mapped now, and which passwords the project takes. */
export interface JitRules extends JitMapping {
  readonly passwordPolicy: ProjectPasswordPolicy;
  /** Names of the groups that each pool had when it was read. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The settings of pools and project, read now and then. */
export interface MappingSource {
  /** What was read last. Reads again in the background once that is old. */
  current(): JitRules;
  /** Reads again, unless that was done a moment ago. Keeps what there is when it cannot be read. */
  renew(): Promise<void>;
}

/** What a mapping source is made of. */
export interface MappingSourceOptions {
  readonly sources: readonly JitSource[];
  readonly target: Pick<ProvisionTarget, "readSnapshot" | "readPasswordPolicy">;
  readonly rules: MappingRules;
  readonly clock: Clock;
  /** Tenants that connections got when their SSO settings were applied, by `recordedTenants`. @defaultValue none */
  readonly tenantsOfConnections?: ReadonlyMap<string, string> | undefined;
  /** How old the settings may be, in milliseconds. @defaultValue 300,000 */
  readonly refreshMs?: number | undefined;
  /** Hears that settings were read, and whether the project lacks something of them. Must not throw. */
  readonly onRefresh?: ((rules: JitRules | undefined) => void) | undefined;
}

/** Settings that somebody needs at once are not read more often than this. */
const LEAST_BETWEEN_MS = 30_000;

/**
 * Reads the settings for the first time.
 *
 * @throws MigrationError `ERR_JIT_DEFINITIONS_MISSING` when the project lacks attributes, roles or tenants that users need, and
 * what reading the pools and the project throws.
 */
export async function openMappingSource(options: MappingSourceOptions): Promise<MappingSource> {
  const { sources, target, rules, clock, refreshMs = 300_000, onRefresh } = options;
  let read = await readAll();
  refuseMissing(read);
  let readAt = clock.monotonic();
  let underWay: Promise<void> | undefined;

  async function readAll(): Promise<JitRules> {
    const [pools, project, passwordPolicy] = await Promise.all([
      Promise.all(
        sources.map(async ({ source, tenant, tenantName, observation }) => ({
          pool: await source.readSnapshot(),
          tenant,
          tenantName,
          observation,
        })),
      ),
      target.readSnapshot(),
      target.readPasswordPolicy(),
    ]);
    return {
      ...prepareJitMapping(pools, project, rules, options.tenantsOfConnections),
      passwordPolicy,
      groups: new Map(pools.map(({ pool }) => [pool.userPoolId, new Set(pool.groups.map(({ name }) => name))])),
    };
  }

  async function refresh(): Promise<void> {
    try {
      read = await readAll();
      onRefresh?.(read);
    } catch {
      // Settings that are a little old are better than a sign-in that fails.
      onRefresh?.(undefined);
    } finally {
      readAt = clock.monotonic();
      underWay = undefined;
    }
  }

  return {
    current() {
      if (underWay === undefined && clock.monotonic() - readAt >= refreshMs) underWay = refresh();
      return read;
    },
    async renew() {
      if (underWay === undefined && clock.monotonic() - readAt < Math.min(LEAST_BETWEEN_MS, refreshMs)) return;
      underWay ??= refresh();
      await underWay;
    },
  };
}

/** How many names an error shows of each kind. */
const SHOWN = 10;

function refuseMissing({ missing }: JitRules): void {
  const kinds: readonly (readonly [string, readonly string[]])[] = [
    ["attributes", missing.attributes.map(({ name }) => name)],
    ["roles", missing.roles.map(roleLabel)],
    ["tenants", missing.tenants.map(({ id }) => id)],
  ];
  const parts = kinds.flatMap(([kind, names]) => (names.length === 0 ? [] : [`${kind} ${shown(names)}`]));
  if (parts.length === 0) return;
  throw new MigrationError("ERR_JIT_DEFINITIONS_MISSING", `the project lacks ${parts.join(", ")}`, {
    suggestion: "create them first: `c2d apply` does with an import, `c2d jit setup` without one",
  });
}

function shown(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
