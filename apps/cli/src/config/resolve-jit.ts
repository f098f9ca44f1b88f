import {
  type AttemptLimits,
  DEFAULT_ATTEMPT_LIMITS,
  DEFAULT_FAILURE_FLOOR,
  type PasswordCheckPolicy,
} from "@cognito-to-descope/core";
import type { SourceConfig } from "./config.ts";
import type { JitConfig } from "./jit-config.ts";
import type { JitEnvironment } from "./jit-environment.ts";
import type { WrittenJit, WrittenJitPool, WrittenTries } from "./written-jit.ts";

/** The pools as they are written; the only source with the environment's app client where none is. */
export function writtenJitPools(
  { pools }: WrittenJit,
  userPoolIds: readonly string[],
  { clientId }: JitEnvironment,
): readonly WrittenJitPool[] {
  const [userPoolId, ...others] = userPoolIds;
  if (pools !== undefined) return pools;
  return userPoolId === undefined || others.length > 0 || clientId === undefined ? [] : [{ userPoolId, clientId }];
}

/** Fills in the environment and the defaults of a config that has been checked. */
export function resolveJit(
  written: WrittenJit,
  sources: readonly SourceConfig[],
  environment: JitEnvironment,
): JitConfig {
  const pools = writtenJitPools(
    written,
    sources.map(({ userPoolId }) => userPoolId),
    environment,
  );
  return {
    pools: pools.flatMap(({ userPoolId, clientId, flow = "public", readUsers, attributes, caseSensitive, domains }) => {
      const source = sources.find((one) => one.userPoolId === userPoolId);
      if (source === undefined) return [];
      return [
        {
          source,
          clientId,
          clientSecret: environment.clientSecretOf(userPoolId),
          flow,
          readUsers: readUsers ?? flow === "admin",
          attributes: attributes ?? "token",
          caseSensitive: caseSensitive ?? false,
          domains,
        },
      ];
    }),
    tokens: environment.tokens,
    hmacSecrets: environment.hmacSecrets,
    policy: policyOf(written),
    afterMigration: written.afterMigration ?? "keep",
    clientAddressHeader: written.clientAddressHeader,
  };
}

function policyOf(written: WrittenJit): Partial<PasswordCheckPolicy> {
  const { secondFactor, invited, hideStatus } = written;
  const { failureFloorMs: floorMs, maxQuotaWaitMs, deadlineMs } = written;
  return {
    ...(secondFactor === undefined ? {} : { secondFactor }),
    ...(invited === undefined ? {} : { temporaryPassword: invited === "try" ? "try" : "keep" }),
    ...(hideStatus === undefined ? {} : { hideStatus }),
    ...(maxQuotaWaitMs === undefined ? {} : { maxQuotaWaitMs }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(floorMs === undefined ? {} : { failureFloor: { ...DEFAULT_FAILURE_FLOOR, floorMs } }),
    attempts: attemptLimitsOf(written),
  };
}

/** How many tries may fail, with the defaults. */
export function attemptLimitsOf({ triesPerUser, triesPerAddress }: WrittenJit): AttemptLimits {
  return {
    perUser: limitOf(triesPerUser) ?? DEFAULT_ATTEMPT_LIMITS.perUser,
    perAddress: limitOf(triesPerAddress) ?? DEFAULT_ATTEMPT_LIMITS.perAddress,
  };
}

function limitOf(
  written: WrittenTries | undefined,
): { readonly events: number; readonly windowMs: number } | undefined {
  return written === undefined ? undefined : { events: written.tries, windowMs: written.windowSeconds * 1000 };
}
