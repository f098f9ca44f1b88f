import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { foldLoginId } from "../../src/mapping/fold-login-id.ts";
import { type MappedUser, mapUser, plannedLoginIds, type SourceMapping } from "../../src/mapping/map-user.ts";
import type { MappingRules } from "../../src/mapping/rules.ts";
import type { PoolUser } from "../../src/pool/pool-user.ts";
import type { NewProjectUser } from "../../src/project/project-user.ts";
import { mappingRules, newUser, poolSnapshot, poolUser, sourceMapping, SUB } from "../samples.ts";

type UserChange = Parameters<typeof poolUser>[0];

function map(
  user: UserChange = {},
  rules: Partial<MappingRules> = {},
  mapping: Partial<SourceMapping> = {},
): MappedUser {
  return mapUser(sourceMapping({ rules: mappingRules(rules), ...mapping }), poolUser(user), []);
}

function planned(mapped: MappedUser): NewProjectUser {
  if (!("planned" in mapped)) throw new Error(`left out: ${mapped.leftOut}`);
  return mapped.planned;
}

function leftOut(mapped: MappedUser): string | undefined {
  return "leftOut" in mapped ? mapped.leftOut : undefined;
}

function rulesOf(mapped: MappedUser): readonly string[] {
  return mapped.findings.map(({ rule }) => rule);
}

const identities = (primary: boolean, providerName = "Google"): string =>
  JSON.stringify([{ userId: "117", providerName, providerType: "Google", issuer: null, primary, dateCreated: 1 }]);

const contact = {
  email: "Ada@Example.com",
  email_verified: "true",
  phone_number: "+14155550100",
  phone_number_verified: "true",
};

describe("mapUser", () => {
  it("says everything about the user in one item", () => {
    const mapped = mapUser(
      sourceMapping({
        attributes: new Map([
          ["name", { kind: "field", field: "name" }],
          ["custom:seats", { kind: "custom", name: "seats", type: "number" }],
        ]),
        groups: new Map([["admins", { role: "Administrators" }]]),
      }),
      poolUser({ attributes: { ...contact, name: "Ada", "custom:seats": "7" } }),
      ["admins"],
    );
    expect(mapped).toEqual({
      kind: "native",
      findings: [],
      planned: {
        loginId: "ada@example.com",
        additionalLoginIds: ["+14155550100", "ada"],
        email: "Ada@Example.com",
        phone: "+14155550100",
        verifiedEmail: true,
        verifiedPhone: true,
        name: "Ada",
        status: "enabled",
        roleNames: ["Administrators"],
        userTenants: [],
        customAttributes: { cognitoSub: SUB, cognitoUsername: "ada", freshlyMigrated: true, seats: 7 },
        createdTime: 1_600_000_000,
      },
    });
  });

  describe("login IDs", () => {
    const email = { pool: poolSnapshot({ usernameAttributes: ["email"] }) };
    const phone = { pool: poolSnapshot({ usernameAttributes: ["phone_number"] }) };
    const both = { pool: poolSnapshot({ usernameAttributes: ["email", "phone_number"] }) };
    const preferred = { pool: poolSnapshot({ aliasAttributes: ["email", "preferred_username"] }) };
    const unverified = { ...contact, email_verified: "false", phone_number_verified: "" };

    it.for<[string, Partial<SourceMapping>, UserChange, readonly string[]]>([
      ["an email pool", email, { username: SUB, attributes: contact }, ["ada@example.com"]],
      ["an email pool, unverified", email, { username: SUB, attributes: unverified }, ["ada@example.com"]],
      ["a phone pool", phone, { username: SUB, attributes: contact }, ["+14155550100"]],
      ["a pool of both", both, { username: SUB, attributes: contact }, ["ada@example.com", "+14155550100"]],
      [
        "an email pool, user with a number only",
        email,
        { username: SUB, attributes: { phone_number: "+14155550100" } },
        ["+14155550100"],
      ],
      ["a username pool", {}, { attributes: contact }, ["ada@example.com", "+14155550100", "ada"]],
      ["a username pool, unverified", {}, { attributes: unverified }, ["ada"]],
      [
        "a username pool whose usernames are addresses",
        {},
        { username: "ADA@example.com", attributes: contact },
        ["ada@example.com", "+14155550100"],
      ],
      [
        "a pool with preferred_username as an alias",
        preferred,
        { attributes: { ...contact, preferred_username: "countess" } },
        ["ada@example.com", "+14155550100", "ada", "countess"],
      ],
      [
        "a pool without that alias",
        {},
        { attributes: { email: "ada@example.com", email_verified: "true", preferred_username: "countess" } },
        ["ada@example.com", "ada"],
      ],
      [
        "a federated user",
        {},
        {
          username: "Google_117",
          status: "EXTERNAL_PROVIDER",
          attributes: { ...contact, identities: identities(true) },
        },
        ["ada@example.com"],
      ],
      [
        "a federated user with a number only",
        {},
        {
          username: "Google_117",
          status: "EXTERNAL_PROVIDER",
          attributes: { phone_number: "+14155550100", identities: identities(true) },
        },
        ["+14155550100"],
      ],
    ])("follow the pool: %s", ([, mapping, user, loginIds]) => {
      const { loginId, additionalLoginIds } = planned(map(user, {}, mapping));
      expect([loginId, ...additionalLoginIds]).toEqual(loginIds);
    });

    it("follow the configured order, the first that the user has being the main one", () => {
      const user = planned(map({ attributes: contact }, { loginIds: ["preferred_username", "username", "phone"] }));
      expect([user.loginId, ...user.additionalLoginIds]).toEqual(["ada", "+14155550100"]);
    });

    it("never are the username of a federated user, even when usernames are configured", () => {
      const user = map(
        {
          username: "google_117",
          status: "EXTERNAL_PROVIDER",
          attributes: { ...contact, identities: identities(true) },
        },
        { loginIds: ["username", "email"] },
      );
      expect(plannedLoginIds(planned(user))).toEqual(["ada@example.com"]);
    });
  });

  describe("contact", () => {
    it("imports a user with a phone number only", () => {
      const mapped = map({ attributes: { phone_number: "+14155550100", phone_number_verified: "true" } });
      expect(mapped.kind).toBe("phone-only");
      expect(planned(mapped)).toMatchObject({ loginId: "+14155550100", verifiedPhone: true, verifiedEmail: false });
      expect(planned(mapped)).not.toHaveProperty("email");
    });

    it("leaves a user out that has neither, by default and with a finding", () => {
      const mapped = map({ attributes: {} });
      expect(mapped.kind).toBe("username-only");
      expect(leftOut(mapped)).toBe("neither a valid email address nor a valid phone number");
      expect(rulesOf(mapped)).toEqual(["user-no-contact"]);
    });

    it("gives such a user a placeholder address, never verified, when a domain is configured", () => {
      const mapped = map({ attributes: {} }, { noContact: { placeholderDomain: "migrated.invalid" } });
      expect(planned(mapped)).toMatchObject({
        loginId: "ada",
        email: `${SUB}@migrated.invalid`,
        verifiedEmail: false,
      });
      expect(rulesOf(mapped)).toEqual(["user-no-contact-placeholder"]);
    });

    it("makes the placeholder the login ID of a user that has no other", () => {
      const mapped = map(
        { sub: "ABC", username: "ABC", attributes: {} },
        { noContact: { placeholderDomain: "migrated.invalid" } },
        { pool: poolSnapshot({ usernameAttributes: ["email"] }) },
      );
      expect(planned(mapped).loginId).toBe("abc@migrated.invalid");
    });

    it("drops what is not valid and says so", () => {
      const mapped = map({ attributes: { email: "ada@", email_verified: "true", phone_number: "+14155550100" } });
      expect(planned(mapped)).not.toHaveProperty("email");
      expect(planned(mapped).verifiedEmail).toBe(false);
      expect(rulesOf(mapped)).toEqual(["email-invalid"]);
      expect(rulesOf(map({ attributes: { ...contact, phone_number: "555" } }))).toEqual(["phone-invalid"]);
    });

    it.for([undefined, "false", "", "no"])("does not take an address for verified whose flag is %j", (flag) => {
      const attributes = { email: "ada@example.com", ...(flag === undefined ? {} : { email_verified: flag }) };
      const mapped = map({ attributes });
      expect(planned(mapped).verifiedEmail).toBe(false);
      expect(rulesOf(mapped)).toEqual(["email-unverified"]);
    });
  });

  describe("status", () => {
    it.for<[string, Partial<MappingRules>, string, string, readonly string[]]>([
      ["CONFIRMED", {}, "enabled", "native", []],
      ["FORCE_CHANGE_PASSWORD", {}, "enabled", "must-set-password", ["user-must-set-password"]],
      ["RESET_REQUIRED", {}, "enabled", "must-set-password", ["user-must-set-password"]],
      ["UNCONFIRMED", {}, "invited", "unconfirmed", ["user-unconfirmed"]],
      ["UNCONFIRMED", { unconfirmed: "enabled" }, "enabled", "unconfirmed", ["user-unconfirmed"]],
      ["UNCONFIRMED", { unconfirmed: "disabled" }, "disabled", "unconfirmed", ["user-unconfirmed"]],
      ["EXTERNAL_PROVIDER", {}, "enabled", "federated", ["user-federated"]],
      ["ARCHIVED", {}, "disabled", "retired", ["user-status-retired"]],
      ["COMPROMISED", {}, "disabled", "retired", ["user-status-retired"]],
      ["UNKNOWN", {}, "disabled", "retired", ["user-status-retired"]],
      ["SOMETHING_NEW", {}, "disabled", "retired", ["user-status-retired"]],
    ])("%s under %o becomes %s", ([status, rules, expected, kind, findings]) => {
      const mapped = map({ status }, rules);
      expect(planned(mapped).status).toBe(expected);
      expect(mapped.kind).toBe(kind);
      expect(rulesOf(mapped)).toEqual(findings);
    });

    it("leaves unconfirmed users out when the rules say so", () => {
      expect(leftOut(map({ status: "UNCONFIRMED" }, { unconfirmed: "skip" }))).toContain("UNCONFIRMED");
    });

    it.for(["CONFIRMED", "FORCE_CHANGE_PASSWORD", "UNCONFIRMED", "EXTERNAL_PROVIDER", "ARCHIVED"])(
      "keeps a disabled user with status %s disabled",
      (status) => {
        const mapped = map({ status, enabled: false }, { unconfirmed: "enabled" });
        expect(planned(mapped).status).toBe("disabled");
      },
    );
  });

  describe("external identities", () => {
    it("make a user federated that an administrator's password made CONFIRMED", () => {
      const mapped = map({ status: "CONFIRMED", attributes: { ...contact, identities: identities(true) } });
      expect(mapped.kind).toBe("federated");
      expect(mapped.findings).toContainEqual({ rule: "user-federated", subject: "Google" });
    });

    it("leave a native user native that they were linked to", () => {
      const mapped = map({ attributes: { ...contact, identities: identities(false) } });
      expect(mapped.kind).toBe("linked");
      expect(planned(mapped).additionalLoginIds).toContain("ada");
    });

    it("are kept, in one form wherever they come from", () => {
      const text = identities(true);
      expect(planned(map({ attributes: { ...contact, identities: text } })).customAttributes["cognitoIdentities"]).toBe(
        text,
      );
    });

    it("put the user into the tenant of its connection", () => {
      const mapped = map(
        { attributes: { ...contact, identities: identities(true, "Okta") } },
        { connectionTenants: { Okta: "acme", Entra: "globex" } },
      );
      expect(planned(mapped).userTenants).toEqual([{ tenantId: "acme", roleNames: [] }]);
    });

    it.for(["constructor", "toString", "__proto__"])("do not take the provider name %s for a rule", (name) => {
      const mapped = map({ attributes: { ...contact, identities: identities(true, name) } });
      expect(planned(mapped).userTenants).toEqual([]);
    });

    it("leave the user out when the rules say so", () => {
      const mapped = map({ attributes: { ...contact, identities: identities(true) } }, { federated: "skip" });
      expect(leftOut(mapped)).toBe("federated users are left out by policy");
      expect(rulesOf(mapped)).toContain("user-skipped-by-policy");
    });

    it("that cannot be read are a finding, and the status decides", () => {
      const mapped = map({ attributes: { ...contact, identities: "{" } });
      expect(mapped.kind).toBe("native");
      expect(rulesOf(mapped)).toEqual(["identities-invalid"]);
    });
  });

  describe("roles and tenants", () => {
    const groups = new Map([
      ["a", { role: "RoleA" }],
      ["b", { role: "RoleB", tenant: "acme" }],
      ["c", { tenant: "globex" }],
      ["d", { role: "RoleA" }],
      ["e", {}],
    ]);
    const memberships = (names: readonly string[], mapping: Partial<SourceMapping> = {}): unknown => {
      const { roleNames, userTenants } = planned(mapUser(sourceMapping({ groups, ...mapping }), poolUser(), names));
      return { roleNames, userTenants };
    };

    it("stand in the project when there is no tenant, each once", () => {
      expect(memberships(["d", "a", "e", "unknown"])).toEqual({ roleNames: ["RoleA"], userTenants: [] });
    });

    it("stand in every tenant, and nowhere else, when there is one", () => {
      expect(memberships(["a", "b", "c"])).toEqual({
        roleNames: [],
        userTenants: [
          { tenantId: "acme", roleNames: ["RoleA", "RoleB"] },
          { tenantId: "globex", roleNames: ["RoleA"] },
        ],
      });
    });

    it("stand in the tenant of the pool", () => {
      expect(memberships(["a"], { tenant: "north" })).toEqual({
        roleNames: [],
        userTenants: [{ tenantId: "north", roleNames: ["RoleA"] }],
      });
    });

    it("do not depend on the order of the groups", () => {
      expect(memberships(["c", "b", "a"])).toEqual(memberships(["a", "b", "c"]));
    });
  });

  describe("attributes", () => {
    const attributes: SourceMapping["attributes"] = new Map([
      ["custom:n", { kind: "custom", name: "n", type: "number" }],
      ["custom:b", { kind: "custom", name: "b", type: "boolean" }],
      ["custom:s", { kind: "custom", name: "s", type: "string" }],
      ["custom:x", { kind: "custom", name: "s", type: "string" }],
      ["name", { kind: "field", field: "name" }],
      ["custom:name", { kind: "field", field: "name" }],
    ]);
    const values = (given: Readonly<Record<string, string>>): MappedUser =>
      map({ attributes: { email: "ada@example.com", email_verified: "true", ...given } }, {}, { attributes });

    it("come in their types", () => {
      const user = values({ "custom:n": "-12.5", "custom:b": "TRUE", "custom:s": " x " });
      expect(planned(user).customAttributes).toMatchObject({ n: -12.5, b: true, s: " x " });
    });

    it("that do not fit their type are left out with a finding", () => {
      const user = values({ "custom:n": "many", "custom:b": "maybe", "custom:s": "x" });
      expect(Object.keys(planned(user).customAttributes).sort()).toEqual([
        "cognitoSub",
        "cognitoUsername",
        "freshlyMigrated",
        "s",
      ]);
      expect(user.findings).toEqual([
        { rule: "attribute-value-invalid", subject: "custom:b" },
        { rule: "attribute-value-invalid", subject: "custom:n" },
      ]);
    });

    it("that are empty say nothing", () => {
      const user = values({ "custom:n": "", "custom:s": "", name: "" });
      expect(planned(user)).not.toHaveProperty("name");
      expect(planned(user).customAttributes).not.toHaveProperty("n");
      expect(user.findings).toEqual([]);
    });

    it("give the same item byte by byte, whatever order the pool lists them in", () => {
      const one = values({ "custom:s": "1", "custom:x": "2", "custom:n": "3", name: "a", "custom:name": "b" });
      const other = values({ "custom:name": "b", name: "a", "custom:n": "3", "custom:x": "2", "custom:s": "1" });
      expect(JSON.stringify(other)).toBe(JSON.stringify(one));
    });
  });

  it.for([
    [1_600_000_000_999, 1_600_000_000],
    [0, undefined],
    [-5, undefined],
  ] as const)("gives a creation at %d ms as %s seconds", ([createdAt, createdTime]) => {
    expect(planned(map({ createdAt })).createdTime).toBe(createdTime);
  });

  it.for([true, false])("marks users as freshly migrated: %s", (freshlyMigrated) => {
    expect(planned(map({}, { freshlyMigrated })).customAttributes["freshlyMigrated"]).toBe(freshlyMigrated);
  });

  describe("transform", () => {
    const groups = ["admins"];
    const transformed = (transform: MappingRules["transform"]): MappedUser =>
      mapUser(sourceMapping({ rules: mappingRules({ transform }) }), poolUser(), groups);

    it("hears the planned user, the pool's user and its groups, and may change the user", () => {
      const mapped = transformed((user, source, names) => ({ ...user, name: `${source.username} of ${names.join()}` }));
      expect(planned(mapped).name).toBe("ada of admins");
    });

    it("leaves the user out with null", () => {
      const mapped = transformed(() => null);
      expect(leftOut(mapped)).toBe("the configured transform leaves it out");
      expect(mapped.findings).toEqual([{ rule: "user-skipped-by-policy", subject: "transform" }]);
    });

    it("cannot take the key of idempotency away", () => {
      const mapped = transformed((user) => ({ ...user, customAttributes: { plan: "gold", cognitoSub: "forged" } }));
      expect(planned(mapped).customAttributes).toEqual({ plan: "gold", cognitoSub: SUB });
    });

    it.for([
      () => {
        throw new Error("ada@example.com is odd");
      },
      () => undefined as unknown as NewProjectUser,
      () => ({}) as unknown as NewProjectUser,
      () => ({ ...newUser(), loginId: "" }),
      () => ({ loginId: "x" }) as unknown as NewProjectUser,
      () => ({ ...newUser(), additionalLoginIds: "x" }) as unknown as NewProjectUser,
      () => ({ ...newUser(), additionalLoginIds: [7] }) as unknown as NewProjectUser,
      () => ({ ...newUser(), roleNames: undefined }) as unknown as NewProjectUser,
      () => ({ ...newUser(), userTenants: null }) as unknown as NewProjectUser,
      () => ({ ...newUser(), customAttributes: undefined }) as unknown as NewProjectUser,
      () => ({ ...newUser(), status: "active" }) as unknown as NewProjectUser,
      () => Promise.resolve(newUser()) as unknown as NewProjectUser,
    ])("that fails leaves the user out with a finding, number %$", (transform) => {
      const mapped = transformed(transform);
      expect(leftOut(mapped)).toBe("the configured transform failed");
      expect(mapped.findings).toEqual([{ rule: "user-transform-failed" }]);
    });
  });

  const text = fc.string({ unit: "binary", maxLength: 12 });
  const anyUser: fc.Arbitrary<PoolUser> = fc.record({
    sub: fc.oneof(fc.uuid(), fc.string({ minLength: 1 })),
    username: fc.oneof(text, fc.emailAddress()),
    enabled: fc.boolean(),
    status: fc.constantFrom(
      "CONFIRMED",
      "UNCONFIRMED",
      "FORCE_CHANGE_PASSWORD",
      "EXTERNAL_PROVIDER",
      "ARCHIVED",
      "",
      "x",
    ),
    createdAt: fc.oneof(fc.integer(), fc.constantFrom(0, 1.7e12, Number.MAX_SAFE_INTEGER)),
    modifiedAt: fc.nat(),
    attributes: fc
      .record(
        {
          email: fc.oneof(fc.emailAddress(), text),
          email_verified: fc.constantFrom("true", "false", "TRUE", "", "?"),
          phone_number: fc.oneof(fc.constant("+14155550100"), text),
          phone_number_verified: fc.constantFrom("true", "false", ""),
          identities: fc.oneof(fc.constant(identities(true)), fc.constant(identities(false)), fc.json(), text),
          preferred_username: text,
          name: text,
          "custom:n": fc.oneof(fc.integer().map(String), text),
        },
        { requiredKeys: [] },
      )
      .chain((known) => fc.dictionary(text, text, { maxKeys: 3 }).map((others) => ({ ...others, ...known }))),
  });
  const anyMapping: fc.Arbitrary<SourceMapping> = fc
    .record({
      usernameAttributes: fc.subarray(["email", "phone_number"]),
      aliasAttributes: fc.subarray(["email", "phone_number", "preferred_username"]),
      loginIds: fc.oneof(
        fc.constant("auto" as const),
        fc.shuffledSubarray(["email", "phone", "username", "preferred_username"] as const),
      ),
      unconfirmed: fc.constantFrom("enabled", "disabled", "invited", "skip" as const),
      federated: fc.constantFrom("import", "skip" as const),
      noContact: fc.constantFrom("skip" as const, { placeholderDomain: "migrated.invalid" }),
      tenant: fc.option(fc.constant("north"), { nil: undefined }),
    })
    .map(({ usernameAttributes, aliasAttributes, tenant, ...rules }) =>
      sourceMapping({
        pool: poolSnapshot({ usernameAttributes, aliasAttributes }),
        rules: mappingRules(rules),
        attributes: new Map([
          ["custom:n", { kind: "custom", name: "n", type: "number" }],
          ["name", { kind: "field", field: "name" }],
        ]),
        groups: new Map([["g", { role: "Role" }]]),
        tenant,
      }),
    );

  test.prop([anyMapping, anyUser, fc.subarray(["g", "unknown", "__proto__"])], { numRuns: 1000 })(
    "never throws, never enables a disabled user, and gives only what Descope takes",
    (mapping, user, groups) => {
      const mapped = mapUser(mapping, user, groups);
      if (!("planned" in mapped)) {
        expect(mapped.leftOut).not.toBe("");
        return;
      }
      const { planned: result } = mapped;
      if (!user.enabled) expect(result.status).toBe("disabled");
      expect(result.email !== undefined || result.phone !== undefined).toBe(true);
      expect(result.loginId.trim()).not.toBe("");
      const ids = [result.loginId, ...result.additionalLoginIds].map(foldLoginId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(result.verifiedEmail && result.email === undefined).toBe(false);
      expect(result.verifiedPhone && result.phone === undefined).toBe(false);
      expect(result.roleNames.length > 0 && result.userTenants.length > 0).toBe(false);
      expect(result.customAttributes["cognitoSub"]).toBe(user.sub);
      if (result.createdTime !== undefined) expect(Number.isInteger(result.createdTime)).toBe(true);
      expect(mapUser(mapping, user, groups)).toEqual(mapped);
    },
  );
});
