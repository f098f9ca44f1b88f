import { describe, expect, it } from "vitest";
import { MigrationError } from "../../src/errors.ts";
import { namePool, namePools } from "../../src/run/name-pool.ts";

const POOL = "eu-west-1_Abc123";

describe("namePool", () => {
  it("puts the pool into a message that does not have it, and keeps everything else", () => {
    const error = new MigrationError("ERR_SOURCE_UNAUTHORIZED", "no usable aws credentials were found", {
      suggestion: "set AWS_PROFILE",
      vendorCode: "CredentialsProviderError",
      status: 400,
      retryAfterMs: 5,
    });
    const named = namePool(error, POOL);
    expect(named).toMatchObject({
      code: "ERR_SOURCE_UNAUTHORIZED",
      message: `user pool ${POOL}: no usable aws credentials were found`,
      suggestion: "set AWS_PROFILE",
      vendorCode: "CredentialsProviderError",
      status: 400,
      retryAfterMs: 5,
      cause: error,
    });
  });

  it.for<[string, unknown]>([
    ["names the pool already", new MigrationError("ERR_SOURCE_POOL_NOT_FOUND", `there is no user pool ${POOL}`)],
    ["is not about a pool", new MigrationError("ERR_STORE_FULL", "the disk is full")],
    ["is no fault of ours", new TypeError("x is undefined")],
  ])("leaves alone what %s", ([, error]) => {
    expect(namePool(error, POOL)).toBe(error);
  });
});

describe("namePools", () => {
  const errors = Array.from(
    { length: 12 },
    (_, index) => new MigrationError("ERR_SOURCE_UNREACHABLE", `user pool ${index}: cannot be reached`),
  );

  it("is the fault itself where there is one", () => {
    expect(namePools(errors.slice(0, 1), 500)).toBe(errors[0]);
  });

  it("lists the first ten, and says how many more there are", () => {
    const { message, suggestion } = namePools(errors, 500);
    expect(message).toBe("12 of 500 user pools cannot be read");
    expect(suggestion?.split("\n")).toHaveLength(11);
    expect(suggestion).toContain("and 2 more: c2d doctor lists all");
  });
});
