import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parseIdentities, writtenIdentities } from "../../src/mapping/identities.ts";

const google = { userId: "117", providerName: "Google", providerType: "Google", primary: true };

describe("parseIdentities", () => {
  it("reads the attribute's form: a list with a boolean and a number", () => {
    const text = `[{"userId":"117","providerName":"Google","providerType":"Google","issuer":null,"primary":true,"dateCreated":1598476880000}]`;
    expect(parseIdentities(text)).toEqual([google]);
  });

  it("reads the token's form, where everything is text", () => {
    const text = `[{"userId":"117","providerName":"Google","providerType":"Google","issuer":null,"primary":"true","dateCreated":"1598476880000"}]`;
    expect(parseIdentities(text)).toEqual([google]);
  });

  it("reads one identity without a list", () => {
    const text = `{"userId":"117","providerName":"Google","providerType":"Google","primary":"true"}`;
    expect(parseIdentities(text)).toEqual([google]);
  });

  it("keeps the order of several identities and tells the primary one", () => {
    const text = JSON.stringify([
      { userId: "a", providerName: "Okta_EU", providerType: "SAML", primary: false },
      { userId: "b", providerName: "Entra", providerType: "OIDC", primary: "false" },
      { userId: 12, providerName: "Facebook" },
    ]);
    expect(parseIdentities(text)).toEqual([
      { userId: "a", providerName: "Okta_EU", providerType: "SAML", primary: false },
      { userId: "b", providerName: "Entra", providerType: "OIDC", primary: false },
      { userId: "12", providerName: "Facebook", providerType: "", primary: false },
    ]);
  });

  it("reads an empty list as no identity", () => {
    expect(parseIdentities("[]")).toEqual([]);
  });

  it.for([
    "",
    "null",
    "true",
    "42",
    "{}",
    "[null]",
    "[[]]",
    '["Google"]',
    "[{}]",
    '[{"userId":"1"}]',
    '[{"providerName":"Google"}]',
    '[{"userId":{},"providerName":"Google"}]',
    '[{"userId":"1","providerName":7}]',
    '[{"userId":"1","providerName":"Google"}',
    '[{"userId":"1","providerName":"Google"},null]',
  ])("cannot read %j", (text) => {
    expect(parseIdentities(text)).toBeUndefined();
  });

  test.prop([fc.oneof(fc.string({ unit: "binary" }), fc.json())])("never throws", (text) => {
    expect(() => parseIdentities(text)).not.toThrow();
  });
});

describe("writtenIdentities", () => {
  const attribute = `[{"userId":"117","providerName":"Google","providerType":"Google","issuer":null,"primary":true,"dateCreated":1598476880000}]`;

  it("leaves the attribute's own form as it is", () => {
    expect(writtenIdentities(attribute)).toBe(attribute);
  });

  it("makes a token's form, another order and one without a list the same", () => {
    const token = `{"dateCreated":"1598476880000","userId":"117","providerName":"Google","providerType":"Google","issuer":null,"primary":"true"}`;
    expect(writtenIdentities(`[${token}]`)).toBe(attribute);
    expect(writtenIdentities(token)).toBe(attribute);
  });

  it("keeps members that nobody knows, and values that are none of the known ones", () => {
    expect(
      writtenIdentities('[{"z":1,"dateCreated":"once","a":"x","providerName":"P","userId":7,"primary":"maybe"}]'),
    ).toBe('[{"userId":7,"providerName":"P","primary":"maybe","dateCreated":"once","a":"x","z":1}]');
  });

  test.prop([fc.string()])("keeps what cannot be read", (text) => {
    if (parseIdentities(text) === undefined) expect(writtenIdentities(text)).toBe(text);
  });

  test.prop([fc.array(fc.record({ userId: fc.string(), providerName: fc.string(), primary: fc.boolean() }))])(
    "changes nothing the second time, and nothing of what is read",
    (identities) => {
      const once = writtenIdentities(JSON.stringify(identities));
      expect(writtenIdentities(once)).toBe(once);
      expect(parseIdentities(once)).toEqual(parseIdentities(JSON.stringify(identities)));
    },
  );
});
