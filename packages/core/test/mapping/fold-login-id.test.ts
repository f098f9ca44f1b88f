import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { foldLoginId } from "../../src/mapping/fold-login-id.ts";

describe("foldLoginId", () => {
  it.for([
    ["Ada@Example.COM", "ada@example.com"],
    [" ada ", "ada"],
    ["É", "é"],
    ["E\u0301", "é"],
    // No capital of this letter exists in one piece: only the small one composes.
    ["J\u030C", "\u01F0"],
  ])("makes %j the same as %j", ([one, other]) => {
    expect(foldLoginId(one ?? "")).toBe(foldLoginId(other ?? ""));
  });

  test.prop([fc.string({ unit: "binary" })])("changes nothing when it is applied again", (text) => {
    expect(foldLoginId(foldLoginId(text))).toBe(foldLoginId(text));
  });

  test.prop([fc.string({ unit: "grapheme" })])("does not depend on how accents are written", (text) => {
    expect(foldLoginId(text.normalize("NFD"))).toBe(foldLoginId(text.normalize("NFC")));
  });
});
