/** Values that nobody should send. */

import { fc } from "@fast-check/vitest";

/** Texts that trip readers: empty, long, of other scripts, with controls, half a character, names of built-ins. */
export const oddTexts: readonly string[] = [
  "",
  " ",
  "0",
  "-1",
  "null",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "\u0000",
  "\ud800",
  "🖋",
  "a".repeat(3000),
  "../../x",
  "%",
  "%00",
  "a b",
  "\r\nx: y",
  "<script>",
  "$(id)",
  "{{user}}",
  "1e999",
  "[",
  "{",
  "a.b.c",
  "..",
  "e30.e30.e30",
  "ada@example.com",
  "+15551234567",
  "data:text/plain,x",
  "http://[",
  "eyJhbGciOiJub25lIn0.e30.",
];

/** One of {@link oddTexts}, or any other. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.base64String({ maxLength: 40 }),
);

/** Any JSON, with odd texts as keys and values. */
export const oddJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    oddText,
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e21, -0),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(oddText, tie("value"), { maxKeys: 3, noNullPrototype: false }),
  ),
})).value;

/** A right value most of the time, an odd one else. */
export function mostly<T>(right: fc.Arbitrary<T>, odd: fc.Arbitrary<unknown> = oddJson): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: odd });
}

/** Bytes that are no JSON: cut, doubled, not UTF-8, or none at all. */
export function brokenBody(whole: string): fc.Arbitrary<Buffer> {
  return fc.oneof(
    fc.nat(Math.max(0, whole.length - 1)).map((length) => Buffer.from(whole.slice(0, length))),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(
      Buffer.from(whole + whole),
      Buffer.concat([Buffer.from('{"UserPoolId":"'), Buffer.from([0xff, 0xfe, 0x80]), Buffer.from('"}')]),
      Buffer.from("[".repeat(20_000)),
      Buffer.from('{"a":'.repeat(5000)),
      Buffer.from("null"),
      Buffer.from('"text"'),
      Buffer.from("[]"),
      Buffer.from("\ufeff{}"),
    ),
  );
}
