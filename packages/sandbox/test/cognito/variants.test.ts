import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { cognitoVariantOptions, cognitoVariants } from "../../src/index.ts";

test("facts.md lists every undocumented behaviour with its default", () => {
  const facts = readFileSync(new URL("../../src/cognito/facts.md", import.meta.url), "utf8");
  for (const [option, { values, evidence }] of Object.entries(cognitoVariantOptions)) {
    const [first, ...others] = values;
    const row = `| \`${option}\` | \`${first}\` | ${others.map((value) => `\`${value}\``).join(", ")} | ${evidence} |`;
    expect(facts).toContain(row);
  }
});

test("variants come one at a time, the defaults first", () => {
  expect(cognitoVariants().map(({ name }) => name)).toEqual([
    "defaults",
    "statusCheck=before-password",
    "temporaryPassword=until-changed",
  ]);
});
