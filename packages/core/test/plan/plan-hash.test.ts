import { createHash } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createPlanHash } from "../../src/plan/plan-hash.ts";
import type { PlanDefinitions, PlanItem } from "../../src/plan/plan.ts";
import { newUser, projectUser, SUB } from "../samples.ts";

const digest = { sha256: (text: string): string => createHash("sha256").update(text).digest("hex") };
const definitions: PlanDefinitions = {
  attributes: { create: [], unchanged: [] },
  roles: { create: [{ name: "admin", description: "", permissionNames: [] }], unchanged: [] },
  tenants: { create: [], unchanged: [] },
};

function item(seq: number, change: Partial<PlanItem> = {}): PlanItem {
  return {
    seq,
    source: 0,
    sub: `${SUB}-${seq}`,
    kind: "native",
    operation: "create",
    reason: "not in the project",
    planned: newUser(),
    findings: [],
    ...change,
  };
}

function hash(items: readonly PlanItem[], given: PlanDefinitions = definitions): string {
  const sum = createPlanHash(digest);
  for (const one of items) sum.add(one);
  return sum.value(given);
}

const items = fc.array(
  fc
    .record({ seq: fc.nat(20), name: fc.constantFrom("x", "y"), operation: fc.constantFrom("create", "skip" as const) })
    .map(({ seq, name, operation }) => item(seq, { planned: newUser({ name }), operation })),
);

describe("createPlanHash", () => {
  it("gives 64 hexadecimal digits, also for an empty plan", () => {
    expect(hash([])).toMatch(/^[0-9a-f]{64}$/);
  });

  test.prop([
    items.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
  ])("does not depend on the order of the users, nor on their numbers", ([one, other]) => {
    expect(hash(other)).toBe(hash(one));
    expect(hash(one.map((each) => ({ ...each, seq: each.seq + 1000 })))).toBe(hash(one));
  });

  test.prop([items, items])("takes back what was added", (kept, removed) => {
    const sum = createPlanHash(digest);
    for (const one of [...removed, ...kept]) sum.add(one);
    for (const one of removed) sum.remove(one);
    expect(sum.value(definitions)).toBe(hash(kept));
  });

  it.for<[string, Partial<PlanItem>]>([
    ["the source", { source: 1 }],
    ["the sub", { sub: "other" }],
    ["the operation", { operation: "none" }],
    ["a planned value", { planned: newUser({ name: "x" }) }],
    ["a planned attribute", { planned: newUser({ customAttributes: { cognitoSub: "x" } }) }],
    ["the order of login IDs", { planned: newUser({ loginId: "b", additionalLoginIds: ["a"] }) }],
    ["the patch", { patch: { loginId: "a", name: "x" } }],
    ["which project user is patched", { existing: projectUser({ userId: "U2other" }) }],
    ["the merge", { mergedInto: "other" }],
  ])("changes with %s", ([, change]) => {
    expect(hash([item(1, change)])).not.toBe(hash([item(1)]));
  });

  it("does not change with what the project has beside the plan", () => {
    const one = item(1, { operation: "none", existing: projectUser() });
    const other = item(1, { operation: "none", existing: projectUser({ name: "signed in since", status: "enabled" }) });
    expect(hash([other])).toBe(hash([one]));
  });

  it("changes with the definitions and with the number of equal users", () => {
    const other = { ...definitions, roles: { create: [], unchanged: definitions.roles.create } };
    expect(hash([], other)).not.toBe(hash([]));
    expect(hash([item(1), item(1)])).not.toBe(hash([item(1)]));
  });
});
