import type { RateLimit } from "../../limits/rate-limiter.ts";
import { evenInterval } from "../pacer.ts";
import { FLAG_WINDOW_MS, SCARCE_LOOK_UP_MS } from "../writer-pace.ts";

/** How users come into the project. */
export type JitWay =
  /** Everybody is imported before, and gets the password at the first sign-in. */
  | "import-first"
  /** Users are created at their first sign-in, with the password. */
  | "create-at-sign-in";

/** What limits how many users sign in for the first time. */
export type JitBottleneck = "cognito-authentication" | "descope-create" | "descope-search" | "descope-change";

/** The quotas that first sign-ins draw on. */
export interface PeakQuotas {
  /** Cognito's `UserAuthentication`, of all pools of an account and region together. */
  readonly authentication: RateLimit;
  /** Descope's creates, single and in batches. */
  readonly create: RateLimit;
  /** Descope's update and search. */
  readonly search: RateLimit;
  /** Descope's other calls about users. */
  readonly change: RateLimit;
  readonly usersPerBatch: number;
}

/** What is expected. */
export interface PeakExpectation {
  /** First sign-ins in the busiest minute. */
  readonly perMinute: number;
  /** Login IDs that a user has, at most. @defaultValue 1 */
  readonly loginIdsPerUser?: number | undefined;
  /** Users that will sign in for the first time in all. */
  readonly users?: number | undefined;
  /** Of the sign-ins at the pools, how many are not first ones or fail, for each first one. @defaultValue 0 */
  readonly otherSignIns?: number | undefined;
}

/** What one way takes. */
export interface WayCapacity {
  readonly way: JitWay;
  readonly fits: boolean;
  /** First sign-ins in a minute, for as long as it lasts. */
  readonly perMinute: number;
  readonly limitedBy: JitBottleneck;
  /** First sign-ins in a minute that each quota would take if it were the only one. */
  readonly byQuota: Readonly<Partial<Record<JitBottleneck, number>>>;
  /** How long the users of one peak minute take, in seconds. Those beyond the first minute are asked to come again. */
  readonly peakSeconds: number;
  /** How long all users take if they come evenly, in seconds; absent where nobody said how many there are. */
  readonly allSeconds?: number | undefined;
}

/** Whether a peak fits, and by which way. */
export interface PeakPlan {
  readonly expected: PeakExpectation;
  readonly quotas: PeakQuotas;
  readonly ways: readonly WayCapacity[];
  /** `neither`: users have to be let in over a longer time, or a quota has to be raised. */
  readonly suits: JitWay | "neither";
}

/** Values in one list of a search that every project takes. */
const LIST = 100;

const MINUTE_MS = 60_000;

/**
 * Reckons how many first sign-ins a minute the quotas take, for each way to bring users in.
 *
 * The same pace is reckoned with that the provisioner keeps, and the cautious reading of what is not documented: that a search
 * draws on the quota of searches and on that of other calls.
 */
export function planPeak(expected: PeakExpectation, quotas: PeakQuotas): PeakPlan {
  const { perMinute, users, otherSignIns = 0 } = expected;
  const authentication = Math.floor(perMinuteOf(quotas.authentication) / (1 + otherSignIns));
  const searches = searchesPerLookUp(expected, quotas);
  const lookUps = Math.min(pacedPerMinute(quotas.search) / searches, pacedPerMinute(quotas.change) / searches);
  const found = Math.floor(lookUps * quotas.usersPerBatch);
  // Whoever was imported needs a call of its own, beside the searches and the marks of all.
  const shared = (MINUTE_MS / SCARCE_LOOK_UP_MS) * searches + MINUTE_MS / FLAG_WINDOW_MS;
  const ways: readonly [JitWay, Readonly<Partial<Record<JitBottleneck, number>>>][] = [
    [
      "import-first",
      {
        "cognito-authentication": authentication,
        "descope-search": found,
        "descope-change": Math.max(0, Math.floor(pacedPerMinute(quotas.change) - shared)),
      },
    ],
    [
      "create-at-sign-in",
      {
        "cognito-authentication": authentication,
        "descope-search": found,
        "descope-create": Math.floor(pacedPerMinute(quotas.create) * quotas.usersPerBatch),
      },
    ],
  ];
  const capacities = ways.map(([way, byQuota]): WayCapacity => {
    const [limitedBy, most] = tightest(byQuota);
    return {
      way,
      fits: perMinute <= most,
      perMinute: most,
      limitedBy,
      byQuota,
      peakSeconds: seconds(perMinute, most),
      ...(users === undefined ? {} : { allSeconds: seconds(users, most) }),
    };
  });
  // What is there before is one thing less to go wrong, so it comes first.
  return { expected, quotas, ways: capacities, suits: capacities.find(({ fits }) => fits)?.way ?? "neither" };
}

function searchesPerLookUp({ loginIdsPerUser = 1 }: PeakExpectation, { usersPerBatch }: PeakQuotas): number {
  return Math.ceil(usersPerBatch / LIST) + Math.ceil((usersPerBatch * loginIdsPerUser) / LIST);
}

function perMinuteOf({ requests, windowMs }: RateLimit): number {
  return (requests * MINUTE_MS) / windowMs;
}

function pacedPerMinute({ requests, windowMs }: RateLimit): number {
  return MINUTE_MS / evenInterval({ allowed: requests, windowMs });
}

function tightest(byQuota: Readonly<Partial<Record<JitBottleneck, number>>>): readonly [JitBottleneck, number] {
  let least: readonly [JitBottleneck, number] = ["cognito-authentication", Infinity];
  for (const [name, most] of Object.entries(byQuota)) if (most < least[1]) least = [name as JitBottleneck, most];
  return least;
}

function seconds(users: number, perMinute: number): number {
  return perMinute === 0 ? Infinity : Math.ceil((users / perMinute) * 60);
}
