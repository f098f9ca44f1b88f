import type { AppliedItem, PlanItem, Run } from "@cognito-to-descope/core";
import type { ListedUser } from "@cognito-to-descope/console/contract";
import { mask } from "../console/mask.ts";

/**
 * A user of a run for a list.
 *
 * @param reveal - Whether personal values are there as they are, and not masked.
 */
export function listUser(run: Pick<Run, "userPoolIds">, { item, outcome }: AppliedItem, reveal: boolean): ListedUser {
  const loginId = item.planned?.loginId ?? item.existing?.loginIds[0];
  const name = nameOf(item);
  return {
    seq: item.seq,
    sub: item.sub,
    loginId: loginId === undefined ? null : reveal ? loginId : mask(loginId),
    name: name === undefined ? null : reveal ? name : mask(name, "text"),
    userPoolId: run.userPoolIds[item.source] ?? "",
    kind: item.kind,
    operation: item.operation,
    reason: item.reason,
    outcome: outcome?.outcome ?? null,
    failure: outcome?.failure ?? null,
    rules: [...new Set(item.findings.map(({ rule }) => rule))],
  };
}

function nameOf({ planned, existing }: PlanItem): string | undefined {
  const user = planned ?? existing;
  const parts = [user?.givenName, user?.familyName].filter((part) => part !== undefined && part !== "");
  const name = user?.name ?? "";
  return name === "" ? (parts.length === 0 ? undefined : parts.join(" ")) : name;
}
