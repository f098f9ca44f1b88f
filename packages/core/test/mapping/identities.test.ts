import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parseIdentities } from "../../src/mapping/identities.ts";

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
