import { createHash, createHmac, randomBytes } from "node:crypto";
import { createKeyProvider, createUserPoolSource } from "@cognito-to-descope/cognito";
import {
  createMigratedUserMarker,
  createPasswordAuthenticator,
  createPoolCalls,
  createPoolUserReader,
} from "@cognito-to-descope/cognito/authenticate";
import {
  createJitProvisioner,
  createPasswordCheck,
  createRateLimiter,
  type ImmediateRateLimiter,
  MigrationError,
  type PasswordCheck,
  type RateCounter,
  type RateLimit,
  type SignInPool,
} from "@cognito-to-descope/core";
import { createProvisionTarget } from "@cognito-to-descope/descope";
import { createMemoryRateCounter, type JitOptions } from "@cognito-to-descope/gateway";
import type { Config, SourceConfig } from "../config/config.ts";
import type { AfterMigrationConfig, JitConfig, JitPoolConfig } from "../config/jit-config.ts";
import { targetOptions } from "../open-target.ts";
import type { SharedLimiters } from "../state/state-location.ts";
import { systemClock } from "../system.ts";
import type { GatewayLog } from "./gateway-log.ts";

/** What passwords are checked with, and what is to be closed after it. */
export interface OpenJit extends Disposable {
  readonly options: Omit<JitOptions, "onVerdict">;
}

/** What is shared with other replicas, where there are any. */
export interface SharedWithReplicas {
  readonly rates?: RateCounter | undefined;
  readonly limiters?: SharedLimiters | undefined;
}

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
export async function openJit(config: Config, log: GatewayLog, shared: SharedWithReplicas): Promise<OpenJit> {
  const { jit } = config;
  if (jit === undefined)
    throw new MigrationError("ERR_CONFIG_INVALID", "the config says nothing of checking passwords");
  const target = targetOptions(config);
  const { limiters } = shared;
  const provisioner = await createJitProvisioner({
    sources: jit.pools.map(({ source }) => ({
      tenant: source.tenant,
      tenantName: source.tenantName,
      source: openSource(source),
    })),
    target: createProvisionTarget({
      ...target,
      ...(limiters === undefined
        ? {}
        : { createLimiter: (bucket, limit) => limiters.limiter(`descope ${target.projectId} ${bucket}`, limit) }),
    }),
    rules: config.rules,
    clock: systemClock,
    onEvent: ({ type, ...details }) => log.event("warn", `provision-${type}`, systemClock.now(), details),
  });
  const opened = jit.pools.map((pool) => openCalls(pool));
  const limiterOf = createQuotas(config);
  const check: PasswordCheck = createPasswordCheck({
    pools: jit.pools.map((pool, index) => signInPool(pool, opened[index] as OpenCalls, jit.afterMigration, limiterOf)),
    provisioner,
    counter: shared.rates ?? createMemoryRateCounter(() => systemClock.monotonic()),
    clock: systemClock,
    random: Math.random,
    hash: keyedHash(sharedKey(jit)),
    secretHash: keyedHash(randomBytes(32)),
    policy: jit.policy,
  });
  return {
    options: {
      check,
      userPoolIds: jit.pools.map(({ source }) => source.userPoolId),
      tokens: jit.tokens.map((token) => token.reveal()),
      hmacSecrets: jit.hmacSecrets.map((secret) => secret.reveal()),
      clientAddressHeader: jit.clientAddressHeader,
    },
    [Symbol.dispose]() {
      for (const calls of opened) calls[Symbol.dispose]();
    },
  };
}

type OpenCalls = ReturnType<typeof createPoolCalls>;

/** Connections to where a pool is. */
function openCalls({ source }: JitPoolConfig): OpenCalls {
  const region = regionOf(source);
  const credentials = createKeyProvider({ ...accessOf(source), region }, () => systemClock.now());
  return createPoolCalls({ region, endpoint: source.endpoint, credentials }, () => systemClock.now());
}

function signInPool(
  pool: JitPoolConfig,
  calls: OpenCalls,
  afterMigration: AfterMigrationConfig,
  limiterOf: (source: SourceConfig, quota: keyof typeof QUOTAS) => ImmediateRateLimiter,
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
      authenticate: limiterOf(source, "UserAuthentication"),
      readUser: limiterOf(source, "UserRead"),
      readGroups: limiterOf(source, "UserResourceRead"),
      mark: limiterOf(source, "UserUpdate"),
    },
    caseSensitive,
    domains,
  };
}

/** Limiters that pools of one account and region share. Which account a pool is in is told by how it is reached. */
function createQuotas(config: Config): (source: SourceConfig, quota: keyof typeof QUOTAS) => ImmediateRateLimiter {
  const limiters = new Map<string, ImmediateRateLimiter>();
  return (source, quota) => {
    const { roleArn, profile, endpoint } = source;
    const key = JSON.stringify([quota, regionOf(source), roleArn ?? "", profile ?? "", endpoint ?? ""]);
    let limiter = limiters.get(key);
    if (limiter === undefined) {
      limiter = createRateLimiter(config.limits.cognito?.[quota] ?? QUOTAS[quota], systemClock);
      limiters.set(key, limiter);
    }
    return limiter;
  };
}

function openSource(source: SourceConfig): ReturnType<typeof createUserPoolSource> {
  return createUserPoolSource({ ...accessOf(source), userPoolId: source.userPoolId, clock: systemClock });
}

/** How a pool is reached, in the adapter's words. */
function accessOf({ region, profile, awsKeys, roleArn, externalId, endpoint }: SourceConfig) {
  return {
    region,
    profile,
    roleArn,
    externalId,
    endpoint,
    accessKeyId: awsKeys?.accessKeyId,
    secretAccessKey: awsKeys?.secretAccessKey.reveal(),
    sessionToken: awsKeys?.sessionToken?.reveal(),
  };
}

function regionOf({ userPoolId, region }: SourceConfig): string {
  return region ?? userPoolId.split("_")[0] ?? "";
}

/**
 * The same for all replicas, which share their tokens. Made of the first one: when tokens are changed, counting begins anew.
 */
function sharedKey({ tokens }: JitConfig): Buffer {
  return createHash("sha256")
    .update(`c2d jit counters ${tokens[0]?.reveal() ?? ""}`)
    .digest();
}

function keyedHash(key: Buffer): (text: string) => string {
  return (text) => createHmac("sha256", key).update(text).digest("base64url");
}
