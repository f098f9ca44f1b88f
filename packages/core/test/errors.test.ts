import { describe, expect, it } from "vitest";
import { ERROR_CODES, hasCode, MigrationError } from "../src/errors.ts";

describe("MigrationError", () => {
  it("knows by its code who can make the call succeed", () => {
    const cause = new Error("reset");
    const error = new MigrationError("ERR_TARGET_THROTTLED", "the project is busy", {
      cause,
      suggestion: "wait",
      vendorCode: "E130429",
      status: 429,
      retryAfterMs: 1000,
    });
    expect(error).toMatchObject({
      name: "MigrationError",
      code: "ERR_TARGET_THROTTLED",
      recovery: "retry",
      suggestion: "wait",
      vendorCode: "E130429",
      status: 429,
      retryAfterMs: 1000,
      cause,
    });
    expect(error).not.toHaveProperty("details");
    expect(Object.hasOwn(new MigrationError("ERR_USAGE", "x"), "cause")).toBe(false);
  });

  it("is told apart by code", () => {
    const error: unknown = new MigrationError("ERR_USAGE", "x");
    expect(hasCode(error, "ERR_STORE_FULL", "ERR_USAGE")).toBe(true);
    expect(hasCode(error, "ERR_STORE_FULL")).toBe(false);
    expect(hasCode({ code: "ERR_USAGE" }, "ERR_USAGE")).toBe(false);
    expect(hasCode(undefined, "ERR_USAGE")).toBe(false);
  });

  it("has codes of one form", () => {
    for (const [code, recovery] of Object.entries(ERROR_CODES)) {
      expect(code).toMatch(/^ERR_[A-Z]+(?:_[A-Z]+)*$/);
      expect(["retry", "operator", "defect"]).toContain(recovery);
    }
  });
});
