import { expect, test } from "vitest";
import { shorten, spellOut } from "../src/page/shell/spell-out.ts";

const shown = (text: string): string =>
  spellOut(text)
    .map((piece) => (piece.spelled ? `[${piece.text}]` : piece.text))
    .join("");

test.each([
  ["Ana", "Ana"],
  ["user\u202Egnp.exe", "user[U+202E]gnp.exe"],
  ["a\nb\u0000", "a[U+000A]b[U+0000]"],
  ["\uFEFFname", "[U+FEFF]name"],
  ["\u{E0041}tag", "[U+E0041]tag"],
  ["  ", "[U+0020][U+0020]"],
  ["", "[empty]"],
  ["عربي", "عربي"],
])("what cannot be seen in %j is spelled out", (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test("a long text is cut between characters", () => {
  expect(shorten("abcdef", 6)).toBe("abcdef");
  expect(shorten("abcdefg", 6)).toBe("abcde…");
  expect(shorten("abcd👩efgh", 6)).toBe("abcd…");
});
