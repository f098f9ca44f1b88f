import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { fc, test as property } from "@fast-check/vitest";
import { afterAll, describe, expect, test } from "vitest";
import { readWrittenConfig } from "../../src/config/load.ts";
import { editMapping, pasteMapping } from "../../src/config-edit/edit-mapping.ts";
import type { JsonObject } from "../../src/config-edit/mapping-edit.ts";
import { renderLiteral } from "../../src/config-edit/script-literal.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** Names and values of anybody's making, in any script. */
const hostile = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    "custom:a",
    "__proto__",
    "constructor",
    "*/",
    "// x",
    "${a}",
    "`",
    '"',
    "'",
    "\u202e",
    "a: b",
    "- x",
    "#",
    "\n",
    "\r\n",
    "yes",
    "null",
    "1e3",
    "\\u0000",
    "<script>",
    "&a",
    "*a",
    "---",
  ),
);
const mapping: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      loginIds: fc.oneof(
        fc.constant("auto"),
        fc.uniqueArray(fc.constantFrom("email", "phone", "username"), { minLength: 1 }),
      ),
      attributes: fc.dictionary(
        hostile.filter((name) => name !== "__proto__"),
        fc.oneof(
          fc.constant(false),
          fc.record({ name: fc.constantFrom("plan", "seats") }),
          fc.record({ field: fc.constant("name") }),
        ),
        { maxKeys: 4, noNullPrototype: true },
      ),
      groups: fc.array(
        fc.record({ group: hostile, role: fc.oneof(fc.constant(true), hostile) }, { requiredKeys: ["group"] }),
        { maxLength: 3 },
      ),
      unconfirmed: fc.constantFrom("enabled", "invited", "skip"),
      noContact: fc.oneof(fc.constant("skip"), fc.record({ placeholderDomain: fc.constant("users.example.com") })),
      freshlyMigrated: fc.boolean(),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  .map((rules) => JSON.parse(JSON.stringify(rules)) as JsonObject);

/** What a config says; of a script, without its imports: the test runner would look for them in a package. */
async function read(name: string, text: string): Promise<{ readonly mapping?: JsonObject; readonly target?: unknown }> {
  if (name.endsWith(".ts")) {
    const body = text.replace(/^import .*$/m, "").replace("export default", "return");
    return (runInThisContext(`((defineConfig) => {${body}})`) as (given: unknown) => object)(
      (config: unknown) => config,
    );
  }
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return (await readWrittenConfig(path)) as object;
}

interface Form {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly render: (rules: JsonObject) => string;
}

const JSON_FORM: Form = {
  name: "c2d.config.json",
  before: '{\n\t"target": {   "projectId": "P2abc" },\n\t"mapping": ',
  after: ',\n\t"sync":{"gone" : "keep"}\n}\n\n',
  render: (rules) => JSON.stringify(rules, undefined, "\t").replaceAll("\n", "\n\t"),
};
const SCRIPT_FORM: Form = {
  name: "c2d.config.ts",
  before:
    'import { defineConfig } from "cognito-to-descope";\n\n// Größe: 名前 <b>\nconst gone = "keep"; // a remark\nexport default defineConfig({\n  target: { projectId: `P2abc` },\n  mapping: ',
  after: ",\n  sync: { gone }, // kept\n});\n",
  render: (rules) => renderLiteral(rules, "  ", "  ", 80),
};

describe("saving and loading gives the rules that were wanted, and everything else stays byte for byte", () => {
  for (const form of [JSON_FORM, SCRIPT_FORM]) {
    property.prop([mapping, mapping])(`in ${form.name}`, async (before, after) => {
      const text = form.before + form.render(before) + form.after;
      const edit = editMapping(form.name, text, { before, after });
      const edited = "text" in edit ? edit.text : edit.byHand;
      expect((await read(form.name, edited)).mapping).toEqual(after);
      expect(edited.startsWith(form.before)).toBe(true);
      expect(edited.endsWith(form.after)).toBe(true);
    });
  }

  property.prop([mapping, mapping, fc.boolean()])("in c2d.config.yaml", async (before, after, windows) => {
    const start = "# What we move\ntarget: {projectId:   P2abc}   # the project\n\n";
    const end = "# how we follow\nsync:\n    gone: keep # for now\n";
    // A map of our own writer, with a remark that belongs to no rule.
    const empty = editMapping("c2d.config.yaml", start, { before: {}, after: before });
    const section = "text" in empty ? empty.text : "";
    const text = (section + end).replaceAll("\n", windows ? "\r\n" : "\n");
    const edit = editMapping("c2d.config.yaml", text, { before, after });
    const edited = "text" in edit ? edit.text : edit.byHand;
    expect((await read("c2d.config.yaml", edited)).mapping ?? {}).toEqual(after);
    const eol = (part: string): string => part.replaceAll("\n", windows ? "\r\n" : "\n");
    expect(edited.startsWith(eol(start))).toBe(true);
    expect(edited.endsWith(eol(end))).toBe(true);
  });

  property.prop([mapping])("in a file that had no rules before", async (after) => {
    for (const [name, text] of [
      ["c2d.config.json", "{}"],
      ["c2d.config.yaml", "# nothing yet\n"],
      ["c2d.config.yaml", "target:\n  projectId: P2abc"],
      ["c2d.config.ts", "export default {};\n"],
      ["c2d.config.ts", "export default { target: { projectId: 'P2abc' } };\n"],
      ["c2d.config.ts", "const config = {\n    target: { projectId: 'P2abc' } // last\n};\nexport default config;\n"],
    ] as const) {
      const edit = editMapping(name, text, { before: {}, after });
      expect((await read(name, "text" in edit ? edit.text : edit.byHand)).mapping ?? {}).toEqual(after);
    }
  });
});

describe("a person's own hand stays to be seen", () => {
  test("comments of YAML stay where they are, and rules that stay are not touched", () => {
    const text = [
      "mapping:",
      "    # how people sign in",
      "    loginIds: [email]   # only that",
      "    # asked by Ana",
      "    unconfirmed: skip",
      "    groups:",
      "        - group: admins   # the boss",
      "          role: true",
      "    freshlyMigrated: false # last",
      "# the rest",
      "sync: {}",
      "",
    ].join("\n");
    const before = {
      loginIds: ["email"],
      unconfirmed: "skip",
      groups: [{ group: "admins", role: true }],
      freshlyMigrated: false,
    };
    const after = { ...before, unconfirmed: "invited", federated: "skip" };
    expect(editMapping("c2d.config.yaml", text, { before, after })).toEqual({
      text: text
        .replace("unconfirmed: skip", "unconfirmed: invited")
        .replace("false # last\n", "false # last\n    federated: skip\n"),
    });
    const { unconfirmed: _gone, ...without } = before;
    expect(editMapping("c2d.config.yaml", text, { before, after: without })).toEqual({
      text: text.replace("    unconfirmed: skip\n", ""),
    });
  });

  test("comments, functions, quotes and trailing commas of TypeScript stay", () => {
    const text = [
      'import type { WrittenConfig } from "cognito-to-descope";',
      'type Name = { readonly ["名前"]: string };',
      "const who: Name = { 名前: 'Ana' } as const;",
      "export default {",
      "  mapping: {",
      "    // how people sign in",
      "    loginIds: ['email'], // only that",
      "    transform: (user) => (user.email.endsWith('@old.example') ? null : user),",
      "    unconfirmed: 'skip' // asked by Ana",
      "  },",
      "  report: { directory: who.名前 as string },",
      "} satisfies WrittenConfig;",
      "",
    ].join("\n");
    const before = { loginIds: ["email"], unconfirmed: "skip" };
    const edit = editMapping("c2d.config.ts", text, {
      before,
      after: { ...before, loginIds: ["phone", "email"], federated: "skip" },
    });
    expect(edit).toEqual({
      text: text
        .replace("['email']", '["phone", "email"]')
        .replace("'skip' // asked by Ana\n", "'skip', // asked by Ana\n    federated: \"skip\",\n"),
    });
  });

  test.each([
    ["a rule that is computed", "const ids = ['email'];\nexport default { mapping: { loginIds: ids } };"],
    [
      "settings that are spread",
      "import base from './base.ts';\nexport default { ...base, mapping: { loginIds: ['email'] } };",
    ],
    ["a config that a function makes", "export default make();"],
    ["a setting that stands twice", "export default { mapping: { loginIds: ['email'] }, mapping: {} };"],
    ["an enum, which types alone do not explain", "enum A { B }\nexport default { mapping: { loginIds: ['email'] } };"],
    ["syntax that does not end", "export default { mapping: {"],
  ])("%s is left to a person, with the text to paste", (_title, text) => {
    const change = { before: { loginIds: ["email"] }, after: { loginIds: ["phone"] } };
    expect(editMapping("c2d.config.ts", text, change)).toHaveProperty("byHand");
    expect(pasteMapping(change)).toBe('mapping: { loginIds: ["phone"] },\n');
  });

  test.each(["{mapping: {loginIds: auto}}\n", "--- \na: 1\n--- \nb: 2\n", "mapping: [\n"])(
    "YAML of a form that cannot be changed safely is left to a person: %j",
    (text) => {
      expect(editMapping("c2d.config.yaml", text, { before: {}, after: { loginIds: ["phone"] } })).toHaveProperty(
        "byHand",
      );
    },
  );

  test("an anchor that is used elsewhere is not taken away", () => {
    const text = "mapping:\n  loginIds: &ids [email]\n  x: 1\nother: *ids\n";
    const edit = editMapping("c2d.config.yaml", text, {
      before: { loginIds: ["email"], x: 1 },
      after: { loginIds: ["phone"], x: 1 },
    });
    expect(edit).toHaveProperty("byHand");
  });
});
