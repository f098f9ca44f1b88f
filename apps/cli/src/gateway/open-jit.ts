import { createHash, createHmac, createSecretKey, randomBytes } from "node:crypto";
import type { createKeyProvider } from "@cognito-to-descope/cognito";
import {
  createMigratedUserMarker,
  createPasswordAuthenticator,
  createPoolCalls,
  createPoolUserReader,
  regionOfUserPoolId,
} from "@cognito-to-descope/cognito/authenticate";
import {
  createCaptureRecorder,
  createJitProvisioner,
  createPasswordCheck,
  createRateLimiter,
  MigrationError,
  type PasswordCheck,
  type PoolQuota,
  type RateCounter,
  type RateLimit,
  recordedTenants,
  type SignInPool,
  type StateStore,
} from "@cognito-to-descope/core";
import { createProvisionTarget } from "@cognito-to-descope/descope";
import { createMemoryRateCounter, type JitOptions, type ObserveCall } from "@cognito-to-descope/gateway";
import type { Config, SourceConfig } from "../config/config.ts";
import type { AfterMigrationConfig, JitConfig, JitPoolConfig } from "../config/jit-config.ts";
import { targetOptions } from "../open-target.ts";
import { poolAccess } from "../pool-access.ts";
import type { SharedLimiters } from "../state/state-location.ts";
import { observationsOf } from "../state/observations-of.ts";
import { systemClock } from "../system.ts";
import type { GatewayLog } from "./gateway-log.ts";
import { observePoolCalls, observeProvisionTarget } from "./observe-services.ts";

/** What passwords are checked with, and what is to be closed after it. */
export interface OpenJit extends AsyncDisposable {
  /** Verdicts go to the log, and where there is a state store they are noted for `c2d jit status`. */
  readonly options: JitOptions;
  /** Resolves once everything is done and written that nobody waits for: for a process that is frozen between requests. */
  settled(): Promise<void>;
}

/** What is shared with other replicas, where there are any. */
export interface SharedWithReplicas {
  readonly rates?: RateCounter | undefined;
  readonly limiters?: SharedLimiters | undefined;
  /** Where runs are, and where it is noted who was brought in. Not closed here. */
  readonly store?: StateStore | undefined;
}

/** What hears of what is done. */
export interface JitObservers {
  readonly log: GatewayLog;
  readonly observe: ObserveCall;
}

/** How long what nobody waits for may take to be written when a gateway stops. */
const DRAIN_MS = 5000;

/** The quotas of an account and region that passwords are checked within. */
const QUOTAS: Readonly<Record<"UserAuthentication" | "UserRead" | "UserResourceRead" | "UserUpdate", RateLimit>> = {
  UserAuthentication: { requests: 120, windowMs: 1000 },
  UserRead: { requests: 120, windowMs: 1000 },
  UserResourceRead: { requests: 50, windowMs: 1000 },
  UserUpdate: { requests: 25, windowMs: 1000 },
};

/**
 * Opens what checks passwords at the config's pools and brings users into its project.
 *
 * @throws MigrationError `ERR_JIT_DEFINITIONS_MISSING` when the project lacks what users need, and what reading the pools and the
 * project throws.
 */
export async function openJit(
  config: Config,
  { log, observe, ...shared }: SharedWithReplicas & JitObservers,
): Promise<OpenJit> {
  const { jit } = config;
  if (jit === undefined)
    throw new MigrationError("ERR_CONFIG_INVALID", "the config says nothing of checking passwords");
  // With the AWS SDK, which takes as long to load as everything else together: a function that starts cold does so while it asks
  // for its secrets.
  const { createKeyProvider: createProvider, createUserPoolSource } = await import("@cognito-to-descope/cognito");
  const target = targetOptions(config);
  const { limiters, store } = shared;
  const captures =
    store === undefined
      ? undefined
      : createCaptureRecorder({
          projectId: target.projectId,
          store,
          clock: systemClock,
          onFault: (error) =>
            log.event("error", "captures", systemClock.now(), { code: (error as { readonly code?: unknown }).code }),
        });
  const seen = store === undefined ? undefined : await observationsOf(store, target.projectId);
  const provisioner = await createJitProvisioner({
    sources: jit.pools.map(({ source }) => ({
      observation: seen?.get(source.userPoolId),
      tenant: source.tenant,
      tenantName: source.tenantName,
      source: createUserPoolSource({ ...poolAccess(source), userPoolId: source.userPoolId, clock: systemClock }),
    })),
    target: observeProvisionTarget(
      createProvisionTarget({
        ...target,
        ...(limiters === undefined
          ? {}
          : { createLimiter: (bucket, limit) => limiters.limiter(`descope ${target.projectId} ${bucket}`, limit) }),
      }),
      observe,
    ),
    rules: config.rules,
    tenantsOfConnections:
      store === undefined ? undefined : recordedTenants(await store.readSsoRecords(target.projectId)),
    clock: systemClock,
    ...(limiters === undefined
      ? {}
      : { sharedPace: (call, limit) => limiters.limiter(`descope ${target.projectId} pace of ${call}`, limit) }),
    onProvisioned: (user) => captures?.captured(user),
    onEvent: ({ type, ...details }) => log.event("warn", `provision-${type}`, systemClock.now(), details),
  });
  const opened = jit.pools.map((pool) => observePoolCalls(openCalls(pool, createProvider), observe));
  const quotaOf = createQuotas(config, limiters);
  const check: PasswordCheck = createPasswordCheck({
    pools: jit.pools.map((pool, index) => signInPool(pool, opened[index] as OpenCalls, jit.afterMigration, quotaOf)),
    provisioner,
    counter: shared.rates ?? createMemoryRateCounter(() => systemClock.monotonic()),
    clock: systemClock,
    random: Math.random,
    hash: keyedHash(sharedKey(jit)),
    secretHash: keyedHash(randomBytes(32)),
    policy: jit.policy,
    onMark(outcome, userPoolId) {
      log.event(outcome === "marked" ? "debug" : "warn", "jit-mark", systemClock.now(), { outcome, userPoolId });
    },
  });
  return {
    options: {
      check,
      userPoolIds: jit.pools.map(({ source }) => source.userPoolId),
      tokens: jit.tokens.map((token) => token.reveal()),
      hmacSecrets: jit.hmacSecrets.map((secret) => secret.reveal()),
      clientAddressHeader: jit.clientAddressHeader,
      onVerdict(entry) {
        log.verdict(entry);
        if (!entry.joined) captures?.decided(entry);
      },
    },
    async settled() {
      await check.settled();
      await provisioner.drained({ signal: AbortSignal.timeout(DRAIN_MS) });
      await captures?.flush();
    },
    async [Symbol.asyncDispose]() {
      await provisioner.drained({ signal: AbortSignal.timeout(DRAIN_MS) });
      await captures?.[Symbol.asyncDispose]();
      for (const calls of opened) calls[Symbol.dispose]();
    },
  };
}

type OpenCalls = ReturnType<typeof createPoolCalls>;

/** Connections to where a pool is. */
function openCalls({ source }: JitPoolConfig, createProvider: typeof createKeyProvider): OpenCalls {
  const region = regionOf(source);
  const credentials = createProvider({ ...poolAccess(source), region }, () => systemClock.now());
  return createPoolCalls({ region, endpoint: source.endpoint, credentials }, () => systemClock.now());
}

function signInPool(
  pool: JitPoolConfig,
  calls: OpenCalls,
  afterMigration: AfterMigrationConfig,
  quotaOf: QuotaOf,
): SignInPool {
  const { source, clientId, clientSecret, flow, readUsers, attributes, caseSensitive, domains } = pool;
  const { userPoolId } = source;
  const after =
    afterMigration === "keep"
      ? undefined
      : afterMigration === "disable"
        ? ({ kind: "disable" } as const)
        : ({ kind: "mark", attribute: afterMigration.mark } as const);
  return {
    userPoolId,
    authenticator: createPasswordAuthenticator({
      userPoolId,
      clientId,
      clientSecret: clientSecret?.reveal(),
      flow,
      calls,
      attributes,
    }),
    reader: readUsers ? createPoolUserReader({ userPoolId, calls }) : undefined,
    marker: after === undefined ? undefined : createMigratedUserMarker({ userPoolId, calls, after }),
    quotas: {
      authenticate: quotaOf(source, "UserAuthentication"),
      readUser: quotaOf(source, "UserRead"),
      readGroups: quotaOf(source, "UserResourceRead"),
      mark: quotaOf(source, "UserUpdate"),
    },
    caseSensitive,
    domains,
  };
}

/** The quota of a name that a pool is under. */
type QuotaOf = (source: SourceConfig, name: keyof typeof QUOTAS) => PoolQuota;

/** Quotas that pools of one account and region share. Where no role tells the account, the pools of a region share. */
function createQuotas({ limits }: Config, shared: SharedLimiters | undefined): QuotaOf {
  const quotas = new Map<string, PoolQuota>();
  return (source, name) => {
    const account = source.roleArn?.split(":")[4] ?? "";
    const key = [name, regionOf(source), account, source.endpoint ?? ""].join(" ").trim();
    let quota = quotas.get(key);
    if (quota === undefined) {
      const limit = limits.cognito?.[name] ?? QUOTAS[name];
      quota = { own: createRateLimiter(limit, systemClock), shared: shared?.limiter(`cognito jit ${key}`, limit) };
      quotas.set(key, quota);
    }
    return quota;
  };
}

function regionOf({ userPoolId, region }: SourceConfig): string {
  return region ?? regionOfUserPoolId(userPoolId) ?? "us-east-1";
}

/**
 * The same for all replicas, which share their tokens. Made of the first one: when tokens are changed, counting begins anew.
 */
function sharedKey({ tokens }: JitConfig): Buffer {
  return createHash("sha256")
    .update(`c2d jit counters ${tokens[0]?.reveal() ?? ""}`)
    .digest();
}

function keyedHash(bytes: Buffer): (text: string) => string {
  // Given as bytes, a key is made of them for every hash, which costs six times what the hash does.
  const key = createSecretKey(bytes);
  return (text) => createHmac("sha256", key).update(text).digest("base64url");
}
