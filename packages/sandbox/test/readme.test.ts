import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { cognitoOperations, descopeOperationSupport, withTables } from "../scripts/generate-readme.ts";
import { descopeOperations } from "../src/descope/operations.ts";
import { parseFaultRules, startSandbox } from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the tables are those of the code (else run packages/sandbox/scripts/generate-readme.ts)", () => {
  expect(withTables(readme) === readme).toBe(true);
});

test("every operation of both services stands in the tables once", () => {
  const names = [...cognitoOperations(), ...descopeOperationSupport()].map(({ operation }) => operation);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(["ListUsers", "CreateUserImportJob"]));
  expect(names).toEqual(expect.arrayContaining(descopeOperations.map(({ name }) => name)));
});

test("what the table says works or is partly there is answered, and nothing else is", async () => {
  await using sandbox = await startSandbox({ users: 1, profile: "plain" });
  for (const { operation, support } of cognitoOperations().filter((row) => !row.operation.includes(" "))) {
    const answer = await fetch(sandbox.cognito, {
      method: "POST",
      headers: {
        "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
        authorization:
          "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=a, Signature=0",
      },
      body: "{}",
    });
    const text = await answer.text();
    expect([operation, text.includes("UnknownOperationException")]).toEqual([operation, support === "no"]);
  }
});

test("every fault of the README is one that the sandbox takes", () => {
  const rules = [...readme.matchAll(/```json\n(\[[^]*?\])\n```/g)].map(
    ([, json]) => JSON.parse(json as string) as unknown,
  );
  expect(rules.length).toBeGreaterThan(0);
  for (const rule of rules) parseFaultRules(rule);
});
