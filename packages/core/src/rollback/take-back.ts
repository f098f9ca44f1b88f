import type { UserFinding } from "../findings/finding.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import { patchedFields } from "../plan/changed-fields.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { AppliedItem, PlannedItem, SettledUser } from "../ports/state-store.ts";
import type { ProjectUser } from "../project/project-user.ts";
import { isSame } from "../run/batch-items.ts";
import { wasCreatedByUs, writtenBefore } from "../run/plan-history.ts";
import { createdDifferences } from "./created-differences.ts";
import { restorePatch, userFromImage } from "./restore-patch.ts";

/** What a run did to a user, or may have done. */
export type Deed = "created" | "updated" | "deleted" | "perhaps-created" | "perhaps-updated";

/** What is known of a user that a run wrote. */
export interface Traces {
  /** What the run did to it. */
  readonly applied: AppliedItem;
  readonly deed: Deed;
  /** The user as it is now; for one that the run deleted or may have created, whoever has its login IDs. */
  readonly now: readonly ProjectUser[];
  /** How the runs before had settled it. */
  readonly before: SettledUser | undefined;
  /** How it is settled by all runs so far. */
  readonly latest: SettledUser | undefined;
}

/** What a run did to a user; undefined when nothing of it is left to be taken back. */
export function deedOf({ item, outcome }: AppliedItem): Deed | undefined {
  const kind = outcome?.outcome ?? "failed";
  if (kind === "created" || kind === "updated" || kind === "deleted") return kind;
  if (kind !== "failed" || outcome?.failure === "login-id-taken" || outcome?.failure === "changed-since") {
    return undefined;
  }
  // An answer that never came says nothing: the project may have done what it was asked for.
  if (item.operation === "create") return "perhaps-created";
  return item.operation === "patch" ? "perhaps-updated" : undefined;
}

/** Whether a user is as the run wrote it: then there is nothing to be read a second time. */
export function isAsWritten({ applied, deed }: Pick<Traces, "applied" | "deed">, user: ProjectUser): boolean {
  const { planned, patch, existing } = applied.item;
  if (deed === "created" || deed === "perhaps-created") {
    return planned !== undefined && createdDifferences(planned, user).length === 0;
  }
  if (patch === undefined || existing === undefined) return true;
  return patchedFields(patch, existing, user).every(({ patched }) => patched);
}

/** What is to be done to take back what a run did to a user; undefined when it did nothing. Pure. */
export function takeBack(traces: Traces): PlannedItem | undefined {
  switch (traces.deed) {
    case "created":
      return takeBackCreated(traces);
    case "updated":
      return takeBackUpdated(traces);
    case "deleted":
      return takeBackDeleted(traces);
    case "perhaps-created":
      return takeBackPerhapsCreated(traces);
    case "perhaps-updated":
      return takeBackPerhapsUpdated(traces);
    default:
      return traces.deed satisfies never;
  }
}

type Change = Pick<PlanItem, "operation" | "reason"> &
  Partial<Pick<PlanItem, "existing" | "patch" | "planned" | "findings">>;

/** An item after which the user is settled as `settled` says; without it, it is settled no more. */
function itemOf({ applied }: Traces, settled: SettledUser | undefined, change: Change): PlannedItem {
  const { seq, source, sub, kind } = applied.item;
  const image = settled?.item;
  const planned = change.planned ?? writtenBefore(settled);
  const wanted = planned ?? image?.planned;
  const ours = wasCreatedByUs(settled);
  return {
    item: {
      seq,
      source,
      sub,
      kind,
      findings: [],
      ...change,
      ...(planned && { planned }),
      ...(settled?.contentHash !== undefined && { contentHash: settled.contentHash }),
      ...(image?.wantedLoginIds && { wantedLoginIds: image.wantedLoginIds }),
      ...(ours && { ours }),
    },
    loginIds: wanted === undefined ? [] : plannedLoginIds(wanted),
  };
}

/** Somebody changed the user: it stays as it is. What a rollback leaves stays settled as it was. */
function leave(traces: Traces, fields: readonly string[], existing: ProjectUser | undefined): PlannedItem {
  const names = fields.join(", ");
  const finding: UserFinding = { rule: "rollback-user-changed", subject: names };
  return itemOf(traces, undefined, {
    operation: "skip",
    reason: `somebody changed the user since: ${names}`,
    findings: [finding],
    ...(existing && { existing }),
  });
}

function withoutImage(traces: Traces): PlannedItem {
  return itemOf(traces, undefined, {
    operation: "skip",
    reason: "nothing is known of what the user was before",
    findings: [{ rule: "rollback-image-missing" }],
  });
}

function takeBackCreated(traces: Traces): PlannedItem | undefined {
  const { applied, now, before, latest } = traces;
  const [user] = now;
  // The run was refused a user that an earlier one had created, and took it for its own.
  if (before?.outcome?.userId !== undefined && before.outcome.userId === applied.outcome?.userId) return undefined;
  if (user === undefined) {
    // It was deleted already, or a later run has created the user again, as another one.
    if (latest?.outcome?.outcome === "deleted") return undefined;
    if (latest?.outcome?.userId !== applied.outcome?.userId) return undefined;
    return itemOf(traces, undefined, { operation: "none", reason: "gone from the project already" });
  }
  const { planned } = applied.item;
  const changed = planned === undefined ? ["user"] : createdDifferences(planned, user);
  if (changed.length > 0) return leave(traces, changed, user);
  return itemOf(traces, undefined, { operation: "delete", reason: "the run created it", existing: user });
}

function takeBackPerhapsCreated(traces: Traces): PlannedItem | undefined {
  const { applied, now, latest } = traces;
  const { planned } = applied.item;
  const user = now.find((one) => isSame(applied.item, one));
  // Nobody's, or what another run settled.
  if (user === undefined || planned === undefined || latest?.outcome?.userId === user.userId) return undefined;
  const changed = createdDifferences(planned, user);
  if (changed.length > 0) return leave(traces, changed, user);
  return itemOf(traces, undefined, {
    operation: "delete",
    reason: "the run created it, and its answer was lost",
    existing: user,
  });
}

function takeBackUpdated(traces: Traces): PlannedItem {
  const { applied, now, before } = traces;
  const { patch, existing: image } = applied.item;
  const [user] = now;
  if (patch === undefined || image === undefined) return withoutImage(traces);
  if (user === undefined) return leave(traces, ["user"], undefined);
  const fields = patchedFields(patch, image, user);
  if (fields.every((field) => field.patched)) {
    return itemOf(traces, before, {
      operation: "patch",
      reason: restoring(fields.map(({ field }) => field)),
      patch: restorePatch(patch, image, user),
      existing: user,
    });
  }
  if (fields.every((field) => field.before)) {
    return itemOf(traces, before, { operation: "none", reason: "as it was before the run", existing: user });
  }
  return leave(
    traces,
    fields.filter(({ patched }) => !patched).map(({ field }) => field),
    user,
  );
}

/** A patch that was broken off may have done nothing, all of it, or a part. */
function takeBackPerhapsUpdated(traces: Traces): PlannedItem | undefined {
  const { applied, now, before } = traces;
  const { patch, existing: image } = applied.item;
  const [user] = now;
  if (patch === undefined || image === undefined || user === undefined) return undefined;
  const fields = patchedFields(patch, image, user);
  const done = fields.filter((field) => !field.before);
  if (done.length === 0 || !fields.every(({ between }) => between)) return undefined;
  return itemOf(traces, before, {
    operation: "patch",
    reason: restoring(done.map(({ field }) => field)),
    patch: restorePatch(patch, image, user),
    existing: user,
  });
}

function takeBackDeleted(traces: Traces): PlannedItem | undefined {
  const { applied, now, before, latest } = traces;
  const { existing: image } = applied.item;
  if (image === undefined) return withoutImage(traces);
  const sub = image.customAttributes[OWN_ATTRIBUTES.sub] ?? applied.item.sub;
  if (now.some(({ customAttributes }) => customAttributes[OWN_ATTRIBUTES.sub] === sub)) {
    return itemOf(traces, latest, { operation: "none", reason: "in the project again" });
  }
  if (now.length > 0) return leave(traces, ["loginIds"], undefined);
  return itemOf(traces, before, {
    operation: "create",
    reason: "the run deleted it",
    planned: userFromImage(image),
    findings: [{ rule: "rollback-user-recreated" }],
  });
}

function restoring(fields: readonly string[]): string {
  return `the run changed it in ${fields.join(", ")}`;
}
