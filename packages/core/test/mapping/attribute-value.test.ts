import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { convertValue, isExactNumber } from "../../src/mapping/attribute-value.ts";

/** A decimal as a fraction of whole numbers, without any rounding. */
function exactly(text: string): { readonly digits: bigint; readonly scale: number } {
  const [whole = "", fraction = ""] = text.trim().split(".");
  return { digits: BigInt(whole.replace("+", "") + fraction), scale: fraction.length };
}

describe("isExactNumber", () => {
  test.prop([fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n })])(
    "takes exactly the whole numbers up to 2^53",
    (value) => {
      const limit = 2n ** 53n;
      expect(isExactNumber(String(value))).toBe(value > -limit && value < limit);
    },
  );

  it.for([
    ["9007199254740991", true],
    ["9007199254740992", false],
    ["9007199254740993", false],
    ["-9007199254740993", false],
    ["0", true],
    ["1.5", true],
    ["123456789.123456", true],
    ["0.1234567890123456789", false],
    [`0.${"0".repeat(400)}1`, false],
    [`0.${"0".repeat(310)}123456789012345`, false],
    ["1e5", false],
    ["0x10", false],
    ["Infinity", false],
    ["NaN", false],
    ["", false],
    [" ", false],
    ["1,5", false],
    ["12 34", false],
  ] as const)("says of %.30j: %j", ([text, exact]) => {
    expect(isExactNumber(text)).toBe(exact);
  });

  test.prop([fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }), fc.integer({ min: 1, max: 30 })])(
    "takes a decimal only when it comes out of the number as it went in",
    (digits, scale) => {
      const sign = digits < 0n ? "-" : "";
      const padded = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0");
      const text = `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
      if (!isExactNumber(text)) return;
      const back = exactly(Number(text).toFixed(Math.min(100, scale)));
      expect(back).toEqual(exactly(text));
    },
  );
});

describe("convertValue", () => {
  test.prop([fc.string({ unit: "binary" })])("leaves text as it is, spaces and all", (text) => {
    expect(convertValue(text, "string")).toBe(text);
  });

  it.for([
    ["true", true],
    ["TRUE", true],
    ["False", false],
    [" false ", false],
  ] as const)("reads the boolean %j", ([text, value]) => {
    expect(convertValue(text, "boolean")).toBe(value);
  });

  it.for(["", "1", "0", "yes", "truefalse", "null"])("does not take %j for a boolean", (text) => {
    expect(convertValue(text, "boolean")).toBeUndefined();
  });

  it.for([
    ["42", 42],
    ["-7", -7],
    ["+7", 7],
    [" 3.25 ", 3.25],
  ] as const)("reads the number %j", ([text, value]) => {
    expect(convertValue(text, "number")).toBe(value);
  });

  it.for(["", "abc", "9007199254740993", "1e3", "--1"])("does not take %j for a number", (text) => {
    expect(convertValue(text, "number")).toBeUndefined();
  });
});
