import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { DEFAULT_RULES } from "../../src/mapping/rules.ts";
import { isoDay } from "../../src/sso/connection-findings.ts";
import { domainsOf } from "../../src/sso/domains.ts";
import { importTenants } from "../../src/sso/import-tenants.ts";
import { connectionKey } from "../../src/sso/sso-options.ts";
import { nameTenants, type TenantRules } from "../../src/sso/tenant-names.ts";

const POOL = "us-east-1_Pool";
const NO_RULES: TenantRules = { tenants: {}, connectionTenants: {}, recorded: new Map() };
const inPool = (names: readonly string[], userPoolId = POOL): { userPoolId: string; name: string }[] =>
  names.map((name) => ({ userPoolId, name }));

/** Tenant IDs by connection name. */
function idsOf(names: readonly string[], rules: Partial<TenantRules> = {}): Readonly<Record<string, string>> {
  const named = nameTenants(inPool(names), { ...NO_RULES, ...rules });
  return Object.fromEntries(
    names.map((name) => [name, named.get(connectionKey({ userPoolId: POOL, name }))?.tenantId ?? ""]),
  );
}

const anyName = fc.string({ unit: "grapheme", minLength: 1, maxLength: 32 });

describe("tenants of connections", () => {
  test.each([
    ["Okta", "okta"],
    ["Acme.Corp+SSO", "acme-corp-sso"],
    ["Über", "uber"],
    ["日本", "tenant"],
    ["a".repeat(32), "a".repeat(30)],
  ])("of %s is %s", (name, id) => {
    expect(idsOf([name])).toEqual({ [name]: id });
  });

  test("that would be the same are told apart, whatever the order", () => {
    const names = ["acme", "Acme", "ACME!", "globex"];
    expect(idsOf(names)).toEqual({ acme: "acme", "ACME!": "acme-2", Acme: "acme-3", globex: "globex" });
    expect(idsOf(names.toReversed())).toEqual(idsOf(names));
  });

  test("are what the operator says, or what the import says, or what they were", () => {
    expect(
      idsOf(["A", "B", "C", "D"], {
        tenants: { A: { tenant: "said" } },
        connectionTenants: { A: "ignored", B: "imported" },
        recorded: new Map([
          [`${POOL}/B`, "ignored"],
          [`${POOL}/C`, "before"],
        ]),
      }),
    ).toEqual({ A: "said", B: "imported", C: "before", D: "d" });
  });

  test("of one name in two pools are two customers, and their names say which", () => {
    const named = nameTenants([...inPool(["Okta"]), ...inPool(["Okta"], "eu-west-1_Other")], NO_RULES);
    expect(new Set([...named.values()].map(({ tenantId }) => tenantId)).size).toBe(2);
    expect([...named.values()].map(({ name }) => name).toSorted()).toEqual(["eu-west-1_Other/Okta", `${POOL}/Okta`]);
  });

  test.prop([fc.uniqueArray(anyName, { maxLength: 20 })])(
    "are legal, all different, and stay with who had them",
    (names) => {
      const first = idsOf(names);
      const ids = Object.values(first);
      expect(new Set(ids).size).toBe(names.length);
      for (const id of ids) expect(id).toMatch(/^[a-z0-9_-]{1,30}$/);
      // A connection that comes later never takes the tenant of an older one.
      const recorded = new Map(names.map((name) => [`${POOL}/${name}`, first[name] ?? ""]));
      const later = idsOf([...names, "newcomer", "acme"], { recorded });
      for (const name of names) expect(later[name]).toBe(first[name]);
    },
  );
});

describe("the import", () => {
  const pool = {
    userPoolId: POOL,
    identityProviders: ["Okta", "Google"].map((name) => ({
      name,
      type: name === "Okta" ? "SAML" : "Google",
      identifiers: [],
      details: {},
      attributeMapping: {},
    })),
  };

  test("gives the tenants that are listed, and no others, unless SSO is configured", () => {
    const { rules, tenants } = importTenants(
      [pool],
      { ...DEFAULT_RULES, connectionTenants: { Okta: "acme" } },
      new Map(),
    );
    expect(rules[0]?.connectionTenants).toEqual({ Okta: "acme" });
    expect(tenants).toEqual([{ id: "acme", name: "acme" }]);
  });

  test("agrees with SSO where that is configured: social providers have no tenant", () => {
    const rules = { ...DEFAULT_RULES, connections: { tenants: {} } };
    expect(importTenants([pool], rules, new Map())).toMatchObject({
      rules: [{ connectionTenants: { Okta: "okta" } }],
      tenants: [{ id: "okta", name: "Okta" }],
    });
    expect(importTenants([pool], rules, new Map([[`${POOL}/Okta`, "before"]])).tenants).toEqual([
      { id: "before", name: "Okta" },
    ]);
  });
});

describe("domains", () => {
  test("are identifiers of their form only, lower-cased, each once", () => {
    expect(
      domainsOf(["Acme.example", "acme.example", "acme", "a b.c", "-x.example", "x.example-", "a.b", "1.2.3.4"]),
    ).toEqual(["a.b", "acme.example"]);
  });

  test.prop([fc.domain()])("of any real name are found", (domain) => {
    expect(domainsOf([domain.toUpperCase()])).toEqual([domain.toLowerCase()]);
  });
});

test.prop([fc.date({ min: new Date("1970-01-01"), max: new Date("2200-01-01"), noInvalidDate: true })])(
  "days are written as the calendar has them",
  (date) => {
    expect(isoDay(date.getTime())).toBe(date.toISOString().slice(0, 10));
  },
);
