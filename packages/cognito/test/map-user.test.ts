import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { mapUser, subOf } from "../src/map-user.ts";

const attribute = fc.record({
  Name: fc.oneof(
    fc.constantFrom("email", "custom:plan", "dev:custom:risk", "identities", "__proto__", "constructor"),
    fc.string(),
  ),
  Value: fc.option(fc.string({ unit: "binary" }), { nil: undefined }),
});

describe("mapUser", () => {
  test.prop([fc.uniqueArray(attribute, { selector: ({ Name }) => Name }), fc.string({ minLength: 1 })])(
    "keeps every attribute as it is but the sub",
    (attributes, sub) => {
      const others = attributes.filter(({ Name }) => Name !== "sub");
      const user = mapUser({ Username: "someone", Attributes: [...others, { Name: "sub", Value: sub }] as never });
      expect(user?.sub).toBe(sub);
      expect(new Map(Object.entries(user?.attributes ?? {}))).toEqual(
        new Map(others.map(({ Name, Value }) => [Name, Value ?? ""])),
      );
    },
  );

  it("takes the username for a missing sub, and the sub for a missing username", () => {
    expect(mapUser({ Username: "u" })).toMatchObject({ sub: "u", username: "u" });
    expect(mapUser({ Attributes: [{ Name: "sub", Value: "s" }] })).toMatchObject({ sub: "s", username: "s" });
    expect(subOf({ Username: "u", Attributes: [{ Name: "sub", Value: "" }] })).toBe("u");
    expect(mapUser({ Attributes: [] })).toBeUndefined();
    expect(subOf({})).toBeUndefined();
  });

  it("gives dates in milliseconds, and 0 for what is no date", () => {
    const created = new Date(1_598_476_880_123);
    expect(
      mapUser({ Username: "u", UserCreateDate: created, UserLastModifiedDate: new Date(Number.NaN) }),
    ).toMatchObject({
      createdAt: 1_598_476_880_123,
      modifiedAt: 0,
    });
  });

  it("keeps a status that nobody knows and a user that is disabled", () => {
    expect(mapUser({ Username: "u", UserStatus: "BRAND_NEW" as never, Enabled: false })).toMatchObject({
      status: "BRAND_NEW",
      enabled: false,
    });
  });
});
