import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { DEFAULT_RULES } from "../../src/mapping/rules.ts";
import { turnMapping } from "../../src/sso/turn-mapping.ts";

describe("a mapping turned round", () => {
  test("fills Descope's fields from the claims that filled Cognito's attributes", () => {
    const { claims, attributes, dropped } = turnMapping(
      {
        username: "sub",
        email: "mail",
        email_verified: "email_verified",
        given_name: "first",
        family_name: "last",
        phone_number: "tel",
        "custom:a_very_long_department_name": "dept",
        locale: "lang",
        preferred_username: "nick",
      },
      "oidc",
      DEFAULT_RULES,
    );
    expect(claims.fields).toEqual({
      email: "mail",
      verifiedEmail: "email_verified",
      givenName: "first",
      familyName: "last",
      phoneNumber: "tel",
      username: "nick",
    });
    expect(claims.customAttributes).toEqual({
      a_very_long_departme: "dept",
      locale: "lang",
      preferred_username: "nick",
    });
    expect(attributes.get("a_very_long_departme")).toBe("custom:a_very_long_department_name");
    expect(dropped).toEqual([]);
  });

  test("leaves out what a SAML response cannot fill, and says so", () => {
    const { claims, dropped } = turnMapping({ email: "mail", email_verified: "verified" }, "saml", DEFAULT_RULES);
    expect(claims.fields).toEqual({ email: "mail" });
    expect(dropped).toEqual(["email_verified"]);
  });

  test("follows the rules of the import", () => {
    const rules = {
      ...DEFAULT_RULES,
      attributes: { "custom:dept": { name: "team" }, "custom:secret": false, nickname: { field: "name" } },
    } as const;
    const { claims } = turnMapping(
      { "custom:dept": "d", "custom:secret": "s", nickname: "n", email: "e" },
      "saml",
      rules,
    );
    expect(claims).toEqual({ fields: { email: "e", name: "n" }, customAttributes: { team: "d" } });
  });

  test.each([
    ["memberOf", true],
    ["http://schemas.xmlsoap.org/claims/Group", true],
    ["https://aws.amazon.com/SAML/Attributes/Role", true],
    ["groups", true],
    ["http://groups.example/email", false],
    ["department", false],
  ])("proposes %s as the claim of groups: %s", (claim, isProposed) => {
    expect(turnMapping({ "custom:x": claim }, "saml", DEFAULT_RULES).groupClaims).toEqual(isProposed ? [claim] : []);
  });

  test.prop([fc.dictionary(fc.string({ minLength: 1 }), fc.string()), fc.constantFrom("saml", "oidc", "social")])(
    "gives every claim a place or names it, and makes legal names",
    (mapping, protocol) => {
      const turned = turnMapping(mapping, protocol, DEFAULT_RULES);
      for (const name of Object.keys(turned.claims.customAttributes)) expect(name).toMatch(/^[A-Za-z0-9_-]{1,20}$/);
      const placed = [...Object.values(turned.claims.fields), ...Object.values(turned.claims.customAttributes)];
      for (const [attribute, claim] of Object.entries(mapping)) {
        if (attribute === "username" || claim === "") continue;
        expect(placed.includes(claim) || turned.dropped.includes(attribute)).toBe(true);
      }
    },
  );
});
