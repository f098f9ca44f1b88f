import { describe, expect, it } from "vitest";
import { roleMapOf } from "../../src/mapping/role-map.ts";
import { mappingRules, poolGroup, poolSnapshot } from "../samples.ts";

const google = { name: "Google", type: "Google", identifiers: [], details: {}, attributeMapping: {} };
const role = (name: string, permissionNames: readonly string[] = []) => ({ name, description: "", permissionNames });

describe("roleMapOf", () => {
  const groups = ["admins", "staff-eu", "eu-west-1_Abc123_Google"].map((name) => poolGroup(name));
  const pool = poolSnapshot({ groups, identityProviders: [google] });
  const rules = mappingRules({
    groups: [{ group: "staff-*", role: "staff", tenant: "acme" }],
    connectionTenants: { Google: "acme" },
  });

  it("tells what each group gives, and leaves provider groups out", () => {
    expect(roleMapOf(pool, rules, { tenant: "all" })).toEqual({
      version: 1,
      userPoolId: "eu-west-1_Abc123",
      groups: { admins: { role: "admins" }, "staff-eu": { role: "staff", tenant: "acme" } },
      tenant: "all",
      connections: { Google: "acme" },
      permissions: {},
    });
  });

  it("tells the permissions of roles that groups give, and of no others", () => {
    const projectRoles = [role("staff", ["write", "read"]), role("admins"), role("owner", ["all"])];
    expect(roleMapOf(pool, rules, { projectRoles }).permissions).toEqual({ staff: ["read", "write"] });
  });

  it("is the same after a way through JSON, whatever groups are called", () => {
    const odd = poolSnapshot({ groups: [poolGroup("__proto__"), poolGroup("constructor")] });
    const map = roleMapOf(odd, mappingRules());
    expect(Object.entries(map.groups)).toEqual([
      ["__proto__", { role: "__proto__" }],
      ["constructor", { role: "constructor" }],
    ]);
    expect(JSON.parse(JSON.stringify(map))).toEqual(map);
  });
});
