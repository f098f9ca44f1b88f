import { expect, test } from "vitest";

import { FaultInjector } from "../../src/index.ts";

test("faults that were set and never happened fail a test, with the reason", () => {
  const faults = new FaultInjector([
    { operation: "ListUsers", nth: 2, fault: { kind: "throttle" } },
    { operation: "POST /v1/mgmt/*", nth: 1, fault: { kind: "reset-before" } },
  ]);
  faults.strike("cognito", "ListUsers");
  faults.strike("descope", "POST /v1/mgmt/user/create");
  expect(() => faults.assertAllHappened()).toThrow(
    "faults that were set never happened: throttle at ListUsers (1 requests matched)",
  );
  faults.strike("cognito", "ListUsers");
  faults.assertAllHappened();
  expect(faults.neverHappened()).toEqual([]);
});
