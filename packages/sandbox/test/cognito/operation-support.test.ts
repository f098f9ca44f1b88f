import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { cognitoOperationSupport, cognitoVariantOptions, cognitoVariants } from "../../src/index.ts";

test("operations.md tells what is there (this file, run alone with --update at the end, writes it)", async () => {
  const lines = cognitoOperationSupport().map(
    ({ operation, support, missing }) =>
      `| \`${operation}\` | ${support}${missing === undefined ? "" : `: ${missing}`} |`,
  );
  const text = ["# Operations of the Cognito half", "", "| operation | there? |", "| --- | --- |", ...lines, ""].join(
    "\n",
  );
  await expect(text).toMatchFileSnapshot("../../src/cognito/operations.md");
});

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
