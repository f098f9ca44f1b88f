import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { isTrue, validEmail, validPhone } from "../../src/mapping/contact.ts";

describe("validEmail", () => {
  test.prop([fc.emailAddress()])("takes every ordinary address as it is", (address) => {
    expect(validEmail(address)).toBe(address);
  });

  it.for([
    ["Ada.Lovelace+news@Example.co.uk", "Ada.Lovelace+news@Example.co.uk"],
    ["  ada@example.com\n", "ada@example.com"],
    ["ünï@exämple.com", "ünï@exämple.com"],
    ["o'hara@example.com", "o'hara@example.com"],
  ])("takes %j", ([text, email]) => {
    expect(validEmail(text)).toBe(email);
  });

  it.for([
    undefined,
    "",
    " ",
    "ada",
    "ada@",
    "@example.com",
    "ada@localhost",
    "ada@example..com",
    "ada@.example.com",
    "ada@example.com.",
    "a@b@example.com",
    "ada lovelace@example.com",
    "ada@example.com,bob@example.com",
    "Ada <ada@example.com>",
    "ada@exam\u0000ple.com",
    `${"a".repeat(320)}@example.com`,
  ])("refuses %j", (text) => {
    expect(validEmail(text)).toBeUndefined();
  });

  test.prop([fc.string({ unit: "binary", maxLength: 400 })])("never throws and never invents", (text) => {
    const email = validEmail(text);
    if (email !== undefined) expect(email).toBe(text.trim());
  });

  it("takes time in proportion to the text, whatever the text", () => {
    const start = performance.now();
    validEmail(`${"a.".repeat(150)}@${"a.".repeat(5)}`);
    for (let index = 0; index < 200; index += 1) validEmail(`a@${".a".repeat(150)}@`);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("validPhone", () => {
  it.for([
    ["+14155550100", "+14155550100"],
    [" +390612345678 ", "+390612345678"],
    ["+123456", "+123456"],
    ["+123456789012345", "+123456789012345"],
  ])("takes %j", ([text, phone]) => {
    expect(validPhone(text)).toBe(phone);
  });

  it.for([
    undefined,
    "",
    "+",
    "4155550100",
    "+0155550100",
    "+1415555010a",
    "+1 415 555 0100",
    "+12345",
    "+1234567890123456",
  ])("refuses %j", (text) => {
    expect(validPhone(text)).toBeUndefined();
  });
});

describe("isTrue", () => {
  it.for(["true", "True", "TRUE", " true "])("reads %j as true", (text) => {
    expect(isTrue(text)).toBe(true);
  });

  it.for([undefined, "", "false", "1", "yes", "truely"])("reads %j as not true", (text) => {
    expect(isTrue(text)).toBe(false);
  });
});
