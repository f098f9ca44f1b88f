import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { assignLegalNames, ATTRIBUTE_NAME, ROLE_NAME } from "../../src/mapping/legal-names.ts";

const LEGAL = /^[A-Za-z0-9_-]{1,20}$/;

/** Names that often collide: shared beginnings, other cases, the prefixes of Cognito. */
const attributeName = fc
  .tuple(
    fc.constantFrom("", "custom:", "dev:custom:", "dev:"),
    fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 24 }),
      fc.string({ unit: fc.constantFrom("a", "A", "_", "2", "é", "😀"), minLength: 1, maxLength: 24 }),
      fc.constantFrom("averyverylongattributename", "averyverylongattributename2", "averyverylongattribu", "__proto__"),
    ),
  )
  .map(([prefix, name]) => prefix + name);
const roleName = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 128 }),
  fc.string({ unit: fc.constantFrom("a", "A", "😀"), minLength: 95, maxLength: 128 }),
);

describe.for([
  ["attributes", ATTRIBUTE_NAME, attributeName, (name: string) => LEGAL.test(name)],
  ["roles", ROLE_NAME, roleName, (name: string) => name.length >= 1 && name.length <= 100 && name.isWellFormed()],
] as const)("assignLegalNames for %s", ([, rule, name, isLegal]) => {
  const names = fc.array(name, { maxLength: 30 });

  test.prop([names, names])(
    "gives legal names that differ, also from the taken ones and also by case",
    (wanted, taken) => {
      fc.pre(wanted.every((one) => one.isWellFormed()));
      const assigned = assignLegalNames(wanted, taken, rule);
      expect([...assigned.keys()].sort()).toEqual([...new Set(wanted)].sort());
      for (const legal of assigned.values()) expect(legal).toSatisfy(isLegal);
      const folded = [...assigned.values()].map((legal) => legal.toLowerCase());
      expect(new Set(folded).size).toBe(folded.length);
      const occupied = new Set(taken.map((one) => one.toLowerCase()));
      expect(folded.filter((one) => occupied.has(one))).toEqual([]);
    },
  );

  test.prop([
    names.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
  ])("does not depend on the order of the input", ([wanted, shuffled]) => {
    const one = assignLegalNames(wanted, [], rule);
    const other = assignLegalNames(shuffled, [], rule);
    expect([...other].sort()).toEqual([...one].sort());
  });

  test.prop([names])("leaves names alone that are legal and differ", (wanted) => {
    fc.pre(wanted.every((one) => one.isWellFormed()));
    const legal = [...assignLegalNames(wanted, [], rule).values()];
    for (const [from, to] of assignLegalNames(legal, [], rule)) expect(to).toBe(from);
  });
});

describe("assignLegalNames", () => {
  it("numbers names that become the same when they are shortened to 20 characters", () => {
    const assigned = assignLegalNames(
      ["custom:preferredContactChannel1", "custom:preferredContactChannel2", "custom:preferredContactChan"],
      [],
      ATTRIBUTE_NAME,
    );
    expect([...assigned.values()].sort()).toEqual([
      "preferredContactCh_2",
      "preferredContactCh_3",
      "preferredContactChan",
    ]);
  });

  it("takes both of Cognito's prefixes off", () => {
    const assigned = assignLegalNames(["custom:plan", "dev:custom:plan"], [], ATTRIBUTE_NAME);
    expect(Object.fromEntries(assigned)).toEqual({ "custom:plan": "plan", "dev:custom:plan": "plan_2" });
  });

  it("gives the legal name to who has it, not to who is shortened to it", () => {
    const assigned = assignLegalNames(
      ["custom:aaaaaaaaaaaaaaaaaaaaaaaa", "custom:aaaaaaaaaaaaaaaaaaaa"],
      [],
      ATTRIBUTE_NAME,
    );
    expect(assigned.get("custom:aaaaaaaaaaaaaaaaaaaa")).toBe("aaaaaaaaaaaaaaaaaaaa");
    expect(assigned.get("custom:aaaaaaaaaaaaaaaaaaaaaaaa")).toBe("aaaaaaaaaaaaaaaaaa_2");
  });

  it("names an attribute that has no legal character left", () => {
    expect(assignLegalNames(["custom:"], [], ATTRIBUTE_NAME).get("custom:")).toBe("attribute");
    expect(assignLegalNames(["custom:é"], [], ATTRIBUTE_NAME).get("custom:é")).toBe("_");
  });

  it("never gives the one name that cannot be assigned to", () => {
    expect(assignLegalNames(["custom:__proto__"], [], ATTRIBUTE_NAME).get("custom:__proto__")).toBe("proto");
  });

  it("never cuts a role's name in the middle of a character", () => {
    const name = `${"a".repeat(99)}😀`;
    expect(assignLegalNames([name], [], ROLE_NAME).get(name)).toBe("a".repeat(99));
  });
});
