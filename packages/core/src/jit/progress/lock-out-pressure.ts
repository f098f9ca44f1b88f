import type { VerdictCount } from "../../ports/state-store.ts";

/** What became of password checks, in the words of a chart. */
export type CheckKind =
  /** The password was right, and the user is in. */
  | "let-in"
  /** Something more is asked for, such as a second factor. */
  | "step-up"
  /** The user has to choose a new password. */
  | "choose-password"
  /** No such user, or another password. */
  | "wrong"
  /** Disabled, not confirmed or left out. */
  | "refused"
  /** The gateway let nobody try any more, before Cognito would lock the user. */
  | "stopped"
  /** Cognito had locked the user. */
  | "locked"
  /** A quota was used up. */
  | "throttled"
  /** Cognito or Descope gave no answer that could be used. */
  | "unavailable";

/** All kinds, in the order in which they are shown. */
export const CHECK_KINDS: readonly CheckKind[] = [
  "let-in",
  "step-up",
  "choose-password",
  "wrong",
  "refused",
  "stopped",
  "locked",
  "throttled",
  "unavailable",
];

/** Why somebody should look at the checks. */
export type PressureReason =
  /** Cognito locked users. The gateway stops before that, so somebody tries elsewhere too: at the app, or by other names of a user. */
  | "cognito-locks"
  /** One check of a hundred was stopped after too many wrong passwords. */
  | "guessing"
  /** Three checks of ten had a wrong password: the flow may ask the wrong people, or a pool is not asked. */
  | "many-wrong"
  /** One check of a hundred found a quota used up. */
  | "quota"
  /** One check of a hundred got no answer. */
  | "no-answers";

/** How near users are to being locked out, by the checks of the last two days. */
export interface LockOutPressure {
  /** `none`: nobody was checked. `act`: users cannot sign in and should be able to. `watch`: it may come to that. */
  readonly level: "none" | "calm" | "watch" | "act";
  readonly reasons: readonly PressureReason[];
  readonly checks: number;
  readonly byKind: Readonly<Record<CheckKind, number>>;
}

/** One day of checks, by kind. */
export interface DayOfChecks {
  /** Days since the epoch, in UTC. */
  readonly day: number;
  readonly byKind: Readonly<Record<CheckKind, number>>;
}

/** Checks that make shares worth looking at. */
const LEAST_CHECKS = 20;
const SOME = 0.01;
const MANY = 0.3;

/** Which kind a verdict is of. What is not known counts as unavailable. */
export function checkKind({ verdict, reason }: Pick<VerdictCount, "verdict" | "reason">): CheckKind {
  switch (verdict) {
    case "ok":
      return "let-in";
    case "challenge":
      return "step-up";
    case "reset_required":
      return "choose-password";
    case "invalid_credentials":
      return "wrong";
    case "not_confirmed":
    case "disabled":
      return "refused";
    case "throttled":
      if (reason === "too-many-tries" || reason === "too-many-from-address") return "stopped";
      return reason === "locked-out" ? "locked" : "throttled";
    default:
      return "unavailable";
  }
}

/** Adds up the checks of each day, all pools together. Days without any are left out. */
export function checksByDay(verdicts: readonly VerdictCount[]): readonly DayOfChecks[] {
  const days = new Map<number, Record<CheckKind, number>>();
  for (const verdict of verdicts) {
    const counts = days.get(verdict.day) ?? noChecks();
    counts[checkKind(verdict)] += verdict.count;
    days.set(verdict.day, counts);
  }
  return [...days].sort(([a], [b]) => a - b).map(([day, byKind]) => ({ day, byKind }));
}

/**
 * Says how near users are to being locked out.
 *
 * @param today - Days since the epoch, in UTC. It and the day before count.
 */
export function lockOutPressure(verdicts: readonly VerdictCount[], today: number): LockOutPressure {
  const byKind = noChecks();
  for (const verdict of verdicts) {
    if (verdict.day >= today - 1 && verdict.day <= today) byKind[checkKind(verdict)] += verdict.count;
  }
  const checks = CHECK_KINDS.reduce((sum, kind) => sum + byKind[kind], 0);
  const isShare = (kind: CheckKind, share: number): boolean => checks >= LEAST_CHECKS && byKind[kind] >= checks * share;
  const reasons: PressureReason[] = [];
  if (byKind.locked > 0) reasons.push("cognito-locks");
  if (isShare("stopped", SOME)) reasons.push("guessing");
  if (isShare("wrong", MANY)) reasons.push("many-wrong");
  if (isShare("throttled", SOME)) reasons.push("quota");
  if (isShare("unavailable", SOME)) reasons.push("no-answers");
  const level = checks === 0 ? "none" : byKind.locked > 0 ? "act" : reasons.length > 0 ? "watch" : "calm";
  return { level, reasons, checks, byKind };
}

function noChecks(): Record<CheckKind, number> {
  return Object.fromEntries(CHECK_KINDS.map((kind) => [kind, 0])) as Record<CheckKind, number>;
}
