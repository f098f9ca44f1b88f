import { fc, it } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { fromStoredText, toStoredText } from "../../src/columns/stored-text.ts";
import { subKey } from "../../src/sqlite/sub-key.ts";
import { anyText } from "../contract/any-text.ts";

describe("stored text", () => {
  it.prop([anyText])("gives every text back", (text) => {
    expect(fromStoredText(toStoredText(text))).toBe(text);
  });

  it.prop([anyText])("is what UTF-8 can hold and no function of SQL cuts short", (text) => {
    expect(toStoredText(text).isWellFormed()).toBe(true);
    expect(toStoredText(text)).not.toContain("\0");
  });

  it.prop([anyText, anyText])("of two texts is the same only when they are", (one, other) => {
    expect(toStoredText(one) === toStoredText(other)).toBe(one === other);
  });

  test("is ordinary text itself", () => {
    const texts = ["", "user@example.com", "état", "😀", "a\tb\n"];
    expect(texts.map(toStoredText)).toEqual(texts);
  });
});

describe("the key of a sub", () => {
  it.prop([fc.uuid()])("is the 16 bytes of a UUID", (uuid) => {
    const key = subKey(uuid);
    expect(key).toBeInstanceOf(Uint8Array);
    expect(Buffer.from(key as Uint8Array).toString("hex")).toBe(uuid.replaceAll("-", ""));
  });

  it.prop([anyText])("is text for anything else", (text) => {
    expect(subKey(text)).toBe(toStoredText(text));
  });
});
