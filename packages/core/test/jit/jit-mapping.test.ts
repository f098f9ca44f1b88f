import { describe, expect, it } from "vitest";
import { prepareJitMapping } from "../../src/jit/jit-mapping.ts";
import { mapUser, type MappedUser } from "../../src/mapping/map-user.ts";
import { observeUsers } from "../../src/pool/observe-users.ts";
import { mappingRules, poolGroup, poolSnapshot, poolUser, projectSnapshot } from "../samples.ts";

const OWN = [
  { name: "cognitoSub", type: "string", displayName: "" },
  { name: "cognitoUsername", type: "string", displayName: "" },
  { name: "freshlyMigrated", type: "boolean", displayName: "" },
];

const seats = { name: "custom:seats", type: "Number", required: false, mutable: true };
const locale = { name: "locale", type: "String", required: false, mutable: true };
const pool = poolSnapshot({ schema: [seats, locale], groups: [poolGroup("editors"), poolGroup("acme")] });

const user = poolUser({
  attributes: { email: "ada@example.com", email_verified: "true", "custom:seats": "7", locale: "en" },
});

function planned(mapped: MappedUser): object {
  if (!("planned" in mapped)) throw new Error("the user is left out");
  return mapped.planned;
}

describe("the mapping of users who sign in", () => {
  it("says what the project lacks, and asks for no standard attribute that nobody has seen", () => {
    const { missing, unmapped } = prepareJitMapping(
      [{ pool, tenant: "customer" }],
      projectSnapshot(),
      mappingRules({ groups: [{ group: "acme", tenant: "acme" }] }),
    );
    expect(missing.attributes.map(({ name }) => name)).toEqual([
      "cognitoSub",
      "cognitoUsername",
      "freshlyMigrated",
      "seats",
    ]);
    expect(missing.roles.map(({ name }) => name)).toEqual(["editors"]);
    expect(missing.tenants.map(({ id }) => id)).toEqual(["acme", "customer"]);
    expect(unmapped).toEqual(["locale"]);
  });

  it("asks for the attributes that a run has seen", () => {
    const observer = observeUsers();
    observer.add(user, []);
    const { missing } = prepareJitMapping(
      [{ pool, observation: observer.observation() }],
      projectSnapshot({ attributes: OWN }),
      mappingRules(),
    );
    expect(missing.attributes.map(({ name }) => name)).toEqual(["locale", "seats"]);
  });

  it("follows the types of the project, and leaves out what it has not", () => {
    const project = projectSnapshot({
      attributes: [...OWN, { name: "seats", type: "string", displayName: "" }],
      roles: [{ name: "acme", description: "", permissionNames: [] }],
    });
    const { mappings, missing } = prepareJitMapping([{ pool }], project, mappingRules());
    const mapping = mappings.get(pool.userPoolId);
    if (mapping === undefined) throw new Error("no mapping");
    expect(missing.attributes).toEqual([]);
    expect(planned(mapUser(mapping, user, ["acme", "editors"]))).toMatchObject({
      roleNames: ["acme"],
      customAttributes: { seats: "7" },
    });
    expect(planned(mapUser(mapping, user, []))).not.toHaveProperty("customAttributes.locale");
    const withLocale = projectSnapshot({
      attributes: [...project.attributes, { name: "locale", type: "string", displayName: "" }],
    });
    const more = prepareJitMapping([{ pool }], withLocale, mappingRules()).mappings.get(pool.userPoolId);
    if (more === undefined) throw new Error("no mapping");
    expect(planned(mapUser(more, user, []))).toHaveProperty("customAttributes.locale", "en");
  });

  it("asks for the attribute of identities only where there are identity providers", () => {
    const schema = [{ name: "identities", type: "String", required: false, mutable: true }];
    const provider = { name: "Google", type: "Google", identifiers: [], details: {}, attributeMapping: {} };
    const names = (identityProviders: readonly (typeof provider)[]): readonly string[] =>
      prepareJitMapping(
        [{ pool: poolSnapshot({ schema, identityProviders }) }],
        projectSnapshot({ attributes: OWN }),
        mappingRules(),
      ).missing.attributes.map(({ name }) => name);
    expect(names([])).toEqual([]);
    expect(names([provider])).toEqual(["cognitoIdentities"]);
  });
});
