import type { AppliedItem } from "@cognito-to-descope/core";
import type { DeadLetter } from "@cognito-to-descope/console/contract";
import { mask } from "../mask.ts";

/** A user that failed, for the page and for exports. */
export function describeDeadLetter(
  { item, outcome }: AppliedItem,
  userPoolIds: readonly string[],
  reveal: boolean,
): DeadLetter {
  const loginId = item.planned?.loginId ?? item.existing?.loginIds[0] ?? "";
  const detail = outcome?.detail;
  return {
    seq: item.seq,
    sub: item.sub,
    userPoolId: userPoolIds[item.source] ?? "",
    kind: item.kind,
    operation: item.operation,
    class: outcome?.failure ?? "target-error",
    loginId: reveal ? { text: loginId, masked: false } : { text: mask(loginId), masked: true },
    detail:
      detail === undefined
        ? null
        : reveal
          ? { text: detail, masked: false }
          : { text: maskWords(detail), masked: true },
  };
}

/**
 * The project's words without what may be personal in them. It quotes values in ways of its own, so nothing but its code is
 * left.
 */
function maskWords(detail: string): string {
  const code = /\bE\d{6}\b/.exec(detail)?.[0];
  return code === undefined ? "…" : `${code} …`;
}
