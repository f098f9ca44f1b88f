import { mapUser } from "../mapping/map-user.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { Clock } from "../ports/clock.ts";
import type { RateLimit, RateLimiter } from "../limits/rate-limiter.ts";
import type { ProvisionCall, ProvisionTarget } from "../ports/provision-target.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import { passwordFault } from "../project/project-password-policy.ts";
import type { ConfirmedUser, JitProvisioner, ProvisionOptions, ProvisionOutcome } from "./jit-provisioner.ts";
import { type JitRules, type JitSource, openMappingSource } from "./mapping-source.ts";
import { createOverflow } from "./overflow.ts";
import { createPendingSignIns, type PendingSignIn } from "./pending-sign-ins.ts";
import { createProjectWriter, type Provisioned, type ProvisionEvent } from "./project-writer.ts";

/** What a provisioner is made of. */
export interface JitProvisionerOptions {
  /** The pools whose users sign in. */
  readonly sources: readonly JitSource[];
  readonly target: ProvisionTarget;
  readonly rules: MappingRules;
  readonly clock: Clock;
  /** Tenants that connections got when their SSO settings were applied, by `recordedTenants`. @defaultValue none */
  readonly tenantsOfConnections?: ReadonlyMap<string, string> | undefined;
  /** Users on their way at the same time, beyond which everybody else is asked to come again. @defaultValue 10,000 */
  readonly maxPending?: number | undefined;
  /**
   * Least time between two calls while each has several users, in milliseconds. At low load nobody waits for it.
   *
   * @defaultValue 25
   */
  readonly windowMs?: number | undefined;
  /**
   * Makes a limiter that all processes share which bring users into the project. Left out, this process is the only one: several
   * would each spread their calls as if they were alone, and run into the quota together.
   */
  readonly sharedPace?: ((call: ProvisionCall, limit: RateLimit) => RateLimiter) | undefined;
  /** How old the settings of pools and project may be, in milliseconds. @defaultValue 300,000 */
  readonly refreshMs?: number | undefined;
  /** Hears that the settings were read again; undefined when they could not be. Must not throw. */
  readonly onRefresh?: ((rules: JitRules | undefined) => void) | undefined;
  /** Hears what went wrong, without personal data. Must not throw. */
  readonly onEvent?: ((event: ProvisionEvent) => void) | undefined;
  /** Hears of every user who is in the project with a password now. Must not throw. */
  readonly onProvisioned?:
    | ((user: Pick<ConfirmedUser, "userPoolId"> & { readonly sub: string }, outcome: Provisioned) => void)
    | undefined;
}

/** A provisioner with what it knows, for reports. */
export interface OpenJitProvisioner extends JitProvisioner {
  /** How users are mapped now. */
  readonly mapping: JitRules;
  /** Users on their way now. */
  readonly pending: number;
  /** Resolves when nobody is on the way and everything is written, or when the signal is aborted; ask nothing new meanwhile. */
  drained(options?: AbortableOptions): Promise<void>;
}

/**
 * Makes the provisioner of a gateway: reads the settings of pools and project, and then brings users in as they sign in, many
 * with each call.
 *
 * @throws MigrationError `ERR_JIT_DEFINITIONS_MISSING` when the project lacks attributes, roles or tenants that users need, and
 * what reading the pools and the project throws.
 */
export async function createJitProvisioner(options: JitProvisionerOptions): Promise<OpenJitProvisioner> {
  const { sources, target, rules, clock, maxPending = 10_000, windowMs = 25, onRefresh } = options;
  const { onEvent = () => undefined, onProvisioned } = options;
  const source = await openMappingSource({
    sources,
    target,
    rules,
    clock,
    tenantsOfConnections: options.tenantsOfConnections,
    refreshMs: options.refreshMs,
    onRefresh,
  });
  const overflow = createOverflow(clock, () => {
    const { allowed, windowMs: quotaWindowMs } = target.quota("create");
    return (allowed * target.maxUsersPerBatch) / quotaWindowMs;
  });
  const pending = createPendingSignIns(clock, {
    retryAfterMs: () => overflow.retryAfterMs(writer.waitMs()),
    sweep: () => writer.sweep(),
  });
  const writer = createProjectWriter({
    target,
    clock,
    pending,
    windowMs,
    sharedPace: options.sharedPace,
    onEvent,
    onProvisioned: ({ userPoolId, sub }, outcome) => onProvisioned?.({ userPoolId, sub }, outcome),
  });

  async function provision(
    confirmed: ConfirmedUser,
    password: string,
    provisionOptions: ProvisionOptions,
  ): Promise<ProvisionOutcome> {
    const key = `${confirmed.userPoolId} ${confirmed.user.sub}`;
    const before = pending.find(key);
    if (before !== undefined) {
      // The same user is on its way already.
      const isSame = before.password === password;
      const outcome = await pending.wait(before, provisionOptions);
      if (isSame || outcome.kind !== "provisioned") return outcome;
      return provision(confirmed, password, provisionOptions);
    }
    const settings = knowsGroups(source.current(), confirmed)
      ? source.current()
      : await renewed(provisionOptions.deadline);
    const mapping = settings.mappings.get(confirmed.userPoolId);
    if (mapping === undefined) return { kind: "refused", reason: "left-out" };
    const mapped = mapUser(mapping, confirmed.user, confirmed.groups);
    if (!("planned" in mapped)) return { kind: "refused", reason: "left-out" };
    const { planned } = mapped;
    if (planned.status === "disabled") return { kind: "refused", reason: "disabled" };

    // Somebody may have come while the settings were read.
    if (pending.find(key) !== undefined) return provision(confirmed, password, provisionOptions);
    const waitMs = writer.waitMs();
    if (pending.size >= maxPending || clock.monotonic() + waitMs > provisionOptions.deadline) {
      return { kind: "throttled", retryAfterMs: overflow.retryAfterMs(waitMs) };
    }
    const entry: PendingSignIn = {
      key,
      userPoolId: confirmed.userPoolId,
      sub: confirmed.user.sub,
      username: confirmed.username,
      rules: mapping.rules,
      planned,
      password,
      fits: passwordFault(password, settings.passwordPolicy, planned.email) === undefined,
      sent: false,
      readDirectly: false,
      rounds: 0,
      created: false,
      passwordSet: false,
    };
    pending.add(entry);
    const waiting = pending.wait(entry, provisionOptions);
    writer.add(entry);
    return waiting;
  }

  /** The settings, read again for a group that they do not know, within half of the time that there is. */
  async function renewed(deadline: number): Promise<JitRules> {
    const tooLong = new AbortController();
    const sleep = clock.sleep(Math.max(0, (deadline - clock.monotonic()) / 2), tooLong.signal).catch(() => undefined);
    await Promise.race([source.renew(), sleep]);
    tooLong.abort();
    return source.current();
  }

  return {
    provision,
    get mapping() {
      return source.current();
    },
    get pending() {
      return pending.size;
    },
    async drained({ signal } = {}) {
      const isOver = (): boolean => (pending.size === 0 && !writer.isBusy) || signal?.aborted === true;
      while (!isOver()) await clock.sleep(DRAIN_LOOK_MS);
    },
  };
}

const DRAIN_LOOK_MS = 10;

function knowsGroups(settings: JitRules, { userPoolId, groups }: ConfirmedUser): boolean {
  const known = settings.groups.get(userPoolId);
  return groups.every((group) => known?.has(group) === true);
}
