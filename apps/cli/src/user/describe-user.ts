import { type FieldValue, FINDING_RULES, type OtherUser, type UserExplanation } from "@cognito-to-descope/core";
import type { SourceAttribute, UserDetail, UserField, UserResult } from "@cognito-to-descope/console/contract";
import { isOpenField, mask, maskField } from "../console/mask.ts";
import { adviceOn } from "../report/failure-advice.ts";
import { FINDING_ADVICE } from "../report/finding-advice.ts";

/**
 * What is known of a user as the document that the page and `c2d user --json` show.
 *
 * @param reveal - Whether personal values are there as they are, and not masked.
 */
export function describeUser(explanation: UserExplanation, reveal: boolean): UserDetail {
  const { run, item, source, target, groups, outcome, mergedInto } = explanation;
  const show = (value: string): string => (reveal ? value : mask(value));
  return {
    run: run.id,
    runKind: run.kind,
    runState: run.state,
    projectId: run.projectId,
    userPoolId: explanation.userPoolId,
    seq: item.seq,
    sub: item.sub,
    kind: item.kind,
    operation: item.operation,
    reason: item.reason,
    masked: !reveal,
    source:
      source === undefined
        ? null
        : {
            status: source.status,
            enabled: source.enabled,
            createdAt: timeOf(source.createdAt),
            modifiedAt: timeOf(source.modifiedAt),
            attributes: [["username", source.username] as const, ...Object.entries(source.attributes)].map(
              ([name, value]) => describeAttribute(name, value, reveal || (name === "username" && value === item.sub)),
            ),
          },
    groups: groups.map(({ name, role, tenant }) => ({ name, role: role ?? null, tenant: tenant ?? null })),
    fields: explanation.fields.map(({ field, differs, ...sides }): UserField => {
      const side = (value: FieldValue | undefined): readonly string[] | null =>
        value === undefined ? null : textsOf(field, value, reveal);
      return {
        field,
        source: side(sides.source),
        planned: side(sides.planned),
        target: side(sides.target),
        differs,
        masked: !reveal && !isOpenField(field),
      };
    }),
    targetAsOf: explanation.targetAsOf ?? null,
    targetUserId: target?.userId ?? null,
    findings: explanation.findings.map(({ rule, subject }) => ({
      rule,
      severity: FINDING_RULES[rule][0],
      message: FINDING_RULES[rule][1],
      subject: subject ?? null,
      advice: FINDING_ADVICE[rule],
    })),
    result: outcome === undefined ? null : describeResult(outcome, reveal),
    mergedInto: mergedInto === undefined ? null : describeOther(mergedInto),
    merged: explanation.merged.map(describeOther),
    inTheWay: explanation.inTheWay.map(({ userId, loginIds, sub }) => ({
      userId,
      loginIds: loginIds.map(show),
      sub: sub ?? null,
    })),
    passwordCapturedAt: timeOf(explanation.passwordCapturedAt),
    history: explanation.history.map(({ outcome: result, startedAt, ...entry }) => ({
      ...entry,
      startedAt: new Date(startedAt).toISOString(),
      outcome: result?.outcome ?? null,
      failure: result?.failure ?? null,
    })),
    unsearchedRuns: explanation.unsearchedRuns.length,
    events: explanation.events.map(({ at, type, data }) => ({
      at: new Date(at).toISOString(),
      type,
      operator: typeof data["operator"] === "string" ? data["operator"] : null,
    })),
  };
}

function describeAttribute(name: string, value: string, reveal: boolean): SourceAttribute {
  if (reveal || isOpenField(name)) return { name, value, masked: false };
  return { name, value: maskField(name, [value])[0] ?? "", masked: true };
}

/** The values of a field as texts, masked where they are personal and were not asked for. */
export function textsOf(field: string, value: FieldValue, reveal: boolean): readonly string[] {
  const texts = value === null ? [] : typeof value === "object" ? value : [textOf(field, value)];
  return reveal ? texts : maskField(field, texts);
}

function textOf(field: string, value: string | number | boolean): string {
  // The project counts in seconds.
  return field === "createdTime" && typeof value === "number" ? new Date(value * 1000).toISOString() : String(value);
}

function describeResult(
  { outcome, userId, failure, detail }: NonNullable<UserExplanation["outcome"]>,
  reveal: boolean,
): UserResult {
  // Why a user is left out is our own word; why one failed is the project's, and may name the user.
  const detailMasked = detail !== undefined && outcome !== "skipped" && !reveal;
  return {
    outcome,
    userId: userId ?? null,
    failure: failure ?? null,
    detail: detail === undefined ? null : detailMasked ? "…" : detail,
    detailMasked,
    advice: failure === undefined ? null : sentences(failure),
  };
}

function sentences(failure: string): string {
  const { meaning, advice } = adviceOn(failure);
  return `${meaning[0]?.toUpperCase()}${meaning.slice(1)}. ${advice}`;
}

function describeOther({ sub, seq }: OtherUser): { readonly sub: string; readonly seq: number | null } {
  return { sub, seq: seq ?? null };
}

function timeOf(at: number | undefined): string | null {
  return at === undefined || at === 0 ? null : new Date(at).toISOString();
}
