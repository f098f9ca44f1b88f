import { describe, expect, it } from "vitest";
import type { PlanItem } from "../../src/plan/plan.ts";
import type { AppliedItem, SettledUser } from "../../src/ports/state-store.ts";
import type { ProjectUser } from "../../src/project/project-user.ts";
import { deedOf, takeBack, type Traces } from "../../src/rollback/take-back.ts";
import type { Outcome } from "../../src/run/run.ts";
import { create } from "../plan/apply-patch.ts";
import { newUser, projectUser, SUB } from "../samples.ts";

function itemOf(change: Partial<PlanItem>): PlanItem {
  return { seq: 7, source: 0, sub: SUB, kind: "native", operation: "create", reason: "", findings: [], ...change };
}

function applied(change: Partial<PlanItem>, outcome?: Partial<Outcome>): AppliedItem {
  const item = itemOf(change);
  return outcome === undefined ? { item } : { item, outcome: { seq: 7, outcome: "created", ...outcome } };
}

const planned = newUser();
const written = create(planned, "U1");
const createdByRun = applied({ planned }, { userId: "U1" });
const image = projectUser({ userId: "U1", name: "Before", customAttributes: { tier: "gold" } });
const patch = { loginId: "ada@example.com", name: "After", customAttributes: { tier: "silver", cognitoSub: SUB } };
const patchedUser = projectUser({ userId: "U1", name: "After", customAttributes: { tier: "silver", cognitoSub: SUB } });
const updatedByRun = applied({ operation: "patch", patch, existing: image }, { outcome: "updated", userId: "U1" });
const earlier: SettledUser = {
  item: itemOf({ planned: newUser({ name: "Earlier" }), wantedLoginIds: ["ada@example.com"] }),
  outcome: { seq: 3, outcome: "created", userId: "U1" },
  contentHash: "earlier",
};

function traces(change: Pick<Traces, "applied"> & Partial<Traces>): Traces {
  return { deed: deedOf(change.applied) ?? "created", now: [], before: undefined, latest: undefined, ...change };
}

describe("deedOf", () => {
  it.each<[string | undefined, AppliedItem]>([
    ["created", createdByRun],
    ["updated", updatedByRun],
    ["deleted", applied({ operation: "delete" }, { outcome: "deleted" })],
    ["perhaps-created", applied({})],
    ["perhaps-created", applied({}, { outcome: "failed", failure: "target-error" })],
    ["perhaps-updated", applied({ operation: "patch" })],
    ["perhaps-updated", applied({ operation: "patch" }, { outcome: "failed", failure: "refused" })],
    [undefined, applied({}, { outcome: "failed", failure: "login-id-taken" })],
    [undefined, applied({ operation: "delete" }, { outcome: "failed", failure: "changed-since" })],
    [undefined, applied({ operation: "delete" })],
    [undefined, applied({ operation: "none" }, { outcome: "unchanged" })],
    [undefined, applied({ operation: "skip" }, { outcome: "skipped" })],
    [undefined, applied({ operation: "skip" })],
  ])("says %s", (deed, item) => {
    expect(deedOf(item)).toBe(deed);
  });
});

describe("taking back a user that the run created", () => {
  it("deletes it as long as it is as it was created, and settles it no more", () => {
    const { item } = takeBack(traces({ applied: createdByRun, now: [written] })) ?? {};
    expect(item).toMatchObject({ seq: 7, sub: SUB, operation: "delete", existing: written });
    expect(item).not.toHaveProperty("contentHash");
    expect(item).not.toHaveProperty("planned");
  });

  it("leaves it when somebody changed it", () => {
    const latest = { ...earlier, contentHash: "latest" };
    const now: ProjectUser = { ...written, name: "Somebody" };
    expect(takeBack(traces({ applied: createdByRun, now: [now], latest }))).toEqual({
      item: expect.objectContaining({
        operation: "skip",
        reason: "somebody changed the user since: name",
        findings: [{ rule: "rollback-user-changed", subject: "name" }],
      }) as unknown,
      loginIds: [],
    });
  });

  it("does nothing when it is gone, but for settling it no more", () => {
    const latest = { item: createdByRun.item, outcome: createdByRun.outcome, contentHash: "h" } as SettledUser;
    const { item } = takeBack(traces({ applied: createdByRun, latest })) ?? {};
    expect(item).toMatchObject({ operation: "none" });
    expect(item).not.toHaveProperty("contentHash");
  });

  it("leaves a user alone that an earlier run had created, and searches did not show yet", () => {
    expect(takeBack(traces({ applied: createdByRun, now: [written], before: earlier }))).toBeUndefined();
  });

  it("leaves a user alone that a later run created in its place", () => {
    const latest: SettledUser = { item: itemOf({}), outcome: { seq: 1, outcome: "created", userId: "U2" } };
    expect(takeBack(traces({ applied: createdByRun, latest }))).toBeUndefined();
  });
});

describe("taking back a user that the run may have created", () => {
  const lost = applied({ planned }, { outcome: "failed", failure: "target-error" });

  it("deletes it when it carries the sub and is as planned", () => {
    const now = { ...written, customAttributes: planned.customAttributes };
    expect(takeBack(traces({ applied: lost, now: [now] }))?.item).toMatchObject({ operation: "delete", existing: now });
  });

  it.each<[string, readonly ProjectUser[], SettledUser | undefined]>([
    ["nobody", [], undefined],
    ["somebody else", [projectUser({ customAttributes: { cognitoSub: "another" } })], undefined],
    ["another run's user", [written], { ...earlier, outcome: { seq: 1, outcome: "created", userId: "U1" } }],
  ])("does nothing to %s", (_who, now, latest) => {
    expect(takeBack(traces({ applied: lost, now, latest }))).toBeUndefined();
  });
});

describe("taking back a user that the run changed", () => {
  it("restores what it had, also what it did not have, and settles it as before", () => {
    expect(takeBack(traces({ applied: updatedByRun, now: [patchedUser], before: earlier }))?.item).toMatchObject({
      operation: "patch",
      existing: patchedUser,
      patch: { loginId: "ada@example.com", name: "Before", customAttributes: { tier: "gold", cognitoSub: null } },
      contentHash: "earlier",
      planned: { name: "Earlier" },
      ours: true,
      wantedLoginIds: ["ada@example.com"],
    });
  });

  it("keeps what somebody changed beside it", () => {
    const now = { ...patchedUser, roleNames: ["theirs"], phone: "+14155550100" };
    const { item } = takeBack(traces({ applied: updatedByRun, now: [now] })) ?? {};
    expect(item).toMatchObject({ operation: "patch" });
    expect(Object.keys(item?.patch ?? {})).toEqual(["loginId", "name", "customAttributes"]);
  });

  it("restores nothing when a part of it was changed by somebody", () => {
    const now = { ...patchedUser, name: "Somebody" };
    expect(takeBack(traces({ applied: updatedByRun, now: [now] }))?.item).toMatchObject({
      operation: "skip",
      reason: "somebody changed the user since: name",
    });
  });

  it("lists it when it is gone, and does nothing when it is as before", () => {
    expect(takeBack(traces({ applied: updatedByRun }))?.item).toMatchObject({
      operation: "skip",
      reason: "somebody changed the user since: user",
    });
    expect(takeBack(traces({ applied: updatedByRun, now: [image] }))?.item).toMatchObject({ operation: "none" });
  });

  it("lists it when nothing is known of what it was", () => {
    const { item } = takeBack(traces({ applied: applied({}, { outcome: "updated" }), now: [patchedUser] })) ?? {};
    expect(item).toMatchObject({ operation: "skip", findings: [{ rule: "rollback-image-missing" }] });
  });

  it("restores the part that a patch did which was broken off, and leaves what it never reached", () => {
    const broken = applied({ operation: "patch", patch, existing: image });
    const half = { ...image, name: "After" };
    expect(takeBack(traces({ applied: broken, now: [half] }))?.item).toMatchObject({
      operation: "patch",
      reason: "the run changed it in name",
    });
    for (const now of [[image], [{ ...image, name: "Somebody" }], []]) {
      expect(takeBack(traces({ applied: broken, now }))).toBeUndefined();
    }
  });
});

describe("taking back a user that the run deleted", () => {
  const gone = applied({ operation: "delete", existing: written }, { outcome: "deleted", userId: "U1" });

  it("creates it again, and says so", () => {
    expect(takeBack(traces({ applied: gone, before: earlier }))?.item).toMatchObject({
      operation: "create",
      planned: { loginId: "ada@example.com", email: "ada@example.com" },
      contentHash: "earlier",
      findings: [{ rule: "rollback-user-recreated" }],
    });
  });

  it("does nothing when it is in the project again, and takes no login ID from anybody", () => {
    expect(takeBack(traces({ applied: gone, now: [written] }))?.item).toMatchObject({ operation: "none" });
    const other = projectUser({ customAttributes: {} });
    expect(takeBack(traces({ applied: gone, now: [other] }))?.item).toMatchObject({
      operation: "skip",
      reason: "somebody changed the user since: loginIds",
    });
  });

  it("lists it when nothing is known of what it was", () => {
    const { item } = takeBack(traces({ applied: applied({}, { outcome: "deleted" }) })) ?? {};
    expect(item).toMatchObject({ findings: [{ rule: "rollback-image-missing" }] });
  });
});
