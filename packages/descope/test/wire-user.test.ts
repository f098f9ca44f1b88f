import { fc, test } from "@fast-check/vitest";
import type { AttributeValue, NewProjectUser, ProjectUserPatch } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";
import { fromWireUser, toWirePatch, toWireUser } from "../src/wire-user.ts";

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
const attributeValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
  fc.boolean(),
  fc.array(text, { maxLength: 4 }),
);
const names = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/).filter((name) => name !== "__proto__");
const profile = {
  email: text,
  phone: text,
  name: text,
  givenName: text,
  middleName: text,
  familyName: text,
  picture: text,
};
const memberships = fc.oneof(
  fc.record({ roleNames: fc.uniqueArray(text, { maxLength: 4 }), userTenants: fc.constant([]) }),
  fc.record({
    roleNames: fc.constant([]),
    userTenants: fc.uniqueArray(fc.record({ tenantId: text, roleNames: fc.uniqueArray(text, { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ tenantId }) => tenantId,
    }),
  }),
);
const plannedUser = fc
  .tuple(
    fc.record(
      {
        loginId: text,
        additionalLoginIds: fc.uniqueArray(text, { maxLength: 3 }),
        ...profile,
        verifiedEmail: fc.boolean(),
        verifiedPhone: fc.boolean(),
        status: fc.constantFrom("enabled" as const, "disabled" as const, "invited" as const),
        customAttributes: fc.dictionary(names, attributeValue, { maxKeys: 5 }),
        createdTime: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      },
      {
        requiredKeys: ["loginId", "additionalLoginIds", "verifiedEmail", "verifiedPhone", "status", "customAttributes"],
      },
    ),
    memberships,
  )
  .map(([user, membership]): NewProjectUser => ({ ...user, ...membership }));

/** What the API stores of an item and answers with: documented names, defaults for what is not set. */
function storeAndAnswer(item: Record<string, unknown>, vocabulary: "documented" | "sdk"): unknown {
  const wire = JSON.parse(JSON.stringify(item)) as Record<string, unknown>;
  const name = vocabulary === "documented" ? wire["name"] : wire["displayName"];
  const others = vocabulary === "documented" ? wire["additionalIdentifiers"] : wire["additionalLoginIds"];
  const { loginId, ...rest } = wire;
  return { roleNames: [], userTenants: [], ...rest, name, loginIds: [loginId, ...(others as string[])], userId: "U2x" };
}

describe("toWireUser and fromWireUser", () => {
  test.prop([plannedUser, fc.constantFrom("documented" as const, "sdk" as const)])(
    "read back exactly what was planned, whichever names the project listens to",
    (user, vocabulary) => {
      const back = fromWireUser(storeAndAnswer(toWireUser(user), vocabulary));
      expect(back).toEqual({
        userId: "U2x",
        loginIds: [user.loginId, ...user.additionalLoginIds],
        email: user.email ?? "",
        phone: user.phone ?? "",
        verifiedEmail: user.verifiedEmail,
        verifiedPhone: user.verifiedPhone,
        name: user.name ?? "",
        givenName: user.givenName ?? "",
        middleName: user.middleName ?? "",
        familyName: user.familyName ?? "",
        picture: user.picture ?? "",
        status: user.status,
        roleNames: user.roleNames,
        userTenants: user.userTenants,
        customAttributes: { ...user.customAttributes },
        createdTime: user.createdTime ?? 0,
      });
    },
  );

  test.prop([fc.jsonValue()])("read any JSON without failing", (wire) => {
    const user = fromWireUser(wire);
    expect(Object.values(user).every((value) => value !== undefined)).toBe(true);
  });

  test.prop([plannedUser])("never invite", (user) => {
    const item = toWireUser(user);
    for (const key of ["invite", "sendMail", "sendSMS"]) expect(item).not.toHaveProperty(key);
  });

  it("refuse roles beside tenants", () => {
    const user: NewProjectUser = {
      loginId: "a",
      additionalLoginIds: [],
      verifiedEmail: false,
      verifiedPhone: false,
      status: "enabled",
      roleNames: ["r"],
      userTenants: [{ tenantId: "t", roleNames: [] }],
      customAttributes: {},
    };
    expect(() => toWireUser(user)).toThrow(TypeError);
  });

  it("keep a value of unknown shape as text", () => {
    const { customAttributes } = fromWireUser({ customAttributes: { a: { b: 1 }, c: [1, 2], d: null } });
    expect(customAttributes).toEqual({ a: `{"b":1}`, c: "[1,2]" });
  });
});

describe("toWirePatch", () => {
  const patches = fc
    .record(
      {
        loginId: text,
        additionalLoginIds: fc.array(text, { maxLength: 3 }),
        ...profile,
        verifiedEmail: fc.boolean(),
        verifiedPhone: fc.boolean(),
        status: fc.constantFrom("enabled" as const, "disabled" as const),
        roleNames: fc.array(text, { maxLength: 3 }),
        userTenants: fc.array(fc.record({ tenantId: text, roleNames: fc.array(text, { maxLength: 2 }) }), {
          maxLength: 2,
        }),
        customAttributes: fc.dictionary(names, attributeValue, { maxKeys: 3 }),
      },
      { requiredKeys: ["loginId"] },
    )
    .map((patch): ProjectUserPatch => patch);

  test.prop([patches])("sends what the patch names and nothing else", (patch) => {
    const wire = toWirePatch(patch);
    const aliases: Record<string, string> = { displayName: "name", additionalIdentifiers: "additionalLoginIds" };
    const sent = new Set(Object.keys(wire).map((key) => aliases[key] ?? key));
    expect([...sent].toSorted()).toEqual(Object.keys(patch).toSorted());
    for (const [key, value] of Object.entries(wire))
      expect(value).toEqual(patch[(aliases[key] ?? key) as keyof ProjectUserPatch]);
  });
});
