import { describe, expect, it } from "vitest";
import { endpointOf } from "../src/endpoints.ts";

describe("endpointOf", () => {
  it.each([
    ["POST", "/v1/mgmt/user/create", "user-create"],
    ["POST", "/v1/mgmt/user/create/batch", "user-create"],
    ["POST", "/v1/mgmt/user/create/test", "user-create"],
    ["POST", "/v1/mgmt/user/update", "user-update"],
    ["POST", "/v2/mgmt/user/search", "user-update"],
    ["POST", "/v1/mgmt/user/search", "user-update"],
    ["PATCH", "/v1/mgmt/user/patch", "user-other"],
    ["PATCH", "/v1/mgmt/user/patch/batch", "user-other"],
    ["POST", "/v1/mgmt/user/update/status", "user-other"],
    ["GET", "/v1/mgmt/user", "user-other"],
    ["GET", "/v1/mgmt/user/customattributes", "user-other"],
    ["GET", "/v1/mgmt/role/all", "general"],
    ["POST", "/v1/mgmt/tenant/create", "general"],
    ["GET", "/v1/mgmt/license", "general"],
    ["POST", "/v1/mgmt/users2/x", "general"],
  ])("puts %s %s into the bucket %s", (method, path, bucket) => {
    expect(endpointOf(method, path).buckets[0]).toBe(bucket);
  });

  it("keeps every quota that a request may draw from", () => {
    expect(endpointOf("POST", "/v2/mgmt/user/search").buckets).toEqual(["user-update", "user-other"]);
    expect(endpointOf("POST", "/v1/mgmt/user/create/test").buckets).toEqual(["user-create", "user-other"]);
    expect(endpointOf("POST", "/v1/mgmt/user/create/batch").buckets).toEqual(["user-create"]);
  });

  it.each([
    ["POST", "/v1/mgmt/user/create"],
    ["POST", "/v1/mgmt/user/create/batch"],
    ["POST", "/v1/mgmt/user/create/test"],
    ["POST", "/v1/mgmt/role/create"],
    ["POST", "/v1/mgmt/tenant/create"],
    ["POST", "/v1/mgmt/sso/settings/new"],
    ["POST", "/v1/auth/otp/verify/email"],
    ["POST", "/v1/auth/magiclink/verify"],
    ["POST", "/v1/mgmt/whatever/comes/next"],
  ])("never repeats %s %s blindly", (method, path) => {
    expect(endpointOf(method, path)).toMatchObject({ repeatable: false, reading: false });
  });

  it.each([
    ["GET", "/v1/mgmt/user", true],
    ["POST", "/v2/mgmt/user/search", true],
    ["POST", "/v1/mgmt/role/search", true],
    ["PATCH", "/v1/mgmt/user/patch/batch", false],
    ["POST", "/v1/mgmt/user/customattribute/create", false],
    ["POST", "/v1/mgmt/user/customattribute/delete", false],
    ["POST", "/v1/mgmt/role/delete", false],
    ["POST", "/v1/mgmt/tenant/delete", false],
    ["POST", "/v1/mgmt/user/delete", false],
    ["POST", "/v1/mgmt/user/delete/batch", false],
    ["POST", "/v1/mgmt/user/update/loginid", false],
    ["POST", "/v1/mgmt/user/update/role/remove", false],
    ["POST", "/v1/mgmt/auth/signin", false],
    ["POST", "/v1/mgmt/tests/generate/otp", false],
  ])("repeats %s %s", (method, path, reading) => {
    expect(endpointOf(method, path)).toMatchObject({ repeatable: true, reading });
  });
});
