import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/findings/finding.ts";
import { createFindings } from "../../src/findings/findings.ts";
import { type AttributeMapping, mapAttributes } from "../../src/mapping/attribute-mapping.ts";
import type { MappingRules } from "../../src/mapping/rules.ts";
import { observeUsers } from "../../src/pool/observe-users.ts";
import type { AttributeDefinition } from "../../src/project/project-snapshot.ts";
import { mappingRules, poolSnapshot, poolUser, projectSnapshot } from "../samples.ts";

interface Pool {
  /** Attribute types by name. */
  readonly schema?: Readonly<Record<string, string>>;
  /** Attributes of each user. */
  readonly users?: readonly Readonly<Record<string, string>>[];
}

function map(
  pools: readonly Pool[],
  rules: Partial<MappingRules> = {},
  present: readonly Pick<AttributeDefinition, "name" | "type">[] = [],
): AttributeMapping & { readonly findings: readonly Finding[] } {
  const findings = createFindings();
  const mapping = mapAttributes(
    pools.map(({ schema = {}, users = [] }) => {
      const observer = observeUsers();
      for (const attributes of users) observer.add(poolUser({ attributes }), []);
      return {
        pool: poolSnapshot({
          schema: Object.entries(schema).map(([name, type]) => ({ name, type, required: false, mutable: true })),
        }),
        observation: observer.observation(),
      };
    }),
    projectSnapshot({ attributes: present.map((one) => ({ ...one, displayName: one.name })) }),
    mappingRules(rules),
    findings,
  );
  return { ...mapping, findings: findings.list() };
}

function targetOf(mapping: AttributeMapping, source: string): unknown {
  return mapping.targets.get(source);
}

function types(mapping: AttributeMapping): Readonly<Record<string, string>> {
  return Object.fromEntries(mapping.definitions.map(({ name, type }) => [name, type]));
}

describe("mapAttributes", () => {
  it("always defines its own attributes, and the one for identities only where there are any", () => {
    expect(types(map([{}]))).toEqual({ cognitoSub: "string", cognitoUsername: "string", freshlyMigrated: "boolean" });
    expect(types(map([{ users: [{ identities: "[]" }] }]))).toHaveProperty("cognitoIdentities", "string");
  });

  it("gives Descope's own fields what they are for", () => {
    const users = [{ name: "n", given_name: "g", middle_name: "m", family_name: "f", picture: "p" }];
    const mapping = map([{ users }]);
    expect(Object.fromEntries(mapping.targets)).toEqual({
      name: { kind: "field", field: "name" },
      given_name: { kind: "field", field: "givenName" },
      middle_name: { kind: "field", field: "middleName" },
      family_name: { kind: "field", field: "familyName" },
      picture: { kind: "field", field: "picture" },
    });
    expect(mapping.definitions).toHaveLength(3);
  });

  it("leaves to others what has a place of its own", () => {
    const users = [
      {
        email: "a@b.co",
        email_verified: "true",
        phone_number: "+14155550100",
        phone_number_verified: "false",
        sub: "s",
      },
    ];
    expect(map([{ users }]).targets.size).toBe(0);
  });

  it("makes custom attributes of the standard attributes that Descope has no field for, as text", () => {
    const users = [{ locale: "de", birthdate: "1990-01-01", updated_at: "1600000000", preferred_username: "ada" }];
    expect(types(map([{ users }]))).toMatchObject({
      locale: "string",
      birthdate: "string",
      updated_at: "string",
      preferred_username: "string",
    });
  });

  it("keeps a standard attribute that a schema types as a number in its type", () => {
    const pool = { schema: { updated_at: "Number" }, users: [{ updated_at: "1600000000" }] };
    expect(types(map([pool]))).toHaveProperty("updated_at", "number");
  });

  it("takes the types of the schema, and both of Cognito's prefixes off", () => {
    const mapping = map([
      {
        schema: {
          "custom:plan": "String",
          "custom:seats": "Number",
          "custom:beta": "Boolean",
          "custom:since": "DateTime",
          "dev:custom:internal": "String",
        },
      },
    ]);
    expect(types(mapping)).toMatchObject({
      plan: "string",
      seats: "number",
      beta: "boolean",
      since: "string",
      internal: "string",
    });
    expect(mapping.findings.map(({ rule }) => rule)).toContain("attribute-datetime-as-text");
    expect(targetOf(mapping, "dev:custom:internal")).toEqual({ kind: "custom", name: "internal", type: "string" });
  });

  it("keeps an attribute that a user has and no schema declares", () => {
    expect(types(map([{ users: [{ "custom:forgotten": "x", brandNewStandard: "y" }] }]))).toMatchObject({
      forgotten: "string",
      brandNewStandard: "string",
    });
  });

  it("keeps numbers as text when one value would change, and says so", () => {
    const mapping = map([
      { schema: { "custom:id": "Number" }, users: [{ "custom:id": "1" }, { "custom:id": "9007199254740993" }] },
    ]);
    expect(targetOf(mapping, "custom:id")).toEqual({ kind: "custom", name: "id", type: "string" });
    expect(mapping.findings.find(({ rule }) => rule === "attribute-number-as-text")?.subjects).toEqual(["custom:id"]);
  });

  it("does not take an empty value for a number that would change", () => {
    const pool = { schema: { "custom:id": "Number" }, users: [{ "custom:id": "" }, { "custom:id": "7" }] };
    expect(types(map([pool]))).toHaveProperty("id", "number");
  });

  it("means the same in every pool: text where pools disagree about the type", () => {
    const mapping = map([
      { schema: { "custom:level": "Number", "custom:vip": "Boolean" } },
      { schema: { "custom:level": "String", "custom:vip": "Boolean" } },
    ]);
    expect(types(mapping)).toMatchObject({ level: "string", vip: "boolean" });
  });

  it("keeps a number a number when one pool has it and the others have never heard of it", () => {
    expect(types(map([{ schema: { "custom:level": "Number" } }, {}]))).toHaveProperty("level", "number");
  });

  it("shortens names to 20 characters without letting two become one", () => {
    const mapping = map([
      { schema: { "custom:notificationPreferenceA": "String", "custom:notificationPreferenceB": "String" } },
    ]);
    const names = [...mapping.targets.values()].map((target) => target.kind === "custom" && target.name);
    expect(names).toEqual(["notificationPreferen", "notificationPrefer_2"]);
    expect(mapping.findings.find(({ rule }) => rule === "attribute-renamed")?.count).toBe(2);
  });

  it("never gives a source attribute one of the names that the import itself uses, in whatever case", () => {
    const mapping = map([
      {
        schema: {
          "custom:cognitoSub": "String",
          "custom:COGNITOUSERNAME": "String",
          "custom:freshlyMigrated": "Boolean",
          "custom:cognitoIdentities": "String",
        },
      },
    ]);
    const own = new Set(["cognitosub", "cognitousername", "freshlymigrated", "cognitoidentities"]);
    for (const target of mapping.targets.values()) {
      expect(target.kind === "custom" && own.has(target.name.toLowerCase())).toBe(false);
    }
    expect(types(mapping)).toMatchObject({ cognitoSub: "string", freshlyMigrated: "boolean" });
  });

  it("follows the rules: renamed, retyped, sent to a field, left out", () => {
    const mapping = map(
      [{ schema: { "custom:a": "String", "custom:b": "Number", "custom:c": "String" }, users: [{ locale: "de" }] }],
      {
        attributes: {
          "custom:a": { name: "alpha" },
          "custom:b": { name: "beta", type: "string" },
          "custom:c": { field: "picture" },
          locale: false,
        },
      },
    );
    expect(types(mapping)).toMatchObject({ alpha: "string", beta: "string" });
    expect(targetOf(mapping, "custom:c")).toEqual({ kind: "field", field: "picture" });
    expect(mapping.targets.has("locale")).toBe(false);
    expect(mapping.findings).toEqual([]);
  });

  it("gives way to a configured name", () => {
    const mapping = map([{ schema: { "custom:plan": "String", "custom:tarif": "String" } }], {
      attributes: { "custom:tarif": { name: "plan" } },
    });
    expect(targetOf(mapping, "custom:tarif")).toMatchObject({ name: "plan" });
    expect(targetOf(mapping, "custom:plan")).toMatchObject({ name: "plan_2" });
  });

  it("makes text of an attribute that sources of different types are sent to", () => {
    const mapping = map([{ schema: { "custom:a": "Number", "custom:b": "Boolean", "custom:c": "Number" } }], {
      attributes: { "custom:a": { name: "x" }, "custom:b": { name: "x" }, "custom:c": { name: "x" } },
    });
    expect(mapping.definitions.filter(({ name }) => name === "x")).toMatchObject([{ type: "string" }]);
    for (const source of ["custom:a", "custom:b", "custom:c"]) {
      expect(targetOf(mapping, source)).toEqual({ kind: "custom", name: "x", type: "string" });
    }
  });

  it("blocks when the project has the attribute with another type, also for its own attributes", () => {
    const mapping = map([{ schema: { "custom:plan": "String", "custom:seats": "Number" } }], {}, [
      { name: "plan", type: "singleselect" },
      { name: "seats", type: "number" },
      { name: "cognitoSub", type: "number" },
    ]);
    const conflict = mapping.findings.find(({ rule }) => rule === "attribute-type-conflict");
    expect(conflict?.severity).toBe("blocker");
    expect(conflict?.count).toBe(2);
  });

  const attribute = fc
    .tuple(
      fc.constantFrom("custom:", "dev:custom:", "dev:"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
    )
    .map(([prefix, name]) => prefix + name);
  const type = fc.constantFrom("String", "Number", "DateTime", "Boolean", "Other");
  const pool = fc.record({
    schema: fc.dictionary(attribute, type, { maxKeys: 8 }),
    users: fc.array(fc.dictionary(attribute, fc.string(), { maxKeys: 4 }), { maxLength: 3 }),
  });

  test.prop([fc.array(pool, { maxLength: 3 })])(
    "gives every attribute of every pool a legal place of its own",
    (pools) => {
      const mapping = map(pools);
      const names: string[] = [];
      for (const { schema, users } of pools) {
        for (const source of [...Object.keys(schema), ...users.flatMap((user) => Object.keys(user))]) {
          expect(mapping.targets.has(source)).toBe(true);
        }
      }
      for (const target of mapping.targets.values())
        if (target.kind === "custom") names.push(target.name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      for (const { name, displayName } of mapping.definitions) {
        expect(name).toMatch(/^[A-Za-z0-9_-]{1,20}$/);
        expect(displayName.length).toBeLessThanOrEqual(254);
      }
    },
  );

  test.prop([fc.array(pool, { maxLength: 3 })])("does not depend on the order of attributes and users", (pools) => {
    const reversed = pools.map(({ schema, users }) => ({
      schema: Object.fromEntries(Object.entries(schema).reverse()),
      users: [...users].reverse().map((user) => Object.fromEntries(Object.entries(user).reverse())),
    }));
    const one = map(pools);
    const other = map(reversed);
    expect([...other.targets].sort()).toEqual([...one.targets].sort());
    expect(other.definitions).toEqual(one.definitions);
    expect(other.findings).toEqual(one.findings);
  });
});
