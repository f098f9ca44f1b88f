import { fc, test as propertyTest } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { mask, maskField } from "../../src/console/mask.ts";

const anyValue = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.emailAddress(),
  fc.string({ unit: fc.constantFrom("…", "@", "+", "1", "a", "é") }),
  fc.integer({ min: 1_000_000, max: 99_999_999_999 }).map((digits) => `+${digits}`),
  fc.constant("長い😀".repeat(700)),
);

describe("mask", () => {
  test("leaves of an address, a number and a name what tells them from a few others", () => {
    expect(mask("ada@example.com")).toBe("a…@e…");
    expect(mask("+4915112345612")).toBe("+4…12");
    expect(mask("Ada Lovelace")).toBe("A…");
    expect(mask("😀 smile")).toBe("😀…");
    expect(mask("@nobody")).toBe("@…");
    expect(mask("")).toBe("");
    expect(mask("Al")).toBe("…");
  });

  propertyTest.prop([anyValue, fc.constantFrom(undefined, "email", "phone", "text")])(
    "never shows three characters in a row, nor all of a short value, and says the same each time",
    (value, kind) => {
      const masked = mask(value, kind);
      expect(mask(value, kind)).toBe(masked);
      expect(masked.length).toBeLessThanOrEqual(8);
      if (value === "") return;
      expect(masked).toContain("…");
      for (let start = 0; start + 3 <= masked.length; start++) {
        expect(value.includes(masked.slice(start, start + 3))).toBe(false);
      }
      if (value.length > 1) expect(masked.includes(value) && masked !== "…").toBe(false);
    },
  );

  test("fields that say nothing of a person stay as they are, and all others do not", () => {
    expect(maskField("roleNames", ["admin"])).toEqual(["admin"]);
    expect(maskField("customAttributes.cognitoSub", ["a-sub"])).toEqual(["a-sub"]);
    expect(maskField("customAttributes.plan", ["platinum"])).toEqual(["p…"]);
    expect(maskField("loginIds", ["ada@example.com", "+4915112345612"])).toEqual(["a…@e…", "+4…12"]);
    expect(maskField("phone_number", ["4915112345612"])).toEqual(["49…12"]);
  });
});
