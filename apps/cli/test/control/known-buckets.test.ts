import { expect, test } from "vitest";
import type { SourceConfig } from "../../src/config/config.ts";
import { knownBuckets } from "../../src/control/known-buckets.ts";
import { quotaScope } from "../../src/control/quota-scope.ts";

const WEST: SourceConfig = { userPoolId: "eu-west-1_One", region: "eu-west-1" };
const EAST: SourceConfig = { userPoolId: "us-east-1_Two", region: "us-east-1", profile: "production" };

test("the buckets of one account have plain names, with the quotas that the config sets", () => {
  const buckets = knownBuckets({
    sources: [WEST, { ...WEST, userPoolId: "eu-west-1_Three" }],
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
    "perPoolOperation",
  ]);
  expect(buckets.get("UserList")).toEqual({ requests: 10, windowMs: 2000 });
  expect(buckets.get("user-create")).toEqual({ requests: 50, windowMs: 60_000 });
  expect(buckets.get("general")).toEqual({ requests: 1000, windowMs: 10_000 });
});

test("where there are several budgets of AWS, each has a name besides the one for all", () => {
  const buckets = knownBuckets({ sources: [WEST, EAST], limits: {} });
  for (const name of ["UserList", "UserList@eu-west-1", "UserList@us-east-1/production"]) {
    expect(buckets.get(name)).toEqual({ requests: 30, windowMs: 1000 });
  }
  expect(buckets.has("user-create@eu-west-1")).toBe(false);
});

test("a budget is named by region, profile, and account and role", () => {
  expect(quotaScope({ ...WEST, roleArn: "arn:aws:iam::123456789012:role/team/reader" })).toBe(
    "eu-west-1/123456789012/team/reader",
  );
  expect(quotaScope({ userPoolId: "x" })).toBe("default");
});
