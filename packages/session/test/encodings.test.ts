import { Buffer } from "node:buffer";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { nodePlatform } from "../src/node-platform.ts";
import type { Encodings } from "../src/platform.ts";
import { parseStrictJson } from "../src/strict-json.ts";
import { webPlatform } from "../src/web-platform.ts";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

describe.each<readonly [string, Encodings]>([
  ["Node", nodePlatform],
  ["WebCrypto", webPlatform],
])("base64url on %s", (_name, platform) => {
  test.prop([fc.uint8Array({ maxLength: 400 })])("decodes what it encodes", (bytes) => {
    const text = platform.encode(bytes);
    expect(text).toBe(Buffer.from(bytes).toString("base64url"));
    expect([...(platform.decode(text) ?? [])]).toEqual([...bytes]);
  });

  const characters = fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(..."ABCDwxyz0189-_".split("")) },
    { weight: 1, arbitrary: fc.constantFrom(..."+/= \n\t.é€Łŕ\u0141\u2041\u0000".split("")) },
  );
  test.prop([fc.array(characters, { maxLength: 24 }).map((list) => list.join(""))], { numRuns: 5000 })(
    "takes one spelling of each text of bytes and no other",
    (text) => {
      const isCanonical = Buffer.from(text, "base64url").toString("base64url") === text;
      expect(platform.decode(text) !== undefined).toBe(isCanonical);
      expect(platform.decodeText(text) !== null).toBe(isCanonical);
    },
  );

  test.prop([fc.uint8Array({ maxLength: 12 })], { numRuns: 2000 })("reads UTF-8 and nothing else", (bytes) => {
    let expected: string | undefined;
    try {
      expected = strictUtf8.decode(bytes);
    } catch {
      expected = undefined;
    }
    expect(platform.decodeText(Buffer.from(bytes).toString("base64url"))).toBe(expected);
  });

  it("reads texts longer than any token", () => {
    const text = "é".repeat(100_000);
    expect(platform.decodeText(Buffer.from(text).toString("base64url"))).toBe(text);
  });

  it("keeps the character that stands for broken text when it was meant", () => {
    expect(platform.decodeText(Buffer.from("a\ufffdb").toString("base64url"))).toBe("a\ufffdb");
  });
});

describe("strict JSON", () => {
  const keys = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom("a", "__proto__", 'q"', "b\\", ":", "\u2028", ""));
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 0 }),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(keys, tie("node"), { maxKeys: 3 }),
    ),
  })).node;
  const object = fc.dictionary(keys, value, { maxKeys: 5 });

  test.prop([object, fc.constantFrom(undefined, 1, "\t")], { numRuns: 1000 })(
    "reads what has no key twice",
    (given, space) => {
      const text = JSON.stringify(given, undefined, space);
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    },
  );

  test.prop([object, keys, value, fc.constantFrom("", " ", "\n\t")], { numRuns: 1000 })(
    "refuses an object with a key twice, wherever it stands and however it is written",
    (given, key, member, space) => {
      const twice = `{${JSON.stringify(key)}${space}:1,${space}${JSON.stringify(key)}${space}:${JSON.stringify(member)}}`;
      const text = JSON.stringify({ ...given, x: [given] }).replace(/\}$/, () => `,"inner":${twice}}`);
      expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ reason: "duplicate-key" }));
      expect(() => parseStrictJson(twice)).toThrow(expect.objectContaining({ reason: "duplicate-key" }));
    },
  );

  test.each([
    '{"a":1,"a" :1}',
    '{"a":":","a":1}',
    '{"a":": \\"x\\":","b":[":",":"],"b":1}',
    '{"a":{"b":":"},"a"\t:{"b":1}}',
  ])("counts the keys of %s and not its colons", (text) => {
    expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ reason: "duplicate-key" }));
  });

  test("is refused while somebody has given every object a key", () => {
    const text = '{"a":":b","c":1}';
    expect(parseStrictJson(text)).toEqual({ a: ":b", c: 1 });
    let refusal: unknown;
    const ancestor = Object.getPrototypeOf({}) as object;
    Object.defineProperty(ancestor, "everywhere", { value: 1, enumerable: true, configurable: true });
    try {
      refusal = parseStrictJson(text);
    } catch (error) {
      refusal = error;
    } finally {
      Reflect.deleteProperty(ancestor, "everywhere");
    }
    expect(refusal).toMatchObject({ reason: "duplicate-key" });
  });

  test.prop([fc.string({ maxLength: 30 })])("gives an error of its own for whatever is not JSON", (text) => {
    fc.pre(!/^\s*\{.*\}\s*$/s.test(text));
    expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ reason: "not-json" }));
  });
});
