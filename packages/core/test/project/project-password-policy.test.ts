import { describe, expect, it } from "vitest";
import { passwordFault, type ProjectPasswordPolicy } from "../../src/project/project-password-policy.ts";

const OPEN: ProjectPasswordPolicy = {
  enabled: true,
  minLength: 0,
  lowercase: false,
  uppercase: false,
  number: false,
  nonAlphanumeric: false,
  anyLetter: false,
  disallowedCharacters: "",
  disallowEmailMatch: false,
};

describe("a password", () => {
  it.each<[Partial<ProjectPasswordPolicy>, string, string, string]>([
    [{ minLength: 8 }, "1234567", "12345678", "length"],
    [{ lowercase: true }, "ÄB1", "ä", "lowercase"],
    [{ uppercase: true }, "äb1", "Ä", "uppercase"],
    [{ anyLetter: true }, "123!", "字", "letter"],
    [{ number: true }, "abc", "٣", "number"],
    [{ nonAlphanumeric: true }, "Abc1", "Abc 1", "symbol"],
    [{ disallowedCharacters: "<>" }, "a>b", "a=b", "character"],
    [{ disallowEmailMatch: true }, "ADA@example.com", "ada@example.org", "email"],
  ])("is told by %o", (rule, bad, good, fault) => {
    expect(passwordFault(bad, { ...OPEN, ...rule }, "ada@example.com")).toBe(fault);
    expect(passwordFault(good, { ...OPEN, ...rule }, "ada@example.com")).toBeUndefined();
  });

  it("is none where the project has no passwords", () => {
    expect(passwordFault("anything", { ...OPEN, enabled: false })).toBe("disabled");
    expect(passwordFault("", OPEN)).toBeUndefined();
  });
});
