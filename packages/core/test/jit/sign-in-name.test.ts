import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { isPossiblePassword, signInName } from "../../src/jit/sign-in-name.ts";

it.for<[string, string | undefined]>([
  ["ada", "ada"],
  ["  Ada@Example.com\t", "Ada@Example.com"],
  ["+44 (20) 7946-0018", "+442079460018"],
  ["+442079460018", "+442079460018"],
  ["+1", "+1"],
  ["😀", "😀"],
  ["", undefined],
  [" \n ", undefined],
  ["a\u0000b", undefined],
  ["a\nb", undefined],
  ["\ud800", undefined],
  ["a".repeat(2049), undefined],
])("the name %j is looked for as %j", ([typed, expected]) => {
  expect(signInName(typed)).toBe(expected);
});

it.for<[string, boolean]>([
  ["p", true],
  ['"\\/ {{form.x}}', true],
  ["é😀", true],
  ["x".repeat(256), true],
  ["x".repeat(257), false],
  ["", false],
  ["a\u0007", false],
  ["a\r\nb", false],
  ["\udc00", false],
])("that %j can be a password is %s", ([password, expected]) => {
  expect(isPossiblePassword(password)).toBe(expected);
});

test.prop([fc.string({ unit: "binary" })])("a name that is looked for can be sent as UTF-8", (typed) => {
  const name = signInName(typed);
  if (name !== undefined) expect(new TextDecoder().decode(new TextEncoder().encode(name))).toBe(name);
});
