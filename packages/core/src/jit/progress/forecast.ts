/** When so many of the active users will have signed in, by a model that the words beside it describe. */
export type Forecast =
  | {
      readonly model: ForecastModel;
      /** Days since the epoch, in UTC. */
      readonly day: number;
      /** Earliest and latest day, for counts that are by chance a little high or low. Absent latest: not to be foreseen. */
      readonly earliest: number;
      readonly latest?: number | undefined;
      /** Users that the model takes for active. */
      readonly activeUsers: number;
    }
  | { readonly model: "none"; readonly reason: NoForecast };

/**
 * `steady-chance`: how many users are active is known, and whoever is left comes with the same chance each day as last week.
 * `fading`: how many are active is not known, and each week brings the same share of what the week before brought.
 */
export type ForecastModel = "steady-chance" | "fading";

/** Why there is no forecast. */
export type NoForecast =
  /** Fewer whole days than the model needs: 7 where the number of active users is known, 14 otherwise. */
  | "too-few-days"
  /** Fewer than 50 users in the last 7 days: chance would decide. */
  | "too-few-users"
  /** The last week brought as many as the one before: nothing fades that could be followed to its end. */
  | "not-fading"
  /** As many are there already. */
  | "reached";

/** What is forecast from. */
export interface ForecastInput {
  /** Captured users by day, without gaps, up to the last whole day. */
  readonly byDay: readonly number[];
  /** The day after the last one of {@link byDay}, since the epoch, in UTC. */
  readonly today: number;
  /** Captured users in all, those of the day that is not over as well. */
  readonly captured: number;
  /** Users that sign in at all, where somebody knows. */
  readonly activeUsers?: number | undefined;
  /** The share that is asked for. @defaultValue 0.95 */
  readonly share?: number | undefined;
}

const WEEK = 7;
const LEAST_USERS = 50;
/** Chance moves a count by so many of its square roots, nineteen times of twenty. */
const SPREAD = 2;

/** Foresees the day on which a share of the active users will have signed in; never from too little. */
export function forecastShare(input: ForecastInput): Forecast {
  const { byDay, captured, activeUsers, share = 0.95 } = input;
  if (activeUsers !== undefined && captured >= share * activeUsers) return { model: "none", reason: "reached" };
  const weeks = activeUsers === undefined ? 2 : 1;
  if (byDay.length < weeks * WEEK) return { model: "none", reason: "too-few-days" };
  const last = sum(byDay.slice(-WEEK));
  if (last < LEAST_USERS) return { model: "none", reason: "too-few-users" };
  return activeUsers === undefined
    ? fading(input, last, sum(byDay.slice(-2 * WEEK, -WEEK)), share)
    : steadyChance(input, last, activeUsers, share);
}

function steadyChance({ captured, today }: ForecastInput, last: number, active: number, share: number): Forecast {
  const left = active - captured;
  const days = (week: number): number => {
    // Of those who were left a week ago, so many came.
    const chance = Math.min(week / (left + last), 0.999_999);
    return (WEEK * Math.log(left / ((1 - share) * active))) / -Math.log(1 - chance);
  };
  const spread = SPREAD * Math.sqrt(last);
  return {
    model: "steady-chance",
    day: today + Math.ceil(days(last)),
    earliest: today + Math.ceil(days(last + spread)),
    latest: today + Math.ceil(days(Math.max(1, last - spread))),
    activeUsers: active,
  };
}

function fading({ captured, today }: ForecastInput, last: number, before: number, share: number): Forecast {
  const foresee = (
    thisWeek: number,
    weekBefore: number,
  ): { readonly days: number; readonly active: number } | undefined => {
    const ratio = thisWeek / weekBefore;
    if (!(ratio < 1)) return undefined;
    const toCome = (thisWeek * ratio) / (1 - ratio);
    const active = captured + toCome;
    const missing = (1 - share) * active;
    // Each week leaves the same share of what was to come.
    const weeks = missing >= toCome ? 0 : Math.log(missing / toCome) / Math.log(ratio);
    return { days: Math.ceil(weeks * WEEK), active: Math.round(active) };
  };
  const middle = foresee(last, before);
  if (middle === undefined) return { model: "none", reason: "not-fading" };
  const [down, up] = [SPREAD * Math.sqrt(last), SPREAD * Math.sqrt(before)];
  const soonest = foresee(Math.max(1, last - down), before + up);
  const slowest = foresee(last + down, Math.max(1, before - up));
  return {
    model: "fading",
    day: today + middle.days,
    earliest: today + (soonest?.days ?? middle.days),
    ...(slowest === undefined ? {} : { latest: today + slowest.days }),
    activeUsers: middle.active,
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
