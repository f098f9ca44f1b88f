import { countOf, formatCount } from "./amounts.ts";
import type { FinalInput, FinalMain } from "./read-final-input.ts";

/**
 * Where a migration stands. `complete`: all that was planned is in the project, and a comparison found no difference. `open`: it
 * was applied, and something is left. `unfinished`: the main run is not applied in full. `taken-back`: it was. `not-begun`: no
 * run has read a pool.
 */
export type MigrationVerdict = "complete" | "open" | "unfinished" | "taken-back" | "not-begun";

/** The verdict with its sentence and numbers. */
export interface Judgement {
  readonly verdict: MigrationVerdict;
  readonly statement: string;
  readonly numbers: {
    readonly read: number;
    readonly moved: number;
    readonly leftOut: number;
    /** Failed, or without a turn yet. */
    readonly notYet: number;
    /** Null where nothing was compared. */
    readonly discrepancies: number | null;
  };
}

/** Says where a migration stands. */
export function judgeMigration({
  main,
  isTakenBack,
  pools,
}: Pick<FinalInput, "main" | "isTakenBack" | "pools">): Judgement {
  if (main === undefined) {
    return {
      verdict: "not-begun",
      statement: "No run has read a user pool yet.",
      numbers: { read: 0, moved: 0, leftOut: 0, notYet: 0, discrepancies: null },
    };
  }
  const { run, outcomes, pending } = main;
  const moved = outcomes.created + outcomes.updated + outcomes.unchanged;
  const leftOut = outcomes.skipped + outcomes.deleted;
  const numbers = {
    read: moved + leftOut + outcomes.failed + pending,
    moved,
    leftOut,
    notYet: outcomes.failed + pending,
    discrepancies: run.reconcile?.discrepancies ?? null,
  };
  const merged = pools.reduce((sum, pool) => sum + pool.outcomes.merged, 0);
  return { ...judge(main, isTakenBack, numbers, merged), numbers };
}

function judge(
  { run, outcomes, failedSignIns }: FinalMain,
  isTakenBack: boolean,
  { read, moved, leftOut, notYet, discrepancies }: Judgement["numbers"],
  merged: number,
): Pick<Judgement, "verdict" | "statement"> {
  const pools = countOf(run.userPoolIds.length, "user pool");
  const where = `${formatCount(moved)} of ${countOf(read, "user")} of ${pools}`;
  if (isTakenBack) {
    return { verdict: "taken-back", statement: `The migration of ${pools} was taken back.` };
  }
  if (run.state !== "applied") {
    const statement =
      run.plan === undefined
        ? `${pools[0]?.toUpperCase()}${pools.slice(1)} ${run.userPoolIds.length === 1 ? "is" : "are"} being read; nothing is planned yet.`
        : run.state === "planned"
          ? `${countOf(run.plan.counts.read, "user")} of ${pools} ${run.plan.counts.read === 1 ? "is" : "are"} planned, and nothing is applied yet.`
          : `${where} are in the Descope project so far; ${formatCount(notYet)} had no turn yet or failed.`;
    return { verdict: "unfinished", statement };
  }
  const parts = merged === 0 ? "" : `; ${formatCount(merged)} of them became part of another user`;
  const left = leftOut === 0 ? "" : ` ${formatCount(leftOut)} were left out, as planned${parts}.`;
  if (outcomes.failed > 0 || notYet > 0 || discrepancies === null || discrepancies > 0 || failedSignIns > 0) {
    const problems = [
      ...(notYet > 0 ? [`${countOf(notYet, "user")} failed`] : []),
      ...(discrepancies === null ? ["nothing was compared yet"] : []),
      ...(discrepancies !== null && discrepancies > 0 ? [countOf(discrepancies, "discrepancy", "discrepancies")] : []),
      ...(failedSignIns > 0 ? [`${countOf(failedSignIns, "sign-in test")} with problems`] : []),
    ];
    return {
      verdict: "open",
      statement: `${where} are in the Descope project, with open points: ${problems.join(", ")}.${left}`,
    };
  }
  return {
    verdict: "complete",
    statement: `${where} are in the Descope project, compared value by value without a discrepancy.${left}`,
  };
}
