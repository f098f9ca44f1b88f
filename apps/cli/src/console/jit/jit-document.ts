import {
  type AttemptLimits,
  checksByDay,
  type DayOfProgress,
  type JitProgress as CoreProgress,
  lockOutPressure,
} from "@cognito-to-descope/core";
import type { JitProgress, UsersLeft } from "@cognito-to-descope/console/contract";
import { forecastDocument } from "../../jit-progress/progress-document.ts";
import { nextForJit } from "./next-for-jit.ts";

/** What is shown beside the progress itself. */
export interface JitExtras {
  readonly projectId: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly required: number | undefined;
  /** The share that is forecast. */
  readonly share: number;
  readonly attemptLimits: AttemptLimits;
  readonly left: UsersLeft;
}

const DAY_MS = 86_400_000;
/** Pools that are told apart in a chart. */
const MOST_POOLS = 8;
const OTHERS = "others";

/** Makes the document of the page. */
export function jitDocument(progress: CoreProgress, extras: JitExtras): JitProgress {
  const { projectId, now, required, share, attemptLimits, left } = extras;
  const { active, captured } = progress;
  const ready =
    required === undefined
      ? null
      : { required, reached: active.basis !== "unknown" && captured >= required * active.users };
  const { perUser } = attemptLimits;
  const pressure = {
    ...lockOutPressure(progress.verdictDays, Math.floor(now / DAY_MS)),
    triesPerUser: perUser.events,
    windowSeconds: Math.round(perUser.windowMs / 1000),
  };
  const begun = captured > 0 || progress.verdicts.length > 0;
  const isMostlyThere = active.basis === "given" && active.share >= share;
  return {
    at: new Date(now).toISOString(),
    projectId: projectId ?? null,
    begun,
    captured,
    passwordUsers: progress.passwordUsers ?? null,
    active:
      active.basis === "unknown"
        ? { basis: "unknown", users: null, share: null }
        : { basis: active.basis, users: active.users, share: active.share },
    ready,
    forecast: forecastDocument(progress.forecast, share, dateOf),
    byDay: daysOf(progress),
    byPool: progress.byPool,
    checks: checksByDay(progress.verdictDays).map(({ day, byKind }) => ({ date: dateOf(day), byKind })),
    verdicts: progress.verdicts,
    pressure,
    left,
    next: nextForJit({
      begun,
      hasPlan: progress.passwordUsers !== undefined,
      level: pressure.level,
      isReached: ready?.reached ?? isMostlyThere,
    }),
  };
}

function daysOf({ byDay, byPool, poolDays }: CoreProgress): JitProgress["byDay"] {
  const named = new Set(
    Object.entries(byPool)
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_POOLS)
      .map(([userPoolId]) => userPoolId),
  );
  const days = new Map<number, Record<string, number>>();
  for (const { day, userPoolId, users } of poolDays) {
    const pools = days.get(day) ?? {};
    const name = named.has(userPoolId) ? userPoolId : OTHERS;
    pools[name] = (pools[name] ?? 0) + users;
    days.set(day, pools);
  }
  return byDay.map(({ day, users, until }: DayOfProgress) => ({
    date: dateOf(day),
    users,
    until,
    byPool: days.get(day) ?? {},
  }));
}

/** `2026-11-26`; beyond what a date can hold, the last one. */
function dateOf(day: number): string {
  const last = 253_402_300_799_999;
  return new Date(Math.min(day * DAY_MS, last)).toISOString().slice(0, 10);
}
