import { planPeak, type RateLimit, readJitProgress } from "@cognito-to-descope/core";
import { DEFAULT_LIMITS } from "@cognito-to-descope/descope";
import type { Config } from "../config/config.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { peakLines } from "../jit-progress/peak-lines.ts";
import { openSources } from "../open-sources.ts";
import { prepareConfig } from "../prepare.ts";
import { systemClock } from "../system.ts";

interface JitPlanOptions {
  readonly peak: number;
  readonly users?: number;
  readonly loginIds?: number;
  /** For each hundred first ones. */
  readonly otherSignIns?: number;
}

/** Cognito's documented quota of password checks, of all pools of an account and region together. */
const AUTHENTICATION: RateLimit = { requests: 120, windowMs: 1000 };

/** How long the pools may take to say how many users they have. */
const ESTIMATE_MS = 10_000;

/** Says whether a peak of first sign-ins fits the quotas of both services, by either way to bring users in. */
export const jitPlan: Command<JitPlanOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  const users = options.users ?? (await usersOf(config, host.signal));
  const { descope, cognito } = config.limits;
  const plan = planPeak(
    {
      perMinute: options.peak,
      loginIdsPerUser: options.loginIds ?? 1,
      otherSignIns: (options.otherSignIns ?? 0) / 100,
      users,
    },
    {
      authentication: cognito?.UserAuthentication ?? AUTHENTICATION,
      create: descope?.["user-create"] ?? DEFAULT_LIMITS["user-create"],
      search: descope?.["user-update"] ?? DEFAULT_LIMITS["user-update"],
      change: descope?.["user-other"] ?? DEFAULT_LIMITS["user-other"],
      usersPerBatch: config.target?.batchSize ?? 100,
    },
  );
  for (const { text, style } of peakLines(plan)) output.line(style === undefined ? text : output.style(style, text));
  const { expected, ways, suits } = plan;
  output.document({
    peakPerMinute: expected.perMinute,
    users: expected.users ?? null,
    suits,
    ways: ways.map(({ peakSeconds, allSeconds, ...way }) => ({
      ...way,
      peakSeconds: finite(peakSeconds),
      allSeconds: finite(allSeconds),
    })),
  });
  return suits === "neither" ? EXIT_CODES.blocked : EXIT_CODES.done;
};

function finite(seconds: number | undefined): number | null {
  return seconds === undefined || seconds === Infinity ? null : seconds;
}

/** Users with a password that a run has read; else what the pools estimate; undefined where neither can be told. */
async function usersOf(config: Config, signal: AbortSignal): Promise<number | undefined> {
  const projectId = config.project?.projectId;
  if (projectId !== undefined && (await config.state.exists())) {
    await using store = await config.state.open();
    const request = { projectId, now: systemClock.now(), countsLeft: false };
    const { passwordUsers } = await readJitProgress(store, request);
    if (passwordUsers !== undefined) return passwordUsers;
  }
  if (config.sources.length === 0) return undefined;
  using opened = openSources(config);
  const patience = AbortSignal.any([signal, AbortSignal.timeout(ESTIMATE_MS)]);
  try {
    const pools = await Promise.all(opened.sources.map(({ source }) => source.readSnapshot({ signal: patience })));
    return pools.reduce((all, { estimatedUsers }) => all + estimatedUsers, 0) || undefined;
  } catch {
    signal.throwIfAborted();
    // Without the pools it is reckoned without a number of users: what fits a minute does not depend on it.
    return undefined;
  }
}
