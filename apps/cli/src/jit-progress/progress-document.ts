import type { ActiveShare, Forecast, JitProgress } from "@cognito-to-descope/core";
import type { TokensInUse } from "./verifier-statistics.ts";

/** How far capturing passwords is: the JSON document of `c2d jit status`. */
export interface ProgressDocument {
  readonly projectId: string;
  readonly at: string;
  readonly captured: number;
  /** Users with a password in the pools, by the newest run; null where none has read them. */
  readonly passwordUsers: number | null;
  readonly active: ActiveShare;
  /** The required share, and whether it is reached; null where none is required. */
  readonly ready: { readonly required: number; readonly reached: boolean } | null;
  readonly forecast:
    | {
        readonly model: "steady-chance" | "fading";
        readonly share: number;
        readonly date: string;
        readonly earliest: string;
        readonly latest: string | null;
        readonly activeUsers: number;
      }
    | {
        readonly model: "none";
        readonly share: number;
        readonly reason: Extract<Forecast, { readonly model: "none" }>["reason"];
      };
  readonly byDay: readonly { readonly date: string; readonly users: number; readonly until: number }[];
  readonly byPool: JitProgress["byPool"];
  readonly left: NonNullable<JitProgress["left"]> | null;
  readonly verdicts: JitProgress["verdicts"];
  readonly tokens: {
    readonly verifiers: number;
    readonly accepted: TokensInUse["accepted"];
    readonly lastCognito: string | null;
  } | null;
}

/** What is shown beside the progress itself. */
export interface ProgressExtras {
  readonly projectId: string;
  readonly now: number;
  readonly required: number | undefined;
  /** The share that is forecast. */
  readonly share: number;
  readonly tokens: TokensInUse | undefined;
}

const DAY_MS = 86_400_000;

/** Makes the document. */
export function progressDocument(progress: JitProgress, extras: ProgressExtras): ProgressDocument {
  const { projectId, now, required, share, tokens } = extras;
  const { active } = progress;
  return {
    projectId,
    at: new Date(now).toISOString(),
    captured: progress.captured,
    passwordUsers: progress.passwordUsers ?? null,
    active,
    ready:
      required === undefined
        ? null
        : { required, reached: active.basis !== "unknown" && progress.captured >= required * active.users },
    forecast: forecastDocument(progress.forecast, share, dateOf),
    byDay: progress.byDay.map(({ day, users, until }) => ({ date: dateOf(day), users, until })),
    byPool: progress.byPool,
    left: progress.left ?? null,
    verdicts: progress.verdicts,
    tokens:
      tokens === undefined
        ? null
        : {
            ...tokens,
            lastCognito: tokens.lastCognito === null ? null : new Date(tokens.lastCognito).toISOString(),
          },
  };
}

/**
 * A forecast as documents have it.
 *
 * @param dateText - Writes a day since the epoch.
 */
export function forecastDocument(
  forecast: Forecast,
  share: number,
  dateText: (day: number) => string,
): ProgressDocument["forecast"] {
  if (forecast.model === "none") return { ...forecast, share };
  const { model, day, earliest, latest, activeUsers } = forecast;
  return {
    model,
    share,
    date: dateText(day),
    earliest: dateText(earliest),
    latest: latest === undefined ? null : dateText(latest),
    activeUsers,
  };
}

/** `2026-11-26` */
function dateOf(day: number): string {
  return new Date(Math.min(day * DAY_MS, 8.64e15)).toISOString().replace(/T.*/, "");
}
