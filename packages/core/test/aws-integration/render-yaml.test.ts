import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { parse } from "yaml";
import { type Plain, renderYaml } from "../../src/aws-integration/render-yaml.ts";

const { tree } = fc.letrec<{ tree: Plain }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "true",
      "No",
      "null",
      "~",
      "1e3",
      "0x10",
      "2010-09-09",
      "a: b",
      "a #b",
      "- a",
      "",
      "!Ref",
      "AWS::X",
    ),
    fc.integer(),
    fc.boolean(),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("tree"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test.prop([tree])("what is written as YAML is read back as it was", (value) => {
  expect(parse(renderYaml(value))).toEqual(value);
});
