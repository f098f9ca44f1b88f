import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createFindings } from "../../src/findings/findings.ts";
import { FINDING_RULES, type FindingRule } from "../../src/findings/rules.ts";

const rule = fc.constantFrom<FindingRule>(
  "user-merged",
  "email-unverified",
  "user-disabled",
  "attribute-type-conflict",
);
const finding = fc
  .record({ rule, subject: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined }) })
  .map(({ rule: name, subject }) => ({ rule: name, ...(subject === undefined ? {} : { subject }) }));

describe("createFindings", () => {
  it("lists blockers first, then warnings, then notes; within them the most frequent first", () => {
    const findings = createFindings();
    findings.add("user-disabled");
    findings.add("user-disabled");
    findings.add("email-unverified");
    findings.add("user-merged");
    findings.add("user-no-contact");
    findings.add("user-no-contact");
    findings.add("attribute-type-conflict");
    expect(findings.list().map((one) => [one.severity, one.rule, one.count])).toEqual([
      ["blocker", "attribute-type-conflict", 1],
      ["warning", "user-no-contact", 2],
      ["warning", "user-merged", 1],
      ["note", "user-disabled", 2],
      ["note", "email-unverified", 1],
    ]);
  });

  it("keeps the twenty most frequent subjects, and counts them all", () => {
    const findings = createFindings();
    for (let index = 0; index < 50; index += 1)
      findings.add("attribute-renamed", `name-${String(index).padStart(2, "0")}`);
    findings.add("attribute-renamed", "name-49");
    const [found] = findings.list();
    expect(found?.count).toBe(51);
    expect(found?.subjects).toHaveLength(20);
    expect(found?.subjects.slice(0, 2)).toEqual(["name-49", "name-00"]);
  });

  it("stays small with very many subjects", () => {
    const findings = createFindings();
    for (let index = 0; index < 100_000; index += 1) findings.add("attribute-renamed", `name-${index}`);
    expect(findings.list()[0]).toMatchObject({ count: 100_000 });
  });

  test.prop([fc.array(finding), fc.array(finding)])(
    "takes back what was added, and does not depend on the order",
    (kept, removed) => {
      const changed = createFindings();
      changed.addUser(removed);
      changed.addUser(kept);
      changed.removeUser(removed);
      const plain = createFindings();
      for (const one of [...kept].reverse()) plain.add(one.rule, one.subject);
      expect(changed.list()).toEqual(plain.list());
    },
  );

  it("has for every rule a severity and a sentence that begins like a sentence and has no full stop", () => {
    for (const [name, [severity, message]] of Object.entries(FINDING_RULES)) {
      expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(["blocker", "warning", "note"]).toContain(severity);
      expect(message).not.toMatch(/[.!]$/);
      expect(message.length).toBeGreaterThan(10);
    }
  });
});
