import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createFindings } from "../../src/findings/findings.ts";
import { FINDING_RULES } from "../../src/findings/rules.ts";
import { type GroupMapping, isReadGroup, mapGroups, nameRoles } from "../../src/mapping/group-mapping.ts";
import type { MappingRules } from "../../src/mapping/rules.ts";
import type { PoolGroup, PoolSnapshot } from "../../src/pool/pool-snapshot.ts";
import { mappingRules, poolGroup, poolSnapshot } from "../samples.ts";

const google = { name: "Google", type: "Google", identifiers: [], details: {}, attributeMapping: {} };

function map(
  groups: readonly PoolGroup[],
  rules: Partial<MappingRules> = {},
  pool: Partial<PoolSnapshot> = {},
): GroupMapping & { readonly findings: Readonly<Record<string, readonly string[]>> } {
  const findings = createFindings();
  const mapping = mapGroups(
    poolSnapshot({ groups, identityProviders: [google], ...pool }),
    mappingRules(rules),
    findings,
  );
  return { ...mapping, findings: Object.fromEntries(findings.list().map(({ rule, subjects }) => [rule, subjects])) };
}

describe("mapGroups", () => {
  it("makes a role of each group, with its description", () => {
    const mapping = map([poolGroup("admins", { description: "May do all" }), poolGroup("editors")]);
    expect(Object.fromEntries(mapping.effects)).toEqual({ admins: { role: "admins" }, editors: { role: "editors" } });
    expect(mapping.roles).toEqual([
      { name: "admins", description: "May do all", permissionNames: [] },
      { name: "editors", description: "", permissionNames: [] },
    ]);
    expect(mapping.findings).toEqual({});
  });

  it("leaves the group out that Cognito makes for an identity provider", () => {
    const mapping = map([poolGroup("eu-west-1_Abc123_Google"), poolGroup("admins")]);
    expect([...mapping.effects.keys()]).toEqual(["admins"]);
    expect(mapping.roles.map(({ name }) => name)).toEqual(["admins"]);
    expect(mapping.findings["group-provider-skipped"]).toEqual(["eu-west-1_Abc123_Google"]);
  });

  it("keeps a group of such a name that offers an IAM role, and says what is lost", () => {
    const mapping = map([poolGroup("eu-west-1_Abc123_Google", { roleArn: "arn:aws:iam::1:role/x", precedence: 0 })]);
    expect([...mapping.effects.keys()]).toEqual(["eu-west-1_Abc123_Google"]);
    expect(mapping.findings).toEqual({
      "group-iam-role-dropped": ["eu-west-1_Abc123_Google"],
      "group-precedence-dropped": ["eu-west-1_Abc123_Google"],
    });
  });

  it("keeps a group that only looks like one of a provider", () => {
    const names = ["eu-west-1_Abc123", "eu-west-1_Abc123_Sales", "eu-west-1_Other_Google", "Google"];
    expect([...map(names.map((name) => poolGroup(name))).effects.keys()].sort()).toEqual([...names].sort());
  });

  it("takes provider groups as roles when the rules say so, or when a rule names them", () => {
    const group = poolGroup("eu-west-1_Abc123_Google");
    expect(map([group], { providerGroups: "role" }).roles.map(({ name }) => name)).toEqual([group.name]);
    expect(map([group], { groups: [{ group: "*_Google", tenant: "consumers" }] }).tenants).toEqual(["consumers"]);
  });

  it("follows the first rule that matches: name, pattern, tenant, both, or neither", () => {
    const mapping = map(
      ["acme-admins", "acme-users", "ops", "legacy", "other"].map((name) => poolGroup(name)),
      {
        groups: [
          { group: "acme-admins", role: "Tenant Owner", tenant: "acme" },
          { group: "acme-*", tenant: "acme" },
          { group: "o*s", role: true },
          { group: "legacy" },
          { group: "*", role: "Everybody" },
        ],
      },
    );
    expect(Object.fromEntries(mapping.effects)).toEqual({
      "acme-admins": { role: "Tenant Owner", tenant: "acme" },
      "acme-users": { tenant: "acme" },
      ops: { role: "ops" },
      legacy: {},
      other: { role: "Everybody" },
    });
    expect(mapping.tenants).toEqual(["acme"]);
    expect(mapping.roles.map(({ name }) => name).sort()).toEqual(["Everybody", "Tenant Owner", "ops"]);
  });

  it("takes every character of a pattern but * for itself", () => {
    const groups = ["a.b", "axb", "a+(b)", "A.B"].map((name) => poolGroup(name));
    const mapping = map(groups, {
      groups: [
        { group: "a.*", role: "dot" },
        { group: "a+(*)", role: "plus" },
      ],
    });
    expect(mapping.effects.get("a.b")).toEqual({ role: "dot" });
    expect(mapping.effects.get("axb")).toEqual({ role: "axb" });
    expect(mapping.effects.get("a+(b)")).toEqual({ role: "plus" });
  });

  it("shortens names of 128 characters to 100, apart from each other", () => {
    const groups = ["x", "y"].map((last) => poolGroup("g".repeat(127) + last));
    const mapping = map(groups);
    const names = mapping.roles.map(({ name }) => name);
    expect(names).toEqual(["g".repeat(100), `${"g".repeat(98)} 2`]);
    expect(mapping.findings["role-renamed"]).toHaveLength(2);
  });

  it("tells groups apart that differ only by case", () => {
    const { roles, findings } = map([poolGroup("admins"), poolGroup("Admins")]);
    expect(roles.map(({ name }) => name)).toEqual(["Admins", "admins 2"]);
    expect(findings["role-renamed"]).toEqual(["admins"]);
    expect(FINDING_RULES["role-renamed"][1]).toContain("numbered");
  });

  it("gives a configured role and a group of that very name the same role", () => {
    const { roles } = map([poolGroup("admins"), poolGroup("bosses")], {
      groups: [{ group: "bosses", role: "admins" }],
    });
    expect(roles.map(({ name }) => name)).toEqual(["admins"]);
  });

  it("shortens a long description", () => {
    const mapping = map([poolGroup("admins", { description: "d".repeat(2048) })]);
    expect(mapping.roles[0]?.description).toBe("d".repeat(254));
    expect(mapping.findings["role-description-shortened"]).toEqual(["admins"]);
  });

  it("never cuts a description in the middle of a character", () => {
    const mapping = map([poolGroup("admins", { description: `${"d".repeat(253)}😀` })]);
    expect(mapping.roles[0]?.description).toBe("d".repeat(253));
  });

  const groups = fc.uniqueArray(
    fc.record({
      name: fc.oneof(
        fc.string({ unit: fc.constantFrom("a", "A", "b", "-"), minLength: 1, maxLength: 4 }),
        fc.string({ unit: fc.constantFrom("g", "G"), minLength: 99, maxLength: 128 }),
      ),
      description: fc.string({ maxLength: 3 }),
    }),
    { maxLength: 12, selector: ({ name }) => name },
  );
  const rules: Partial<MappingRules> = {
    groups: [
      { group: "a*", role: "Shared" },
      { group: "A*", role: true, tenant: "acme" },
    ],
  };

  test.prop([
    groups.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
  ])("does not depend on the order in which the pool lists its groups", ([listed, shuffled]) => {
    const one = map(listed, rules);
    const other = map(shuffled, rules);
    expect([...other.effects].sort()).toEqual([...one.effects].sort());
    expect(other.roles).toEqual(one.roles);
    expect(other.tenants).toEqual(one.tenants);
  });

  test.prop([groups])("defines every role and tenant that an effect names, legal and once", (listed) => {
    const mapping = map(listed, rules);
    const names = mapping.roles.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { role, tenant } of mapping.effects.values()) {
      if (role !== undefined) expect(names).toContain(role);
      if (tenant !== undefined) expect(mapping.tenants).toContain(tenant);
    }
    for (const name of names) expect(name.length).toBeLessThanOrEqual(100);
  });
});

describe("roles of tenants", () => {
  const groups = [poolGroup("acme-admins"), poolGroup("globex-admins"), poolGroup("ops")];
  const rules: Partial<MappingRules> = {
    groups: [
      { group: "acme-*", role: "admins", tenant: "acme" },
      { group: "globex-*", role: "admins", tenant: "globex" },
    ],
  };
  const rolesOf = (change: Partial<MappingRules>, tenant?: string): unknown =>
    mapGroups(poolSnapshot({ groups }), mappingRules({ ...rules, ...change }), createFindings(), { tenant }).roles.map(
      ({ name, tenantId }) => [name, tenantId],
    );

  it("are one in the project by default, and one in each tenant by rule", () => {
    expect(rolesOf({})).toEqual([
      ["admins", undefined],
      ["ops", undefined],
    ]);
    expect(rolesOf({ roleScope: "tenant" })).toEqual([
      ["admins", "acme"],
      ["admins", "globex"],
      ["ops", undefined],
    ]);
    expect(rolesOf({ roleScope: "tenant" }, "home")).toEqual([
      ["admins", "acme"],
      ["admins", "globex"],
      ["ops", "home"],
    ]);
  });
});

describe("nameRoles", () => {
  it("keeps groups of different pools apart whose long names become the same", () => {
    const pools = ["x", "y"].map((last) => poolSnapshot({ groups: [poolGroup("g".repeat(127) + last)] }));
    expect([...nameRoles(pools, mappingRules()).values()]).toEqual(["g".repeat(100), `${"g".repeat(98)} 2`]);
  });

  it("gives groups of one name in several pools one name", () => {
    const pools = ["a", "b"].map(() => poolSnapshot({ groups: [poolGroup("admins")] }));
    expect([...nameRoles(pools, mappingRules())]).toEqual([["admins", "admins"]]);
  });
});

describe("isReadGroup", () => {
  it("says yes to whatever gives a role or a tenant, and no to the groups of providers", () => {
    const pool = poolSnapshot({ identityProviders: [google] });
    expect(isReadGroup(poolGroup("admins"), pool, mappingRules())).toBe(true);
    expect(isReadGroup(poolGroup("eu-west-1_Abc123_Google"), pool, mappingRules())).toBe(false);
    expect(isReadGroup(poolGroup("eu-west-1_Abc123_Google"), pool, mappingRules({ providerGroups: "role" }))).toBe(
      true,
    );
  });

  it("takes any provider's name when the pool lists none", () => {
    const pool = poolSnapshot({ identityProviders: [] });
    expect(isReadGroup(poolGroup("eu-west-1_Abc123_Okta"), pool, mappingRules())).toBe(false);
  });
});
