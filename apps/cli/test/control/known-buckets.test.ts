import { expect, test } from "vitest";
import { knownBuckets } from "../../src/control/known-buckets.ts";

test("buckets have the names that the config uses, with the quotas that the config sets", () => {
  const buckets = knownBuckets({
    limits: {
      cognito: { UserList: { requests: 10, windowMs: 2000 } },
      descope: { "user-create": { requests: 50, windowMs: 60_000, penaltyMs: 1 } },
    },
  });
  expect([...buckets.keys()]).toEqual([
    "user-create",
    "user-update",
    "user-other",
    "general",
    "UserList",
    "UserPoolClientRead",
    "UserPoolRead",
    "UserPoolResourceRead",
    "UserResourceRead",
    "perPoolOperation",
  ]);
  expect(buckets.get("UserList")).toEqual({ requests: 10, windowMs: 2000 });
  expect(buckets.get("user-create")).toEqual({ requests: 50, windowMs: 60_000 });
  expect(buckets.get("general")).toEqual({ requests: 1000, windowMs: 10_000 });
});
